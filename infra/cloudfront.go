package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
)

// The headers that CloudFront and the proxy agree on (functions/proxy reads them only from
// requests that show the secret).
const (
	originSecretHeader = "x-postern-origin"
	originHostHeader   = "x-postern-host"
)

// cloudFrontDoor puts a distribution in front of the function URL.
//
// The origin sees its own host name, because a function URL accepts no other; the name that the
// client used travels in a header, so that custom domains work.
//
// With the secret header (the default) every request and body passes. With origin access control
// CloudFront signs the request instead, which has two consequences that this app cannot take
// away: a client's Authorization header is replaced, and a client has to send the SHA-256 of a
// body in x-amz-content-sha256, which browsers and webhooks do not do (security and operations
// spec, 2.3).
func cloudFrontDoor(stack awscdk.Stack, gateway *GatewayStack, options Options) {
	o := options.FrontDoor.CloudFront
	var origin awscloudfront.IOrigin
	timeout := awscdk.Duration_Seconds(jsii.Number(min(options.Gateway.Timeout, maxOriginTimeout)))
	if o.SignedOrigin {
		origin = awscloudfrontorigins.FunctionUrlOrigin_WithOriginAccessControl(gateway.URL, &awscloudfrontorigins.FunctionUrlOriginWithOACProps{
			ReadTimeout: timeout,
		})
	} else {
		origin = awscloudfrontorigins.NewFunctionUrlOrigin(gateway.URL, &awscloudfrontorigins.FunctionUrlOriginProps{
			ReadTimeout:   timeout,
			CustomHeaders: &map[string]*string{originSecretHeader: gateway.OriginSecret.SecretValue().UnsafeUnwrap()},
		})
	}
	props := &awscloudfront.DistributionProps{
		Comment:                jsii.String("Postern: " + options.Name),
		EnableIpv6:             jsii.Bool(o.IPv6),
		HttpVersion:            awscloudfront.HttpVersion_HTTP2_AND_3,
		MinimumProtocolVersion: awscloudfront.SecurityPolicyProtocol_TLS_V1_2_2021,
		DefaultBehavior: &awscloudfront.BehaviorOptions{
			Origin:               origin,
			AllowedMethods:       awscloudfront.AllowedMethods_ALLOW_ALL(),
			CachePolicy:          awscloudfront.CachePolicy_CACHING_DISABLED(),
			OriginRequestPolicy:  awscloudfront.OriginRequestPolicy_ALL_VIEWER_EXCEPT_HOST_HEADER(),
			ViewerProtocolPolicy: awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
			// Compression is the API's own setting.
			Compress:             jsii.Bool(false),
			FunctionAssociations: &[]*awscloudfront.FunctionAssociation{{EventType: awscloudfront.FunctionEventType_VIEWER_REQUEST, Function: hostFunction(stack)}},
		},
	}
	if len(o.Domains) > 0 {
		props.DomainNames = jsii.Strings(o.Domains...)
		props.Certificate = awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(o.Certificate))
	}
	if o.LogBucket != "" {
		props.EnableLogging = jsii.Bool(true)
		props.LogBucket = awss3.Bucket_FromBucketName(stack, jsii.String("AccessLogs"), jsii.String(o.LogBucket))
	}
	if acl := webACL(stack, options.FrontDoor, "CLOUDFRONT"); acl != nil {
		props.WebAclId = acl
	}
	distribution := awscloudfront.NewDistribution(stack, jsii.String("Distribution"), props)
	if o.SignedOrigin {
		// Since October 2025 a function URL needs this permission besides InvokeFunctionUrl.
		awslambda.NewCfnPermission(stack, jsii.String("InvokeByDistribution"), &awslambda.CfnPermissionProps{
			Action:                jsii.String("lambda:InvokeFunction"),
			FunctionName:          gateway.Proxy.Live.FunctionArn(),
			InvokedViaFunctionUrl: jsii.Bool(true),
			Principal:             jsii.String("cloudfront.amazonaws.com"),
			SourceArn:             distribution.DistributionArn(),
		})
	}
	awscdk.NewCfnOutput(stack, jsii.String("DistributionDomain"), &awscdk.CfnOutputProps{
		Description: jsii.String("Name of the distribution; the alias target of the custom domains"),
		Value:       distribution.DistributionDomainName(),
	})
}

// maxOriginTimeout is the longest that CloudFront waits for an origin without a raised quota, in
// seconds.
const maxOriginTimeout = 60

// hostFunction keeps the host that the client named, and the client's address, which the origin
// would otherwise not learn.
func hostFunction(stack awscdk.Stack) awscloudfront.Function {
	return awscloudfront.NewFunction(stack, jsii.String("KeepHost"), &awscloudfront.FunctionProps{
		Runtime: awscloudfront.FunctionRuntime_JS_2_0(),
		Code: awscloudfront.FunctionCode_FromInline(jsii.String(`function handler(event) {
  var request = event.request;
  request.headers['` + originHostHeader + `'] = { value: request.headers.host.value };
  request.headers['x-postern-address'] = { value: event.viewer.ip };
  return request;
}
`)),
	})
}
