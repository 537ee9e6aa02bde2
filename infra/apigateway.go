package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// frontStage is the stage of the API in front; clients see it in paths of a REST API.
const frontStage = "live"

// apiGatewayDoor puts an API of Amazon API Gateway with one proxy integration in front of the
// proxy. Its stage variables choose the API and stage that Postern serves.
func apiGatewayDoor(stack awscdk.Stack, gateway *GatewayStack, options Options) {
	logs := awslogs.NewLogGroup(stack, jsii.String("AccessLogs"), &awslogs.LogGroupProps{
		Retention:     retentions()[options.Gateway.LogRetention],
		RemovalPolicy: removalPolicy(options),
	})
	if options.FrontDoor.APIGateway.Kind == "HTTP" {
		httpDoor(stack, gateway, logs, options)
		return
	}
	restDoor(stack, gateway, logs, options)
}

func restDoor(stack awscdk.Stack, gateway *GatewayStack, logs awslogs.LogGroup, options Options) {
	o := options.FrontDoor.APIGateway
	deploy := &awsapigateway.StageOptions{
		StageName:            jsii.String(frontStage),
		TracingEnabled:       jsii.Bool(options.Traced),
		MetricsEnabled:       jsii.Bool(true),
		AccessLogDestination: awsapigateway.NewLogGroupLogDestination(logs),
		AccessLogFormat:      awsapigateway.AccessLogFormat_JsonWithStandardFields(nil),
	}
	if o.API != "" {
		deploy.Variables = &map[string]*string{"posternApi": jsii.String(o.API), "posternStage": jsii.String(o.Stage)}
	}
	if o.Rate >= 0 {
		deploy.ThrottlingRateLimit, deploy.ThrottlingBurstLimit = jsii.Number(o.Rate), jsii.Number(o.Burst)
	}
	api := awsapigateway.NewLambdaRestApi(stack, jsii.String("Front"), &awsapigateway.LambdaRestApiProps{
		Handler:            gateway.Proxy.Live,
		Description:        jsii.String("Postern: front door"),
		Deploy:             jsii.Bool(true),
		DeployOptions:      deploy,
		EndpointTypes:      &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL},
		CloudWatchRole:     jsii.Bool(false),
		BinaryMediaTypes:   jsii.Strings("*/*"),
		IntegrationOptions: &awsapigateway.LambdaIntegrationOptions{ResponseTransferMode: awsapigateway.ResponseTransferMode_STREAM, AllowTestInvoke: jsii.Bool(false)},
		ApiKeySourceType:   awsapigateway.ApiKeySourceType_HEADER,
		DefaultMethodOptions: &awsapigateway.MethodOptions{
			// Postern authorizes each request as its API says.
			AuthorizationType: awsapigateway.AuthorizationType_NONE,
		},
	})
	acl := webACL(stack, options.FrontDoor, "REGIONAL")
	associate(stack, acl, api.DeploymentStage().StageArn())
}

func httpDoor(stack awscdk.Stack, gateway *GatewayStack, logs awslogs.LogGroup, options Options) {
	o := options.FrontDoor.APIGateway
	api := awsapigatewayv2.NewHttpApi(stack, jsii.String("Front"), &awsapigatewayv2.HttpApiProps{
		Description:        jsii.String("Postern: front door"),
		CreateDefaultStage: jsii.Bool(false),
		DefaultIntegration: awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("Proxy"), gateway.Proxy.Live,
			&awsapigatewayv2integrations.HttpLambdaIntegrationProps{PayloadFormatVersion: awsapigatewayv2.PayloadFormatVersion_VERSION_2_0(), ScopePermissionToRoute: jsii.Bool(false)}),
	})
	stage := &awsapigatewayv2.CfnStageProps{
		ApiId: api.ApiId(), StageName: jsii.String("$default"), AutoDeploy: jsii.Bool(true),
		AccessLogSettings: &awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
			DestinationArn: logs.LogGroupArn(),
			Format: jsii.String(`{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime",` +
				`"httpMethod":"$context.httpMethod","path":"$context.path","status":"$context.status","protocol":"$context.protocol","responseLength":"$context.responseLength"}`),
		},
	}
	settings := &awsapigatewayv2.CfnStage_RouteSettingsProperty{DetailedMetricsEnabled: jsii.Bool(true)}
	if o.Rate >= 0 {
		settings.ThrottlingRateLimit, settings.ThrottlingBurstLimit = jsii.Number(o.Rate), jsii.Number(o.Burst)
	}
	stage.DefaultRouteSettings = settings
	if o.API != "" {
		stage.StageVariables = map[string]any{"posternApi": o.API, "posternStage": o.Stage}
	}
	awsapigatewayv2.NewCfnStage(stack, jsii.String("Stage"), stage)
	awscdk.NewCfnOutput(stack, jsii.String("FrontDoorUrl"), &awscdk.CfnOutputProps{
		Description: jsii.String("Address of the front door"), Value: api.ApiEndpoint(),
	})
}
