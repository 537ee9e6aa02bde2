package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// ControlPlaneStack holds the control-plane API: functions/controlplane behind a function
// URL that only principals with lambda:InvokeFunctionUrl and lambda:InvokeFunction reach, or
// behind an open one if the function verifies signatures itself.
type ControlPlaneStack struct {
	Stack        awscdk.Stack
	ControlPlane *function
	URL          awslambda.FunctionUrl
	// AdminSecret is nil without an administrator's key pair.
	AdminSecret awssecretsmanager.ISecret
	// DeadLetters receives asynchronous invocations that failed.
	DeadLetters awssqs.IQueue
}

func controlPlaneStack(name string) string { return name + "-controlplane" }

// NewControlPlaneStack declares the control-plane function. The error says which built
// function is missing or wrong.
func NewControlPlaneStack(app constructs.Construct, data *DataStack, assets Assets, options Options) (*ControlPlaneStack, error) {
	folder, err := assets.Function("controlplane")
	if err != nil {
		return nil, err
	}
	stack := newStack(app, controlPlaneStack(options.Name), "Postern: the control-plane API")
	table := *data.Table.TableArn()
	permissions := []awsiam.PolicyStatement{
		// TransactWriteItems and TransactGetItems have no actions of their own: each
		// part of a transaction needs the action of the single operation.
		allow([]string{
			"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query",
			"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
			"dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem",
		}, table),
		invokeStatement(stack, options), // test invocations
	}
	permissions = append(permissions, integrationStatements(options)...)
	c := &ControlPlaneStack{Stack: stack}
	environment := map[string]*string{"POSTERN_TABLE": data.Table.TableName(), "POSTERN_ACCOUNT": stack.Account()}
	if data.SecretKey != nil {
		environment["POSTERN_SECRET_KEY"] = data.SecretKey.SecretArn()
	}
	auth := awslambda.FunctionUrlAuthType_AWS_IAM
	if options.Access.Signature {
		auth = awslambda.FunctionUrlAuthType_NONE
		environment["POSTERN_CONTROL_AUTH"] = jsii.String("signature")
	}
	if options.Access.AdminKey != "" {
		c.AdminSecret = adminSecret(stack, options)
		environment["POSTERN_ADMIN_ACCESS_KEY"] = jsii.String(options.Access.AdminKey)
		environment["POSTERN_ADMIN_SECRET_ARN"] = c.AdminSecret.SecretArn()
	}
	permissions = append(permissions, stateStatements(stack, data, data.SecretKey, c.AdminSecret)...)
	if options.Access.Definitions != "" {
		permissions = append(permissions, allow([]string{"s3:GetObject"}, "arn:"+*stack.Partition()+":s3:::"+options.Access.Definitions+"/*"))
	}
	c.DeadLetters = deadLetters(stack)
	c.ControlPlane = newFunction(stack, "ControlPlane", functionProps{
		Description: "Postern control plane",
		Folder:      folder,
		Size:        options.ControlPlane,
		Environment: environment,
		Permissions: permissions,
		Options:     options,
		DeadLetters: c.DeadLetters,
	})
	c.URL = c.ControlPlane.addURL(stack, "ControlPlaneUrl", "Address of the control-plane API",
		awslambda.FunctionUrlOptions{AuthType: auth, InvokeMode: awslambda.InvokeMode_RESPONSE_STREAM})
	awscdk.NewCfnOutput(stack, jsii.String("ControlPlaneFunction"), &awscdk.CfnOutputProps{
		Description: jsii.String("Function that provisions the APIs of other CDK apps (infra/postern)"),
		Value:       c.ControlPlane.Live.FunctionArn(),
	})
	return c, nil
}

// adminSecret is the secret key of the administrator, which makes the users of all other keys.
func adminSecret(stack awscdk.Stack, options Options) awssecretsmanager.ISecret {
	secret := awssecretsmanager.NewSecret(stack, jsii.String("AdminSecret"), &awssecretsmanager.SecretProps{
		Description:          jsii.String("Postern: the secret key of " + options.Access.AdminKey),
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{PasswordLength: jsii.Number(40), ExcludePunctuation: jsii.Bool(true)},
		RemovalPolicy:        removalPolicy(options),
	})
	awscdk.NewCfnOutput(stack, jsii.String("AdminSecretArn"), &awscdk.CfnOutputProps{
		Description: jsii.String("Secret with the administrator's secret key"),
		Value:       secret.SecretArn(),
	})
	return secret
}

// deadLetters receives the events of CloudFormation that the function could not even begin to
// answer: those are the invocations that nobody waits for.
func deadLetters(stack awscdk.Stack) awssqs.IQueue {
	return awssqs.NewQueue(stack, jsii.String("DeadLetters"), &awssqs.QueueProps{
		RetentionPeriod: awscdk.Duration_Days(jsii.Number(14)),
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:      jsii.Bool(true),
	})
}
