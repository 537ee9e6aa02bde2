package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// functionProps describe one of Postern's functions.
type functionProps struct {
	Description string
	// Folder is the asset folder that holds the executable "bootstrap".
	Folder      string
	Size        FunctionOptions
	Permissions []awsiam.PolicyStatement
	// Environment holds the variables by which the function finds the rest of Postern.
	Environment map[string]*string
	Options     Options
	// Subnets and SecurityGroups put the function into a VPC; empty for none.
	Subnets, SecurityGroups []string
	// Reserved is the reserved concurrency, nil for none; Provisioned that of the alias.
	Reserved    *float64
	Provisioned int
	// DeadLetters receives asynchronous invocations that failed; nil for a function that is
	// invoked synchronously only.
	DeadLetters awssqs.IQueue
}

// function is a Lambda function with its own log group and role. Callers go through the
// alias "live", which moves to a new version when code or configuration changes.
type function struct {
	Function awslambda.Function
	// ID is the logical id's prefix and the name in the dashboard.
	ID   string
	Live awslambda.Alias
	Logs awslogs.LogGroup
}

// newFunction declares a function; id is the prefix of its resources' logical ids.
func newFunction(stack awscdk.Stack, id string, props functionProps) *function {
	scope := constructs.NewConstruct(stack, jsii.String(id))
	logs := awslogs.NewLogGroup(scope, jsii.String("Logs"), &awslogs.LogGroupProps{
		Retention:     retentions()[props.Size.LogRetention],
		RemovalPolicy: removalPolicy(props.Options),
	})
	permissions := props.Permissions
	tracing := awslambda.Tracing_PASS_THROUGH
	if props.Options.Traced {
		// X-Ray's actions know no resources.
		tracing = awslambda.Tracing_ACTIVE
		permissions = append(permissions, allow([]string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, "*"))
	}
	if len(props.Subnets) > 0 {
		permissions = append(permissions, networkStatement())
	}
	if props.DeadLetters != nil {
		permissions = append(permissions, allow([]string{"sqs:SendMessage"}, *props.DeadLetters.QueueArn()))
	}
	fn := awslambda.NewFunction(scope, jsii.String("Function"), &awslambda.FunctionProps{
		Description:  jsii.String(props.Description),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: architecture(props.Options.Architecture),
		Handler:      jsii.String("bootstrap"),
		Code:         awslambda.Code_FromAsset(jsii.String(props.Folder), nil),
		MemorySize:   jsii.Number(props.Size.Memory),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(props.Size.Timeout)),
		Role:         newRole(scope, "Role", logs, permissions),
		LogGroup:     logs,
		Environment:  &props.Environment,
		Tracing:      tracing,

		ReservedConcurrentExecutions: props.Reserved,
		DeadLetterQueue:              props.DeadLetters,
	})
	if len(props.Subnets) > 0 {
		// The construct library takes a VPC whose subnets it looks up; the ids are known here.
		fn.Node().DefaultChild().(awslambda.CfnFunction).SetVpcConfig(&awslambda.CfnFunction_VpcConfigProperty{
			SubnetIds: jsii.Strings(props.Subnets...), SecurityGroupIds: jsii.Strings(props.SecurityGroups...),
		})
	}
	var provisioned *float64
	if props.Provisioned > 0 {
		provisioned = jsii.Number(props.Provisioned)
	}
	var retries *float64
	if props.DeadLetters != nil {
		// An event of CloudFormation that is handled twice would make two APIs.
		retries = jsii.Number(0)
	}
	live := awslambda.NewAlias(scope, jsii.String("Live"), &awslambda.AliasProps{
		AliasName:                       jsii.String("live"),
		Version:                         fn.CurrentVersion(),
		ProvisionedConcurrentExecutions: provisioned,
		RetryAttempts:                   retries,
	})
	return &function{Function: fn, ID: id, Live: live, Logs: logs}
}

// addURL gives the alias a function URL and puts the address into the stack's outputs.
func (f *function) addURL(stack awscdk.Stack, output, description string, options awslambda.FunctionUrlOptions) awslambda.FunctionUrl {
	url := f.Live.AddFunctionUrl(&options)
	awscdk.NewCfnOutput(stack, jsii.String(output), &awscdk.CfnOutputProps{
		Description: jsii.String(description),
		Value:       url.Url(),
	})
	return url
}

func architecture(name string) awslambda.Architecture {
	if name == "x86_64" {
		return awslambda.Architecture_X86_64()
	}
	return awslambda.Architecture_ARM_64()
}
