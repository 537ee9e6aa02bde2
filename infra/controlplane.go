package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
)

// ControlPlaneStack holds the control-plane API: functions/controlplane behind a function
// URL that only principals with lambda:InvokeFunctionUrl and lambda:InvokeFunction reach.
type ControlPlaneStack struct {
	Stack        awscdk.Stack
	ControlPlane *function
	URL          awslambda.FunctionUrl
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
	controlPlane := newFunction(stack, "ControlPlane", functionProps{
		Description: "Postern control plane",
		Folder:      folder,
		Size:        options.ControlPlane,
		Environment: map[string]*string{"POSTERN_TABLE": data.Table.TableName(), "POSTERN_ACCOUNT": stack.Account()},
		Permissions: []awsiam.PolicyStatement{
			// TransactWriteItems and TransactGetItems have no actions of their own: each
			// part of a transaction needs the action of the single operation.
			allow([]string{
				"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query",
				"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
				"dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem",
			}, *data.Table.TableArn()),
			invokeStatement(stack, options), // test invocations
		},
		Options: options,
	})
	url := controlPlane.addURL(stack, "ControlPlaneUrl", "Address of the control-plane API, signed for the service lambda",
		awslambda.FunctionUrlOptions{
			AuthType:   awslambda.FunctionUrlAuthType_AWS_IAM,
			InvokeMode: awslambda.InvokeMode_RESPONSE_STREAM,
		})
	return &ControlPlaneStack{Stack: stack, ControlPlane: controlPlane, URL: url}, nil
}
