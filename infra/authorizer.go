package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// AuthorizerStack holds functions/authorizer: Postern's authorizers for stages that are managed in
// the console of API Gateway.
type AuthorizerStack struct {
	Stack      awscdk.Stack
	Authorizer *function
}

func authorizerStack(name string) string { return name + "-authorizer" }

// NewAuthorizerStack declares the authorizer function. The error says which built function is
// missing or wrong.
func NewAuthorizerStack(app constructs.Construct, data *DataStack, assets Assets, options Options) (*AuthorizerStack, error) {
	folder, err := assets.Function("authorizer")
	if err != nil {
		return nil, err
	}
	stack := newStack(app, authorizerStack(options.Name), "Postern: authorizers for stages managed in the console")
	o := options.Authorizer
	environment := map[string]*string{"POSTERN_TABLE": data.Table.TableName()}
	for name, value := range map[string]string{
		"POSTERN_ISSUER": o.Issuer, "POSTERN_JWKS_URL": o.JWKSURL, "POSTERN_AUDIENCE": join(o.Audiences), "POSTERN_SCOPES": join(o.Scopes),
	} {
		if value != "" {
			environment[name] = jsii.String(value)
		}
	}
	if o.KeyRequired {
		environment["POSTERN_API_KEY_REQUIRED"] = jsii.String("true")
	}
	if !o.SimpleResponses {
		environment["POSTERN_SIMPLE_RESPONSES"] = jsii.String("false")
	}
	permissions := []awsiam.PolicyStatement{
		allow([]string{"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}, *data.Table.TableArn()),
		writeStatement(*data.Table.TableArn(), counterKeys, "dynamodb:UpdateItem"),
	}
	permissions = append(permissions, stateStatements(stack, data)...)
	authorizer := newFunction(stack, "Authorizer", functionProps{
		Description: "Postern authorizers for stages managed in the console",
		Folder:      folder, Size: options.Gateway, Environment: environment, Permissions: permissions, Options: options,
	})
	// Only authorizers of this account's APIs ask.
	awslambda.NewCfnPermission(stack, jsii.String("InvokeByApiGateway"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: authorizer.Live.FunctionArn(), Principal: jsii.String("apigateway.amazonaws.com"),
		SourceArn: stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("execute-api"), Resource: jsii.String("*"), ResourceName: jsii.String("authorizers/*"),
		}),
	})
	awscdk.NewCfnOutput(stack, jsii.String("AuthorizerFunction"), &awscdk.CfnOutputProps{
		Description: jsii.String("Function to name as the Lambda authorizer of a stage"),
		Value:       authorizer.Live.FunctionArn(),
	})
	return &AuthorizerStack{Stack: stack, Authorizer: authorizer}, nil
}
