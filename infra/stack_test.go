package main

import (
	"maps"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

// A resource that is in no row would reach an account unnoticed.
func TestResources(t *testing.T) {
	function := map[string]float64{
		"AWS::Logs::LogGroup":   1,
		"AWS::IAM::Role":        1,
		"AWS::Lambda::Function": 1,
		"AWS::Lambda::Version":  1,
		"AWS::Lambda::Alias":    1,
	}
	with := func(base map[string]float64, more map[string]float64) map[string]float64 {
		sum := maps.Clone(base)
		for kind, count := range more {
			sum[kind] += count
		}
		return sum
	}
	url := map[string]float64{"AWS::Lambda::Url": 1}
	public := map[string]float64{"AWS::Lambda::Url": 1, "AWS::Lambda::Permission": 2}
	queue := map[string]float64{"AWS::Lambda::EventInvokeConfig": 1, "AWS::SQS::Queue": 1, "AWS::SQS::QueuePolicy": 1}
	watch := map[string]float64{"AWS::KMS::Key": 1, "AWS::SNS::Topic": 1, "AWS::SNS::TopicPolicy": 1, "AWS::CloudWatch::Dashboard": 1, "AWS::CloudWatch::Alarm": 10}
	for _, test := range []struct {
		from  func() (*installation, error)
		stack string
		want  map[string]float64
	}{
		{defaults, "postern-data", map[string]float64{"AWS::DynamoDB::Table": 1}},
		{defaults, "postern-gateway", with(function, public)},
		{defaults, "postern-controlplane", with(with(function, url), queue)},
		{defaults, "postern-observability", watch},
		{changed, "edge-data", map[string]float64{"AWS::DynamoDB::Table": 1, "AWS::KMS::Key": 1, "AWS::SecretsManager::Secret": 1}},
		{changed, "edge-gateway", with(with(function, url), map[string]float64{
			"AWS::CodeDeploy::Application": 1, "AWS::CodeDeploy::DeploymentGroup": 1, "AWS::CloudWatch::Alarm": 1, "AWS::IAM::Role": 1,
		})},
		{changed, "edge-controlplane", with(with(function, public), with(queue, map[string]float64{"AWS::SecretsManager::Secret": 1}))},
		{changed, "edge-authorizer", with(function, map[string]float64{"AWS::Lambda::Permission": 1})},
		{changed, "edge-websocket", with(with(function, function), map[string]float64{
			"AWS::ApiGatewayV2::Api": 1, "AWS::ApiGatewayV2::Integration": 3, "AWS::ApiGatewayV2::Route": 3, "AWS::ApiGatewayV2::RouteResponse": 1,
			"AWS::ApiGatewayV2::Deployment": 1, "AWS::ApiGatewayV2::Stage": 1, "AWS::Lambda::Permission": 3, "AWS::Logs::LogGroup": 1,
		})},
		{viaCloudFront, "cf-gateway", with(with(function, public), map[string]float64{"AWS::SecretsManager::Secret": 1})},
		{viaCloudFront, "cf-frontdoor", map[string]float64{"AWS::CloudFront::Distribution": 1, "AWS::CloudFront::Function": 1, "AWS::WAFv2::WebACL": 1}},
		{viaCloudFront, "cf-observability", with(watch, map[string]float64{"AWS::SNS::Subscription": 1})},
		{viaSignedCloudFront, "oac-gateway", with(function, url)},
		{viaSignedCloudFront, "oac-frontdoor", map[string]float64{
			"AWS::CloudFront::Distribution": 1, "AWS::CloudFront::Function": 1, "AWS::CloudFront::OriginAccessControl": 1, "AWS::Lambda::Permission": 2,
		}},
		{viaLoadBalancer, "lb-gateway", with(function, map[string]float64{"AWS::Lambda::CapacityProvider": 1, "AWS::IAM::Role": 1})},
		{viaLoadBalancer, "lb-frontdoor", map[string]float64{
			"AWS::EC2::SecurityGroup": 1, "AWS::ElasticLoadBalancingV2::LoadBalancer": 1, "AWS::ElasticLoadBalancingV2::Listener": 1,
			"AWS::ElasticLoadBalancingV2::TargetGroup": 1, "AWS::Lambda::Permission": 1, "AWS::WAFv2::WebACL": 1, "AWS::WAFv2::WebACLAssociation": 1,
		}},
		{viaREST, "rest-gateway", function},
		{viaREST, "rest-frontdoor", map[string]float64{
			"AWS::ApiGateway::RestApi": 1, "AWS::ApiGateway::Resource": 1, "AWS::ApiGateway::Method": 2, "AWS::ApiGateway::Deployment": 1,
			"AWS::ApiGateway::Stage": 1, "AWS::Lambda::Permission": 2, "AWS::Logs::LogGroup": 1, "AWS::WAFv2::WebACL": 1, "AWS::WAFv2::WebACLAssociation": 1,
		}},
		{viaHTTP, "http-frontdoor", map[string]float64{
			"AWS::ApiGatewayV2::Api": 1, "AWS::ApiGatewayV2::Integration": 1, "AWS::ApiGatewayV2::Route": 1, "AWS::ApiGatewayV2::Stage": 1,
			"AWS::Lambda::Permission": 1, "AWS::Logs::LogGroup": 1,
		}},
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
	for _, stack := range installation.All() {
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
