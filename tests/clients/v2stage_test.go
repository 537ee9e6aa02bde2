package clients

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

func v2Deployments(s *v2session) {
	s.http()
	v2call(s, s.api.CreateRoute, &v2.CreateRouteInput{ApiId: s.ref("api"), RouteKey: aws.String("$default"), Target: s.text("integrations/<integration>")}, `{"routeKey":"$default","...":0}`)
	v2call(s, s.api.CreateDeployment, &v2.CreateDeploymentInput{ApiId: s.ref("api"), Description: aws.String("d")},
		`{"deploymentId":"<deployment=id6>","description":"d","autoDeployed":false,"createdDate":"<time>","deploymentStatus":"DEPLOYED"}`)
	v2call(s, s.api.UpdateDeployment, &v2.UpdateDeploymentInput{ApiId: s.ref("api"), DeploymentId: s.ref("deployment"), Description: aws.String("e")}, `{"deploymentId":"<deployment>","description":"e","...":0}`)
	v2call(s, s.api.GetDeployment, &v2.GetDeploymentInput{ApiId: s.ref("api"), DeploymentId: s.ref("deployment")}, `{"deploymentId":"<deployment>","description":"e","...":0}`)
	v2call(s, s.api.GetDeployments, &v2.GetDeploymentsInput{ApiId: s.ref("api")}, `{"items":[{"deploymentId":"<deployment>","...":0}]}`)
	v2call(s, s.api.DeleteDeployment, &v2.DeleteDeploymentInput{ApiId: s.ref("api"), DeploymentId: s.ref("deployment")}, ``)
}

func v2Stages(s *v2session) {
	v2call(s, s.api.CreateApi, &v2.CreateApiInput{Name: aws.String("quick"), ProtocolType: types.ProtocolTypeHttp, Target: aws.String(v2Function)}, `{"apiId":"<api=id10>","...":0}`)
	v2call(s, s.api.GetStage, &v2.GetStageInput{ApiId: s.ref("api"), StageName: aws.String("$default")},
		`{"stageName":"$default","autoDeploy":true,"apiGatewayManaged":true,"deploymentId":"<deployment=id6>","createdDate":"<time>","lastUpdatedDate":"<time>",
		"lastDeploymentStatusMessage":"Successfully deployed stage with deployment ID '<deployment>'","defaultRouteSettings":{"detailedMetricsEnabled":false},"routeSettings":{},"stageVariables":{},"tags":{}}`)
	v2call(s, s.api.CreateStage, &v2.CreateStageInput{ApiId: s.ref("api"), StageName: aws.String("prod"), DeploymentId: s.ref("deployment"), StageVariables: map[string]string{"a": "b"},
		RouteSettings: map[string]types.RouteSettings{"$default": {ThrottlingBurstLimit: aws.Int32(5), ThrottlingRateLimit: aws.Float64(10)}}},
		`{"stageName":"prod","deploymentId":"<deployment>","autoDeploy":false,"stageVariables":{"a":"b"},"routeSettings":{"$default":{"throttlingBurstLimit":5,"throttlingRateLimit":10.0}},"...":0}`)
	v2call(s, s.api.DeleteRouteSettings, &v2.DeleteRouteSettingsInput{ApiId: s.ref("api"), StageName: aws.String("prod"), RouteKey: aws.String("$default")}, ``)
	v2call(s, s.api.UpdateStage, &v2.UpdateStageInput{ApiId: s.ref("api"), StageName: aws.String("prod"), Description: aws.String("d"),
		AccessLogSettings: &types.AccessLogSettings{DestinationArn: aws.String("arn:aws:logs:us-east-1:123456789012:log-group:g"), Format: aws.String("$context.requestId")}},
		`{"stageName":"prod","description":"d","routeSettings":{},"accessLogSettings":{"destinationArn":"arn:aws:logs:us-east-1:123456789012:log-group:g","format":"$context.requestId"},"...":0}`)
	v2call(s, s.api.DeleteAccessLogSettings, &v2.DeleteAccessLogSettingsInput{ApiId: s.ref("api"), StageName: aws.String("prod")}, ``)
	v2call(s, s.api.ResetAuthorizersCache, &v2.ResetAuthorizersCacheInput{ApiId: s.ref("api"), StageName: aws.String("prod")}, ``)
	v2call(s, s.api.GetStages, &v2.GetStagesInput{ApiId: s.ref("api")}, `{"items":[{"stageName":"$default","...":0},{"stageName":"prod","...":0}]}`)
	v2call(s, s.api.DeleteStage, &v2.DeleteStageInput{ApiId: s.ref("api"), StageName: aws.String("prod")}, ``)
	v2refused(s, s.api.GetStage, &v2.GetStageInput{ApiId: s.ref("api"), StageName: aws.String("prod")}, "NotFoundException", "Invalid stage identifier specified")
}

