package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// GatewayStack holds the data plane of REST and HTTP APIs: functions/proxy behind a
// function URL that streams.
type GatewayStack struct {
	Stack awscdk.Stack
	Proxy *function
	URL   awslambda.FunctionUrl
}

func gatewayStack(name string) string { return name + "-gateway" }

// NewGatewayStack declares the proxy function. The error says which built function is
// missing or wrong.
func NewGatewayStack(app constructs.Construct, data *DataStack, assets Assets, options Options) (*GatewayStack, error) {
	folder, err := assets.Function("proxy")
	if err != nil {
		return nil, err
	}
	stack := newStack(app, gatewayStack(options.Name), "Postern: the data plane of REST and HTTP APIs")
	proxy := newFunction(stack, "Proxy", functionProps{
		Description: "Postern data plane: REST and HTTP APIs",
		Folder:      folder,
		Size:        options.Gateway,
		Environment: map[string]*string{"POSTERN_TABLE": data.Table.TableName()},
		Permissions: []awsiam.PolicyStatement{
			allow([]string{"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}, *data.Table.TableArn()),
			countStatement(*data.Table.TableArn()),
			invokeStatement(stack, options),
		},
		Options: options,
	})
	url := proxy.addURL(stack, "GatewayUrl", "Address of the gateway", awslambda.FunctionUrlOptions{
		AuthType:   awslambda.FunctionUrlAuthType(options.GatewayAuth),
		InvokeMode: awslambda.InvokeMode_RESPONSE_STREAM,
	})
	return &GatewayStack{Stack: stack, Proxy: proxy, URL: url}, nil
}

// countStatement lets the data plane add to counters and to nothing else: a request that
// found a fault in the proxy could not change a definition, a snapshot or a pointer.
func countStatement(tableARN string) awsiam.PolicyStatement {
	statement := allow([]string{"dynamodb:UpdateItem"}, tableARN)
	statement.AddCondition(jsii.String("ForAllValues:StringLike"), map[string]any{
		"dynamodb:LeadingKeys": counterKeys,
	})
	return statement
}
