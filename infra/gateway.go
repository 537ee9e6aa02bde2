package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// GatewayStack holds the data plane of REST and HTTP APIs: functions/proxy, and the function
// URL if clients or CloudFront come through one.
type GatewayStack struct {
	Stack awscdk.Stack
	Proxy *function
	// URL is nil behind a load balancer or API Gateway.
	URL awslambda.FunctionUrl
	// OriginSecret is what CloudFront shows to the proxy; nil elsewhere.
	OriginSecret awssecretsmanager.ISecret
}

func gatewayStack(name string) string { return name + "-gateway" }

// NewGatewayStack declares the proxy function. The error says which built function is
// missing or wrong, or which definition cannot be baked.
func NewGatewayStack(app constructs.Construct, data *DataStack, assets Assets, options Options) (*GatewayStack, error) {
	folder, err := assets.Function("proxy")
	if err != nil {
		return nil, err
	}
	baked, err := bakeAPIs(folder, assets.Root, options.Baked)
	if err != nil {
		return nil, err
	}
	stack := newStack(app, gatewayStack(options.Name), "Postern: the data plane of REST and HTTP APIs")
	g := &GatewayStack{Stack: stack}
	environment := map[string]*string{
		"POSTERN_TABLE":        data.Table.TableName(),
		"POSTERN_CACHE_MEMORY": jsii.String(strconv.Itoa(options.Proxy.CacheMemory)),
	}
	if options.VPCLinks != "" {
		environment["POSTERN_VPC_LINKS"] = jsii.String(options.VPCLinks)
	}
	if data.SecretKey != nil {
		environment["POSTERN_SECRET_KEY"] = data.SecretKey.SecretArn()
	}
	door := options.FrontDoor
	if door.Kind == doorCloudFront && !door.CloudFront.SignedOrigin {
		g.OriginSecret = originSecret(stack, options)
		environment["POSTERN_ORIGIN_SECRET"] = g.OriginSecret.SecretArn()
	}
	if door.Kind == doorAPIGateway && door.APIGateway.Kind == "REST" {
		environment["POSTERN_STREAM_REST"] = jsii.String("true")
	}
	permissions := []awsiam.PolicyStatement{
		allow([]string{"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}, *data.Table.TableArn()),
		writeStatement(*data.Table.TableArn(), counterKeys, "dynamodb:UpdateItem"),
		// An answer larger than an item is written in chunks, and the journal finds chunks that
		// nobody names any more.
		writeStatement(*data.Table.TableArn(), append(append([]string{}, cacheKeys...), journalKeys...),
			"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"),
		invokeStatement(stack, options),
	}
	if options.WebSocket.Enabled {
		// @connections through the gateway's own host reaches the sockets that the transport holds,
		// whose id is known to its own stack only.
		permissions = append(permissions,
			writeStatement(*data.Table.TableArn(), connectionKeys, "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"),
			allow([]string{"execute-api:ManageConnections"}, *stack.FormatArn(&awscdk.ArnComponents{
				Service: jsii.String("execute-api"), Resource: jsii.String("*"), ResourceName: jsii.String(webSocketStage + "/*/@connections/*"),
			})))
	}
	permissions = append(permissions, integrationStatements(options)...)
	permissions = append(permissions, stateStatements(stack, data, data.SecretKey, g.OriginSecret)...)
	props := functionProps{
		Description: "Postern data plane: REST and HTTP APIs",
		Folder:      baked.Folder,
		Size:        options.Gateway,
		Environment: environment,
		Permissions: permissions,
		Options:     options,
		Provisioned: options.Proxy.Provisioned,
	}
	if options.Proxy.Reserved != unreserved {
		props.Reserved = jsii.Number(options.Proxy.Reserved)
	}
	// On managed instances it is the instances that are in the VPC.
	if !options.Proxy.Managed {
		props.Subnets, props.SecurityGroups = options.Proxy.Subnets, options.Proxy.SecurityGroups
	}
	g.Proxy = newFunction(stack, "Proxy", props)
	if options.Proxy.Managed {
		runOnInstances(stack, g.Proxy, options)
	}
	if options.Proxy.Shift != shiftNone {
		shiftTraffic(stack, g.Proxy, options.Proxy.Shift)
	}
	if len(baked.Digests) > 0 {
		awscdk.NewCfnOutput(stack, jsii.String("BakedApis"), &awscdk.CfnOutputProps{
			Description: jsii.String("What is compiled into the proxy: file, stage and the start of the SHA-256 of the snapshot"),
			Value:       jsii.String(join(baked.Digests)),
		})
	}
	g.addURL(options)
	return g, nil
}

// addURL gives the proxy its function URL where one is the front door or CloudFront's origin.
// A load balancer and API Gateway invoke the function, which then has no other way in.
func (g *GatewayStack) addURL(options Options) {
	auth := options.GatewayAuth
	switch options.FrontDoor.Kind {
	case doorALB, doorAPIGateway:
		return
	case doorCloudFront:
		auth = "NONE"
		if options.FrontDoor.CloudFront.SignedOrigin {
			auth = "AWS_IAM"
		}
	}
	g.URL = g.Proxy.addURL(g.Stack, "GatewayUrl", "Address of the gateway's function URL", awslambda.FunctionUrlOptions{
		AuthType:   awslambda.FunctionUrlAuthType(auth),
		InvokeMode: awslambda.InvokeMode_RESPONSE_STREAM,
	})
}

// originSecret is made by Secrets Manager and known to CloudFront and the proxy only.
func originSecret(stack awscdk.Stack, options Options) awssecretsmanager.ISecret {
	return awssecretsmanager.NewSecret(stack, jsii.String("OriginSecret"), &awssecretsmanager.SecretProps{
		Description:          jsii.String("Postern: what CloudFront shows to the proxy; requests without it are refused"),
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{PasswordLength: jsii.Number(48), ExcludePunctuation: jsii.Bool(true)},
		RemovalPolicy:        removalPolicy(options),
	})
}
