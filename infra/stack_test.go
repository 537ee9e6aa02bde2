package main

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

// A resource that is in no row would reach an account unnoticed.
func TestResources(t *testing.T) {
	function := map[string]float64{
		"AWS::Logs::LogGroup":     1,
		"AWS::IAM::Role":          1,
		"AWS::Lambda::Function":   1,
		"AWS::Lambda::Version":    1,
		"AWS::Lambda::Alias":      1,
		"AWS::Lambda::Url":        1,
		"AWS::Lambda::Permission": 0,
	}
	public := map[string]float64{}
	for kind, count := range function {
		public[kind] = count
	}
	public["AWS::Lambda::Permission"] = 2
	for _, test := range []struct {
		from  func() (*installation, error)
		stack string
		want  map[string]float64
	}{
		{defaults, "postern-data", map[string]float64{"AWS::DynamoDB::Table": 1}},
		{defaults, "postern-gateway", public},
		{defaults, "postern-controlplane", function},
		{changed, "edge-data", map[string]float64{"AWS::DynamoDB::Table": 1}},
		{changed, "edge-gateway", function},
		{changed, "edge-controlplane", function},
	} {
		t.Run(test.stack, func(t *testing.T) {
			expect(t, test.from, test.stack, func(template assertions.Template) {
				total := 0.0
				for kind, count := range test.want {
					template.ResourceCountIs(jsii.String(kind), jsii.Number(count))
					total += count
				}
				resources := (*template.ToJSON())["Resources"].(map[string]any)
				if len(resources) != int(total) {
					t.Errorf("%d resources, want %v of %v", len(resources), total, test.want)
				}
			})
		})
	}
}

// Synthesis asks neither for an account nor for credentials only as long as every stack
// leaves its environment open.
func TestStacksAreEnvironmentAgnostic(t *testing.T) {
	installation, err := defaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, stack := range []awscdk.Stack{installation.Data.Stack, installation.Gateway.Stack, installation.ControlPlane.Stack} {
		const want = "aws://unknown-account/unknown-region"
		if got := *stack.Environment(); got != want {
			t.Errorf("stack %s: environment %s, want %s", *stack.StackName(), got, want)
		}
	}
}

func TestOutputs(t *testing.T) {
	for _, test := range []struct{ stack, output string }{
		{"postern-data", "TableName"},
		{"postern-gateway", "GatewayUrl"},
		{"postern-controlplane", "ControlPlaneUrl"},
	} {
		expect(t, defaults, test.stack, func(template assertions.Template) {
			template.HasOutput(jsii.String(test.output), object{"Description": assertions.Match_AnyValue()})
		})
	}
}

// cdk synth without -o passes the relative path of cdk.json's output.
func TestOutputFolder(t *testing.T) {
	for given, want := range map[string]string{"cdk.out": "../cdk.out", "/tmp/cdk.out": "/tmp/cdk.out"} {
		if got := outputFolder(given); got == nil || *got != want {
			t.Errorf("outputFolder(%q) = %v, want %s", given, got, want)
		}
	}
	if got := outputFolder(""); got != nil {
		t.Errorf("without the command line: %q", *got)
	}
}
