package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// WebSocketStack holds the data plane of WebSocket APIs: Lambda cannot hold a socket, so an API of
// Amazon API Gateway does, and hands connections and messages to functions/connect and
// functions/route (architecture, section 7).
type WebSocketStack struct {
	Stack          awscdk.Stack
	Connect, Route *function
	API            awsapigatewayv2.CfnApi
}

func webSocketStack(name string) string { return name + "-websocket" }

// webSocketStage is the stage of the transport.
const webSocketStage = "live"

// NewWebSocketStack declares the transport and its functions. The error says which built function
// is missing or wrong.
func NewWebSocketStack(app constructs.Construct, data *DataStack, assets Assets, options Options) (*WebSocketStack, error) {
	stack := newStack(app, webSocketStack(options.Name), "Postern: the data plane of WebSocket APIs")
	w := &WebSocketStack{Stack: stack}
	w.API = awsapigatewayv2.NewCfnApi(stack, jsii.String("Transport"), &awsapigatewayv2.CfnApiProps{
		Name:         jsii.String(options.Name + "-websocket"),
		Description:  jsii.String("Postern: holds the sockets"),
		ProtocolType: jsii.String("WEBSOCKET"),
		// Every message goes to $default; Postern selects the route.
		RouteSelectionExpression: jsii.String("$request.body.action"),
	})
	var err error
	if w.Connect, err = w.newFunction("connect", "Connect", "Postern data plane: connections of WebSocket APIs", data, assets, options); err != nil {
		return nil, err
	}
	if w.Route, err = w.newFunction("route", "Route", "Postern data plane: messages of WebSocket APIs", data, assets, options); err != nil {
		return nil, err
	}
	var routes []awscdk.CfnResource
	for _, route := range []struct {
		key, id string
		to      *function
		answers bool
	}{
		{"$connect", "OnConnect", w.Connect, false},
		{"$disconnect", "OnDisconnect", w.Connect, false},
		{"$default", "OnMessage", w.Route, true},
	} {
		routes = append(routes, w.addRoute(route.key, route.id, route.to, route.answers)...)
	}
	w.addStage(routes, options)
	return w, nil
}

// newFunction declares one of the functions. Both keep connections, count against plans and post
// to connections of this API only.
func (w *WebSocketStack) newFunction(name, id, description string, data *DataStack, assets Assets, options Options) (*function, error) {
	folder, err := assets.Function(name)
	if err != nil {
		return nil, err
	}
	table := *data.Table.TableArn()
	connections := *w.Stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("execute-api"), Resource: w.API.Ref(), ResourceName: jsii.String(webSocketStage + "/*/@connections/*"),
	})
	permissions := []awsiam.PolicyStatement{
		allow([]string{"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}, table),
		writeStatement(table, counterKeys, "dynamodb:UpdateItem"),
		writeStatement(table, append(append([]string{}, connectionKeys...), journalKeys...),
			"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"),
		invokeStatement(w.Stack, options),
		allow([]string{"execute-api:ManageConnections"}, connections),
	}
	permissions = append(permissions, integrationStatements(options)...)
	permissions = append(permissions, stateStatements(w.Stack, data, data.SecretKey)...)
	environment := map[string]*string{"POSTERN_TABLE": data.Table.TableName()}
	if options.VPCLinks != "" {
		environment["POSTERN_VPC_LINKS"] = jsii.String(options.VPCLinks)
	}
	if data.SecretKey != nil {
		environment["POSTERN_SECRET_KEY"] = data.SecretKey.SecretArn()
	}
	return newFunction(w.Stack, id, functionProps{
		Description: description, Folder: folder, Size: options.Gateway, Environment: environment,
		Permissions: permissions, Options: options,
	}), nil
}

// addRoute wires a route to a function. A route that answers has a route response, without which
// API Gateway drops what the integration returns.
func (w *WebSocketStack) addRoute(key, id string, to *function, answers bool) []awscdk.CfnResource {
	arn := "arn:" + *w.Stack.Partition() + ":apigateway:" + *w.Stack.Region() + ":lambda:path/2015-03-31/functions/" + *to.Live.FunctionArn() + "/invocations"
	integration := awsapigatewayv2.NewCfnIntegration(w.Stack, jsii.String(id+"Integration"), &awsapigatewayv2.CfnIntegrationProps{
		ApiId: w.API.Ref(), IntegrationType: jsii.String("AWS_PROXY"), IntegrationUri: jsii.String(arn),
	})
	props := &awsapigatewayv2.CfnRouteProps{
		ApiId: w.API.Ref(), RouteKey: jsii.String(key), AuthorizationType: jsii.String("NONE"),
		Target: jsii.String("integrations/" + *integration.Ref()),
	}
	if answers {
		props.RouteResponseSelectionExpression = jsii.String("$default")
	}
	route := awsapigatewayv2.NewCfnRoute(w.Stack, jsii.String(id), props)
	awslambda.NewCfnPermission(w.Stack, jsii.String(id+"Permission"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: to.Live.FunctionArn(), Principal: jsii.String("apigateway.amazonaws.com"),
		SourceArn: w.Stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("execute-api"), Resource: w.API.Ref(), ResourceName: jsii.String("*/" + key),
		}),
	})
	resources := []awscdk.CfnResource{route}
	if answers {
		resources = append(resources, awsapigatewayv2.NewCfnRouteResponse(w.Stack, jsii.String(id+"Response"), &awsapigatewayv2.CfnRouteResponseProps{
			ApiId: w.API.Ref(), RouteId: route.Ref(), RouteResponseKey: jsii.String("$default"),
		}))
	}
	return resources
}

// addStage deploys the routes, which do not change: what users define is in the table.
func (w *WebSocketStack) addStage(routes []awscdk.CfnResource, options Options) {
	deployment := awsapigatewayv2.NewCfnDeployment(w.Stack, jsii.String("Deployment"), &awsapigatewayv2.CfnDeploymentProps{ApiId: w.API.Ref()})
	for _, route := range routes {
		deployment.AddDependency(route)
	}
	logs := awslogs.NewLogGroup(w.Stack, jsii.String("AccessLogs"), &awslogs.LogGroupProps{
		Retention: retentions()[options.Gateway.LogRetention], RemovalPolicy: removalPolicy(options),
	})
	stage := &awsapigatewayv2.CfnStageProps{
		ApiId: w.API.Ref(), StageName: jsii.String(webSocketStage), DeploymentId: deployment.Ref(),
		DefaultRouteSettings: &awsapigatewayv2.CfnStage_RouteSettingsProperty{DetailedMetricsEnabled: jsii.Bool(true)},
		AccessLogSettings: &awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
			DestinationArn: logs.LogGroupArn(),
			Format: jsii.String(`{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime",` +
				`"eventType":"$context.eventType","routeKey":"$context.routeKey","connectionId":"$context.connectionId","status":"$context.status"}`),
		},
	}
	if o := options.WebSocket; o.API != "" {
		stage.StageVariables = map[string]any{"posternApi": o.API, "posternStage": o.Stage}
	}
	awsapigatewayv2.NewCfnStage(w.Stack, jsii.String("Stage"), stage)
	awscdk.NewCfnOutput(w.Stack, jsii.String("WebSocketUrl"), &awscdk.CfnOutputProps{
		Description: jsii.String("Address for WebSocket clients"),
		Value:       jsii.String("wss://" + *w.API.Ref() + ".execute-api." + *w.Stack.Region() + "." + *w.Stack.UrlSuffix() + "/" + webSocketStage),
	})
}
