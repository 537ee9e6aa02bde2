package integration

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const invokePrefix = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"

func TestParseLambdaURI(t *testing.T) {
	vars := map[string]string{"fn": "pets", "alias": "live", "whole": "pets:live"}
	pets := LambdaFunction{FunctionARN: "arn:aws:lambda:us-east-1:123456789012:function:pets", Region: "us-east-1", AccountID: "123456789012", FunctionName: "pets"}
	live := pets
	live.Qualifier = "live"
	for uri, want := range map[string]LambdaFunction{
		invokePrefix + "arn:aws:lambda:us-east-1:123456789012:function:pets/invocations":                                                 pets,
		invokePrefix + "arn:aws:lambda:us-east-1:123456789012:function:pets:live/invocations":                                            live,
		invokePrefix + "arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.fn}/invocations":                                 pets,
		invokePrefix + "arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.fn}:${stageVariables.alias}/invocations":         live,
		invokePrefix + "arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.whole}/invocations":                              live,
		"arn:aws:apigateway:us-east-1:lambda:path//2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:pets/invocations": pets,
	} {
		u, err := ParseLambdaURI(uri)
		if err != nil {
			t.Errorf("%s: %v", uri, err)
			continue
		}
		got, err := u.Function(vars)
		if err != nil {
			t.Errorf("%s: %v", uri, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", uri, diff)
		}
	}
	if got, want := live.QualifiedARN(), "arn:aws:lambda:us-east-1:123456789012:function:pets:live"; got != want {
		t.Errorf("QualifiedARN() = %s, want %s", got, want)
	}
}

func TestParseLambdaURIRefuses(t *testing.T) {
	for uri, want := range map[string]error{
		"":                     ErrARN,
		"https://example.com":  ErrARN,
		"arn:aws:lambda:x:y:z": ErrARN,
		"arn:aws:apigateway:us-east-1:lambda:functions":                                                  ErrPathOrAction,
		"arn:aws:apigateway:us-east-1:sqs:path/x":                                                        ErrNoFunction,
		"arn:aws:apigateway:us-east-1:sqs:action/Send":                                                   ErrNoFunction,
		invokePrefix + "pets/invocations":                                                                ErrARN,
		invokePrefix + "arn:aws:lambda:us-east-1:123456789012:function:pets":                             ErrARN,
		invokePrefix + "arn:aws:lambda:us-east-1:123456789012:function:/invocations":                     ErrARN,
		"arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/x/response-streaming-invocations": ErrARN,
	} {
		if _, err := ParseLambdaURI(uri); !errors.Is(err, want) {
			t.Errorf("%q gave %v, want %v", uri, err, want)
		}
	}
	u, err := ParseLambdaURI(invokePrefix + "arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.none}/invocations")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Function(nil); !errors.Is(err, ErrARN) {
		t.Errorf("an empty variable gave %v, want ErrARN", err)
	}
}

func TestParseLambdaStreamURI(t *testing.T) {
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:pets:live"
	u, err := ParseLambdaStreamURI("arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/" + arn + "/response-streaming-invocations")
	if err != nil {
		t.Fatal(err)
	}
	if f, err := u.Function(nil); err != nil || f.QualifiedARN() != arn {
		t.Errorf("%+v, %v", f, err)
	}
	for _, uri := range []string{
		invokePrefix + arn + "/invocations",
		invokePrefix + arn + "/response-streaming-invocations",
		"arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/" + arn + "/invocations",
	} {
		if _, err := ParseLambdaStreamURI(uri); !errors.Is(err, ErrARN) {
			t.Errorf("%q gave %v, want ErrARN", uri, err)
		}
	}
}
