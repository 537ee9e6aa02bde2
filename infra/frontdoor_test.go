package main

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

// What each front door's options become; resources by stack and type.
func TestFrontDoors(t *testing.T) {
	anything, absent := assertions.Match_AnyValue(), assertions.Match_Absent()
	like := func(o object) assertions.Matcher { return assertions.Match_ObjectLike(&o) }
	for _, test := range []struct {
		from       func() (*installation, error)
		stack      string
		kind       string
		properties object
	}{
		{viaCloudFront, "cf-gateway", "AWS::Lambda::Url", object{"AuthType": "NONE"}},
		{viaCloudFront, "cf-gateway", "AWS::Lambda::Function", object{"Environment": object{"Variables": like(object{"POSTERN_ORIGIN_SECRET": anything})}}},
		{viaCloudFront, "cf-frontdoor", "AWS::CloudFront::Distribution", object{"DistributionConfig": like(object{
			"Aliases":           []string{"api.example.com", "*.example.org"},
			"IPV6Enabled":       true,
			"ViewerCertificate": like(object{"AcmCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d", "MinimumProtocolVersion": "TLSv1.2_2021"}),
			"WebACLId":          object{"Fn::GetAtt": []any{anything, "Arn"}},
			"Logging":           anything,
			"Origins": []any{like(object{
				"OriginCustomHeaders": []any{like(object{"HeaderName": "x-postern-origin"})},
				// Not longer than the function's own 30 s.
				"CustomOriginConfig": like(object{"OriginReadTimeout": 30, "OriginProtocolPolicy": "https-only"}),
			})},
			"DefaultCacheBehavior": like(object{
				"AllowedMethods": []string{"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"},
				// AWS's managed policies CachingDisabled and AllViewerExceptHostHeader.
				"CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "OriginRequestPolicyId": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
				"Compress": false, "ViewerProtocolPolicy": "redirect-to-https",
			}),
		})}},
		{viaCloudFront, "cf-frontdoor", "AWS::WAFv2::WebACL", object{"Scope": "CLOUDFRONT", "Rules": assertions.Match_ArrayWith(&[]any{
			like(object{"Name": "AWSManagedRulesCommonRuleSet"}),
			like(object{"Name": "RateByAddress", "Statement": object{"RateBasedStatement": like(object{"AggregateKeyType": "IP", "Limit": 2000, "EvaluationWindowSec": 300})}}),
		})}},
		{viaSignedCloudFront, "oac-gateway", "AWS::Lambda::Url", object{"AuthType": "AWS_IAM"}},
		{viaSignedCloudFront, "oac-frontdoor", "AWS::CloudFront::OriginAccessControl", object{"OriginAccessControlConfig": like(object{
			"OriginAccessControlOriginType": "lambda", "SigningBehavior": "always", "SigningProtocol": "sigv4",
		})}},
		{viaSignedCloudFront, "oac-frontdoor", "AWS::CloudFront::Distribution", object{"DistributionConfig": like(object{
			"IPV6Enabled": false, "WebACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/own/0a1b", "Aliases": absent,
		})}},
		{viaLoadBalancer, "lb-frontdoor", "AWS::ElasticLoadBalancingV2::LoadBalancer", object{"Scheme": "internet-facing", "IpAddressType": "dualstack", "Type": "application"}},
		{viaLoadBalancer, "lb-frontdoor", "AWS::ElasticLoadBalancingV2::Listener", object{
			"Port": 443, "Protocol": "HTTPS", "SslPolicy": anything,
			"MutualAuthentication": object{"Mode": "verify", "TrustStoreArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/t/0a1b"},
		}},
		{viaLoadBalancer, "lb-frontdoor", "AWS::ElasticLoadBalancingV2::TargetGroup", object{
			"TargetType": "lambda", "TargetGroupAttributes": []object{{"Key": "lambda.multi_value_headers.enabled", "Value": "true"}},
		}},
		{viaLoadBalancer, "lb-frontdoor", "AWS::EC2::SecurityGroup", object{"SecurityGroupIngress": []any{
			like(object{"CidrIp": "10.0.0.0/8", "FromPort": 443}), like(object{"CidrIpv6": "2001:db8::/32", "FromPort": 443}),
		}}},
		{viaLoadBalancer, "lb-frontdoor", "AWS::WAFv2::WebACL", object{"Scope": "REGIONAL"}},
		{viaLoadBalancer, "lb-gateway", "AWS::Lambda::Function", object{"VpcConfig": absent, "CapacityProviderConfig": object{
			"LambdaManagedInstancesCapacityProviderConfig": like(object{"PerExecutionEnvironmentMaxConcurrency": 20}),
		}}},
		{viaLoadBalancer, "lb-gateway", "AWS::Lambda::CapacityProvider", object{
			"CapacityProviderScalingConfig": object{"MaxVCpuCount": 64}, "InstanceRequirements": object{"Architectures": []string{"arm64"}},
			"VpcConfig": object{"SubnetIds": []string{"subnet-0a1b2c3d"}, "SecurityGroupIds": []string{"sg-0a1b2c3d"}},
		}},
		{viaREST, "rest-gateway", "AWS::Lambda::Function", object{"Environment": object{"Variables": like(object{"POSTERN_STREAM_REST": "true"})}}},
		{viaREST, "rest-frontdoor", "AWS::ApiGateway::Method", object{"HttpMethod": "ANY", "AuthorizationType": "NONE", "Integration": like(object{
			"Type": "AWS_PROXY", "ResponseTransferMode": "STREAM",
		})}},
		{viaREST, "rest-frontdoor", "AWS::ApiGateway::RestApi", object{"BinaryMediaTypes": []string{"*/*"}, "EndpointConfiguration": like(object{"Types": []string{"REGIONAL"}})}},
		{viaREST, "rest-frontdoor", "AWS::ApiGateway::Stage", object{
			"Variables": object{"posternApi": "pets", "posternStage": "prod"}, "TracingEnabled": true, "AccessLogSetting": anything,
			"MethodSettings": []any{like(object{"ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 200, "MetricsEnabled": true})},
		}},
		{viaHTTP, "http-gateway", "AWS::Lambda::Function", object{"Environment": object{"Variables": like(object{"POSTERN_STREAM_REST": absent})}}},
		{viaHTTP, "http-frontdoor", "AWS::ApiGatewayV2::Integration", object{"IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0"}},
		{viaHTTP, "http-frontdoor", "AWS::ApiGatewayV2::Stage", object{
			"StageName": "$default", "AutoDeploy": true, "StageVariables": object{"posternApi": "pets", "posternStage": "prod"},
			"DefaultRouteSettings": object{"DetailedMetricsEnabled": true, "ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 200},
		}},
		{changed, "edge-gateway", "AWS::Lambda::Function", object{
			"ReservedConcurrentExecutions": 100, "TracingConfig": object{"Mode": "PassThrough"},
			"VpcConfig": object{"SubnetIds": []string{"subnet-0a1b2c3d", "subnet-1a1b2c3d"}, "SecurityGroupIds": []string{"sg-0a1b2c3d"}},
		}},
		{changed, "edge-gateway", "AWS::Lambda::Alias", object{"ProvisionedConcurrencyConfig": object{"ProvisionedConcurrentExecutions": 5}}},
		{changed, "edge-gateway", "AWS::CodeDeploy::DeploymentGroup", object{
			"DeploymentConfigName":      "CodeDeployDefault.LambdaCanary10Percent5Minutes",
			"AlarmConfiguration":        like(object{"Enabled": true}),
			"AutoRollbackConfiguration": object{"Enabled": true, "Events": assertions.Match_ArrayWith(&[]any{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"})},
		}},
		{changed, "edge-authorizer", "AWS::Lambda::Function", object{"Environment": object{"Variables": object{
			"POSTERN_TABLE": anything, "POSTERN_ISSUER": "https://issuer.example.com", "POSTERN_JWKS_URL": "https://issuer.example.com/keys",
			"POSTERN_AUDIENCE": "a,b", "POSTERN_SCOPES": "read", "POSTERN_API_KEY_REQUIRED": "true", "POSTERN_SIMPLE_RESPONSES": "false",
		}}}},
		{changed, "edge-websocket", "AWS::ApiGatewayV2::Stage", object{"StageVariables": object{"posternApi": "chat", "posternStage": "prod"}}},
		{changed, "edge-websocket", "AWS::ApiGatewayV2::Route", object{"RouteKey": "$default", "RouteResponseSelectionExpression": "$default"}},
		{defaults, "postern-gateway", "AWS::Lambda::Function", object{"TracingConfig": object{"Mode": "Active"}, "ReservedConcurrentExecutions": absent, "VpcConfig": absent}},
		{defaults, "postern-controlplane", "AWS::Lambda::Function", object{"DeadLetterConfig": anything}},
		{defaults, "postern-controlplane", "AWS::Lambda::EventInvokeConfig", object{"MaximumRetryAttempts": 0, "Qualifier": anything}},
		{viaCloudFront, "cf-observability", "AWS::SNS::Subscription", object{"Protocol": "email", "Endpoint": "operators@example.com"}},
	} {
		t.Run(test.stack+" "+test.kind, func(t *testing.T) {
			expect(t, test.from, test.stack, func(template assertions.Template) {
				template.HasResourceProperties(jsii.String(test.kind), test.properties)
			})
		})
	}
}

// Every alarm reaches the topic.
func TestAlarms(t *testing.T) {
	expect(t, defaults, "postern-observability", func(template assertions.Template) {
		template.AllResourcesProperties(jsii.String("AWS::CloudWatch::Alarm"), object{
			"AlarmActions": []object{{"Ref": assertions.Match_AnyValue()}}, "TreatMissingData": "notBreaching",
		})
	})
}
