package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodedeploy"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/jsii-runtime-go"
)

// shiftTraffic has CodeDeploy move the alias to a new version, and back if the new version fails
// invocations.
func shiftTraffic(stack awscdk.Stack, f *function, configuration string) {
	errors := f.Live.MetricErrors(&awscloudwatch.MetricOptions{Period: awscdk.Duration_Minutes(jsii.Number(1)), Statistic: jsii.String("Sum")})
	alarm := errors.CreateAlarm(stack, jsii.String(f.ID+"Failing"), &awscloudwatch.CreateAlarmOptions{
		AlarmDescription:   jsii.String("Invocations of the proxy fail; a deployment that is under way is rolled back"),
		Threshold:          jsii.Number(1),
		EvaluationPeriods:  jsii.Number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	awscodedeploy.NewLambdaDeploymentGroup(stack, jsii.String(f.ID+"Rollout"), &awscodedeploy.LambdaDeploymentGroupProps{
		Alias: f.Live,
		DeploymentConfig: awscodedeploy.LambdaDeploymentConfig_FromLambdaDeploymentConfigName(stack, jsii.String(f.ID+"Shift"),
			jsii.String("CodeDeployDefault.Lambda"+configuration)),
		Alarms: &[]interfacesawscloudwatch.IAlarmRef{alarm},
		AutoRollback: &awscodedeploy.AutoRollbackConfig{
			FailedDeployment: jsii.Bool(true), StoppedDeployment: jsii.Bool(true), DeploymentInAlarm: jsii.Bool(true),
		},
	})
}

// runOnInstances puts a function on Lambda managed instances, where one environment serves several
// requests at once.
func runOnInstances(stack awscdk.Stack, f *function, options Options) {
	role := awsiam.NewRole(stack, jsii.String("InstancesRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		ManagedPolicies: &[]awsiam.IManagedPolicy{
			awsiam.ManagedPolicy_FromAwsManagedPolicyName(jsii.String("AWSLambdaManagedEC2ResourceOperator")),
		},
	})
	provider := awslambda.NewCfnCapacityProvider(stack, jsii.String("Instances"), &awslambda.CfnCapacityProviderProps{
		PermissionsConfig: &awslambda.CfnCapacityProvider_CapacityProviderPermissionsConfigProperty{CapacityProviderOperatorRoleArn: role.RoleArn()},
		VpcConfig: &awslambda.CfnCapacityProvider_CapacityProviderVpcConfigProperty{
			SubnetIds: jsii.Strings(options.Proxy.Subnets...), SecurityGroupIds: jsii.Strings(options.Proxy.SecurityGroups...),
		},
		InstanceRequirements:          &awslambda.CfnCapacityProvider_InstanceRequirementsProperty{Architectures: jsii.Strings(options.Architecture)},
		CapacityProviderScalingConfig: &awslambda.CfnCapacityProvider_CapacityProviderScalingConfigProperty{MaxVCpuCount: jsii.Number(options.Proxy.MaxCPUs)},
	})
	f.Function.Node().DefaultChild().(awslambda.CfnFunction).SetCapacityProviderConfig(&awslambda.CfnFunction_CapacityProviderConfigProperty{
		LambdaManagedInstancesCapacityProviderConfig: &awslambda.CfnFunction_LambdaManagedInstancesCapacityProviderConfigProperty{
			CapacityProviderArn:                   provider.AttrArn(),
			PerExecutionEnvironmentMaxConcurrency: jsii.Number(options.Proxy.Concurrency),
		},
	})
}
