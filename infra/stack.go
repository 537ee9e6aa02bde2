package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newStack declares a stack without account and region, so that synthesis needs no
// credentials and one template serves every account. The id is the stack's name.
func newStack(app constructs.Construct, name, description string) awscdk.Stack {
	return awscdk.NewStack(app, jsii.String(name), &awscdk.StackProps{
		Description: jsii.String(description),
	})
}

// removalPolicy says what becomes of a resource with state when its stack is deleted.
func removalPolicy(options Options) awscdk.RemovalPolicy {
	if options.Retain {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}
