package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newRole makes a function's role from exactly the given statements plus the right to
// write its own log. The managed policy AWSLambdaBasicExecutionRole is left out on
// purpose: it allows writing every log group of the account and creating new ones.
//
// The role is handed out as an immutable one, so that no construct can widen it in
// passing: a permission exists only where a stack lists it.
func newRole(scope constructs.Construct, id string, logs awslogs.ILogGroup, statements []awsiam.PolicyStatement) awsiam.IRole {
	statements = append(statements, allow(
		[]string{"logs:CreateLogStream", "logs:PutLogEvents"},
		*logs.LogGroupArn(),
	))
	role := awsiam.NewRole(scope, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"permissions": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
	return awsiam.Role_FromRoleArn(scope, jsii.String("Fixed"+id), role.RoleArn(), &awsiam.FromRoleArnOptions{
		Mutable: jsii.Bool(false),
	})
}

// allow is one statement of an inline policy.
func allow(actions []string, resources ...string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Effect:    awsiam.Effect_ALLOW,
		Actions:   jsii.Strings(actions...),
		Resources: jsii.Strings(resources...),
	})
}

// invokeStatement lets the data plane, and test invocations, call the backends that the options name.
// lambda:InvokeFunction also covers InvokeWithResponseStream.
func invokeStatement(stack awscdk.Stack, options Options) awsiam.PolicyStatement {
	resources := options.Invoke
	if len(resources) == 0 {
		resources = []string{*stack.FormatArn(&awscdk.ArnComponents{
			Service:      jsii.String("lambda"),
			Resource:     jsii.String("function"),
			ResourceName: jsii.String(options.InvokePrefix + "*"),
			ArnFormat:    awscdk.ArnFormat_COLON_RESOURCE_NAME,
		})}
	}
	return allow([]string{"lambda:InvokeFunction"}, resources...)
}

// writeStatement lets a function do actions to rows of the given partitions and to nothing else.
func writeStatement(tableARN string, partitions []string, actions ...string) awsiam.PolicyStatement {
	statement := allow(actions, tableARN)
	statement.AddCondition(jsii.String("ForAllValues:StringLike"), map[string]any{"dynamodb:LeadingKeys": partitions})
	return statement
}

// integrationStatements let integrations use what the options list: roles as credentials, and the
// addresses of load balancers behind VPC links.
func integrationStatements(options Options) []awsiam.PolicyStatement {
	var statements []awsiam.PolicyStatement
	if len(options.AssumeRoles) > 0 {
		statements = append(statements, allow([]string{"sts:AssumeRole"}, options.AssumeRoles...))
	}
	if options.LookupVPCLinks {
		// Describe actions know no resources.
		statements = append(statements, allow([]string{"elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeListeners"}, "*"))
	}
	return statements
}

// stateStatements let a function use the keys of the table and of access keys. A customer's key
// is used through DynamoDB only; an imported secret has a key policy of its own.
func stateStatements(stack awscdk.Stack, data *DataStack, secrets ...awssecretsmanager.ISecret) []awsiam.PolicyStatement {
	var statements []awsiam.PolicyStatement
	if data.Key != nil {
		statement := allow([]string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}, *data.Key.KeyArn())
		statement.AddCondition(jsii.String("StringEquals"), map[string]any{
			"kms:ViaService": "dynamodb." + *stack.Region() + "." + *stack.UrlSuffix(),
		})
		statements = append(statements, statement)
	}
	for _, secret := range secrets {
		if secret != nil {
			statements = append(statements, allow([]string{"secretsmanager:GetSecretValue"}, *secret.SecretArn()))
		}
	}
	return statements
}

// networkStatement lets a function in a VPC have its network interfaces; EC2 knows no resources
// for the ones that do not exist yet.
func networkStatement() awsiam.PolicyStatement {
	return allow([]string{
		"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface",
		"ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses", "ec2:DescribeSubnets",
	}, "*")
}
