package httpapi

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// The integrations of facts. Each takes changes, made with the functions below.

type change func(*sdk.CreateIntegrationInput)

func integration(in *sdk.CreateIntegrationInput, changes []change) *sdk.CreateIntegrationInput {
	for _, c := range changes {
		c(in)
	}
	return in
}

// function is the conformance function with payload format 2.0, function1 the same with 1.0.
func function(changes ...change) *sdk.CreateIntegrationInput {
	return integration(&sdk.CreateIntegrationInput{IntegrationType: types.IntegrationTypeAwsProxy, IntegrationUri: aws.String(harness.FunctionARN), PayloadFormatVersion: aws.String("2.0")}, changes)
}

func function1(changes ...change) *sdk.CreateIntegrationInput {
	in := function(changes...)
	in.PayloadFormatVersion = aws.String("1.0")
	return in
}

// backend passes requests to "/b" of the backend.
func backend(changes ...change) *sdk.CreateIntegrationInput {
	return integration(&sdk.CreateIntegrationInput{IntegrationType: types.IntegrationTypeHttpProxy, IntegrationMethod: aws.String("ANY"), IntegrationUri: aws.String("{{backend}}/b"), PayloadFormatVersion: aws.String("1.0")}, changes)
}

const (
	listener = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/pets/0123456789abcdef/0123456789abcdef"
	role     = "arn:aws:iam::123456789012:role/gateway"
)

// private passes requests to the listener of a load balancer, which is the backend.
func private(changes ...change) *sdk.CreateIntegrationInput {
	in := backend(to(listener))
	in.ConnectionType = types.ConnectionTypeVpcLink
	return integration(in, changes)
}

// action calls an action of an AWS service, which the backend stands for.
func action(subtype string, parameters ...string) *sdk.CreateIntegrationInput {
	return &sdk.CreateIntegrationInput{IntegrationType: types.IntegrationTypeAwsProxy, IntegrationSubtype: &subtype, CredentialsArn: aws.String(role),
		PayloadFormatVersion: aws.String("1.0"), RequestParameters: pairs(parameters)}
}

// pairs makes a map of names and values.
func pairs(kv []string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return m
}

func to(uri string) change {
	return func(in *sdk.CreateIntegrationInput) { in.IntegrationUri = &uri }
}

func by(method string) change {
	return func(in *sdk.CreateIntegrationInput) { in.IntegrationMethod = &method }
}

func within(millis int32) change {
	return func(in *sdk.CreateIntegrationInput) { in.TimeoutInMillis = &millis }
}

// mapped maps request parameters: "append:header.x", "$request.path", ...
func mapped(kv ...string) change {
	return func(in *sdk.CreateIntegrationInput) { in.RequestParameters = pairs(kv) }
}

// gives maps parameters of answers of a status.
func gives(status string, kv ...string) change {
	return func(in *sdk.CreateIntegrationInput) {
		all := maps.Clone(in.ResponseParameters)
		if all == nil {
			all = map[string]map[string]string{}
		}
		all[status] = pairs(kv)
		in.ResponseParameters = all
	}
}
