package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
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
}

// function is a Lambda function with its own log group and role. Callers go through the
// alias "live", which moves to a new version when code or configuration changes.
type function struct {
	Function awslambda.Function
	Live     awslambda.Alias
	Logs     awslogs.LogGroup
}

// newFunction declares a function; id is the prefix of its resources' logical ids.
func newFunction(stack awscdk.Stack, id string, props functionProps) *function {
	scope := constructs.NewConstruct(stack, jsii.String(id))
	logs := awslogs.NewLogGroup(scope, jsii.String("Logs"), &awslogs.LogGroupProps{
		Retention:     retentions()[props.Size.LogRetention],
		RemovalPolicy: removalPolicy(props.Options),
	})
	fn := awslambda.NewFunction(scope, jsii.String("Function"), &awslambda.FunctionProps{
		Description:  jsii.String(props.Description),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: architecture(props.Options.Architecture),
		Handler:      jsii.String("bootstrap"),
		Code:         awslambda.Code_FromAsset(jsii.String(props.Folder), nil),
		MemorySize:   jsii.Number(props.Size.Memory),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(props.Size.Timeout)),
		Role:         newRole(scope, "Role", logs, props.Permissions),
		LogGroup:     logs,
		Environment:  &props.Environment,
	})
	live := awslambda.NewAlias(scope, jsii.String("Live"), &awslambda.AliasProps{
		AliasName: jsii.String("live"),
		Version:   fn.CurrentVersion(),
	})
	return &function{Function: fn, Live: live, Logs: logs}
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