func v2DomainNames(s *v2session) {
	const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/c"
	name := aws.String("api.example.com")
	v2call(s, s.api.CreateDomainName, &v2.CreateDomainNameInput{DomainName: name, DomainNameConfigurations: []types.DomainNameConfiguration{{CertificateArn: aws.String(certificate), EndpointType: types.EndpointTypeRegional}}},
		`{"domainName":"api.example.com","domainNameArn":"arn:aws:apigateway:us-east-1::/domainnames/api.example.com","apiMappingSelectionExpression":"$request.basepath","routingMode":"API_MAPPING_ONLY","tags":{},
		"domainNameConfigurations":[{"certificateArn":"`+certificate+`","endpointType":"REGIONAL","domainNameStatus":"AVAILABLE","securityPolicy":"TLS_1_2","apiGatewayDomainName":"<any>","hostedZoneId":"<any>","certificateUploadDate":"<time>","ipAddressType":"ipv4"}]}`)
	v2call(s, s.api.UpdateDomainName, &v2.UpdateDomainNameInput{DomainName: name, DomainNameConfigurations: []types.DomainNameConfiguration{{CertificateArn: aws.String(certificate + "2")}}},
		`{"domainName":"api.example.com","domainNameConfigurations":[{"certificateArn":"`+certificate+`2","...":0}],"...":0}`)
	v2call(s, s.api.GetDomainName, &v2.GetDomainNameInput{DomainName: name}, `{"domainName":"api.example.com","...":0}`)
	v2call(s, s.api.GetDomainNames, &v2.GetDomainNamesInput{}, `{"items":[{"domainName":"api.example.com","...":0}]}`)
	v2call(s, s.api.CreateApi, &v2.CreateApiInput{Name: aws.String("quick"), ProtocolType: types.ProtocolTypeHttp, Target: aws.String(v2Function)}, `{"apiId":"<api=id10>","...":0}`)
	v2call(s, s.api.CreateApiMapping, &v2.CreateApiMappingInput{DomainName: name, ApiId: s.ref("api"), Stage: aws.String("$default"), ApiMappingKey: aws.String("v1/pets")},
		`{"apiId":"<api>","apiMappingId":"<mapping=id6>","apiMappingKey":"v1/pets","stage":"$default"}`)
	v2call(s, s.api.UpdateApiMapping, &v2.UpdateApiMappingInput{DomainName: name, ApiId: s.ref("api"), ApiMappingId: s.ref("mapping"), ApiMappingKey: aws.String("")},
		`{"apiId":"<api>","apiMappingId":"<mapping>","apiMappingKey":"","stage":"$default"}`)
	v2call(s, s.api.GetApiMapping, &v2.GetApiMappingInput{DomainName: name, ApiMappingId: s.ref("mapping")}, `{"apiId":"<api>","apiMappingId":"<mapping>","apiMappingKey":"","stage":"$default"}`)
	v2call(s, s.api.GetApiMappings, &v2.GetApiMappingsInput{DomainName: name}, `{"items":[{"apiId":"<api>","apiMappingId":"<mapping>","apiMappingKey":"","stage":"$default"}]}`)
	v2call(s, s.api.DeleteApiMapping, &v2.DeleteApiMappingInput{DomainName: name, ApiMappingId: s.ref("mapping")}, ``)
	v2call(s, s.api.DeleteDomainName, &v2.DeleteDomainNameInput{DomainName: name}, ``)
}

func v2VPCLinks(s *v2session) {
	v2call(s, s.api.CreateVpcLink, &v2.CreateVpcLinkInput{Name: aws.String("l"), SubnetIds: []string{"subnet-1"}, SecurityGroupIds: []string{"sg-1"}},
		`{"vpcLinkId":"<link=id6>","name":"l","subnetIds":["subnet-1"],"securityGroupIds":["sg-1"],"vpcLinkStatus":"PENDING","vpcLinkVersion":"V2","createdDate":"<time>","vpcLinkStatusMessage":"<any>","tags":{}}`)
	v2call(s, s.api.UpdateVpcLink, &v2.UpdateVpcLinkInput{VpcLinkId: s.ref("link"), Name: aws.String("m")}, `{"vpcLinkId":"<link>","name":"m","vpcLinkStatus":"AVAILABLE","...":0}`)
	v2call(s, s.api.GetVpcLink, &v2.GetVpcLinkInput{VpcLinkId: s.ref("link")}, `{"vpcLinkId":"<link>","name":"m","...":0}`)
	v2call(s, s.api.GetVpcLinks, &v2.GetVpcLinksInput{}, `{"items":[{"vpcLinkId":"<link>","...":0}]}`)
	v2call(s, s.api.DeleteVpcLink, &v2.DeleteVpcLinkInput{VpcLinkId: s.ref("link")}, `{}`)
}

func v2Tags(s *v2session) {
	s.http()
	arn := s.text("arn:aws:apigateway:us-east-1::/apis/<api>")
	v2call(s, s.api.TagResource, &v2.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"a": "b", "c": "d"}}, `{}`)
	v2call(s, s.api.UntagResource, &v2.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"a"}}, ``)
	v2call(s, s.api.GetTags, &v2.GetTagsInput{ResourceArn: arn}, `{"tags":{"c":"d"}}`)
}

const v2Document = `{"openapi":"3.0.1","info":{"title":"imported","version":"7"},"paths":{"/pets":{"get":{"x-amazon-apigateway-integration":
	{"type":"http_proxy","httpMethod":"GET","uri":"https://example.com","payloadFormatVersion":"1.0"}}}}}`

func v2Imports(s *v2session) {
	v2call(s, s.api.ImportApi, &v2.ImportApiInput{Body: aws.String(v2Document)}, `{"apiId":"<api=id10>","name":"imported","version":"7","protocolType":"HTTP","...":0}`)
	v2call(s, s.api.ReimportApi, &v2.ReimportApiInput{ApiId: s.ref("api"), Body: aws.String(strings.ReplaceAll(v2Document, "/pets", "/cats"))}, `{"apiId":"<api>","name":"imported","...":0}`)
	v2call(s, s.api.ExportApi, &v2.ExportApiInput{ApiId: s.ref("api"), OutputType: aws.String("JSON"), Specification: aws.String("OAS30")},
		`{"openapi":"3.0.1","info":{"title":"imported","version":"7"},"paths":{"/cats":{"get":"<any>"}},"...":0}`)
}
