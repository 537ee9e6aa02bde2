package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

// tlsPolicy has TLS 1.2 and 1.3 with forward secrecy.
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"

// albDoor puts an application load balancer in front of the proxy. The resources are
// CloudFormation's own, because the constructs look a VPC up in an account, and synthesis here
// needs none.
func albDoor(stack awscdk.Stack, gateway *GatewayStack, options Options) {
	o := options.FrontDoor.ALB
	scheme, addresses := "internal", "ipv4"
	if o.Public {
		scheme = "internet-facing"
	}
	if o.DualStack {
		addresses = "dualstack"
	}
	port, protocol := 80, "HTTP"
	if o.Certificate != "" {
		port, protocol = 443, "HTTPS"
	}
	group := awsec2.NewCfnSecurityGroup(stack, jsii.String("LoadBalancerGroup"), &awsec2.CfnSecurityGroupProps{
		GroupDescription:     jsii.String("Postern: who may connect to the load balancer"),
		VpcId:                jsii.String(o.VPC),
		SecurityGroupIngress: ingress(o.Sources, port),
		// A Lambda target is not reached through the network.
		SecurityGroupEgress: []any{&awsec2.CfnSecurityGroup_EgressProperty{
			IpProtocol: jsii.String("icmp"), FromPort: jsii.Number(252), ToPort: jsii.Number(86), CidrIp: jsii.String("255.255.255.255/32"),
			Description: jsii.String("Nothing"),
		}},
	})
	attributes := []any{
		attribute("routing.http.drop_invalid_header_fields.enabled", "true"),
		attribute("deletion_protection.enabled", boolean(options.Retain)),
		// Information on the TLS connection, for $context.tlsVersion and cipherSuite.
		attribute("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", boolean(o.Certificate != "")),
	}
	if o.LogBucket != "" {
		attributes = append(attributes, attribute("access_logs.s3.enabled", "true"), attribute("access_logs.s3.bucket", o.LogBucket))
	}
	balancer := elb.NewCfnLoadBalancer(stack, jsii.String("LoadBalancer"), &elb.CfnLoadBalancerProps{
		Type: jsii.String("application"), Scheme: jsii.String(scheme), IpAddressType: jsii.String(addresses),
		Subnets: anys(o.Subnets), SecurityGroups: &[]any{group.AttrGroupId()}, LoadBalancerAttributes: attributes,
	})
	permission := awslambda.NewCfnPermission(stack, jsii.String("InvokeByLoadBalancer"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: gateway.Proxy.Live.FunctionArn(),
		Principal: jsii.String("elasticloadbalancing.amazonaws.com"), SourceAccount: stack.Account(),
	})
	target := elb.NewCfnTargetGroup(stack, jsii.String("ProxyTarget"), &elb.CfnTargetGroupProps{
		TargetType: jsii.String("lambda"),
		Targets:    []any{&elb.CfnTargetGroup_TargetDescriptionProperty{Id: gateway.Proxy.Live.FunctionArn()}},
		// Without it repeated headers and parameters are lost.
		TargetGroupAttributes: []any{&elb.CfnTargetGroup_TargetGroupAttributeProperty{
			Key: jsii.String("lambda.multi_value_headers.enabled"), Value: jsii.String("true"),
		}},
	})
	target.AddDependency(permission)
	listener := &elb.CfnListenerProps{
		LoadBalancerArn: balancer.Ref(), Port: jsii.Number(port), Protocol: jsii.String(protocol),
		DefaultActions: []any{&elb.CfnListener_ActionProperty{Type: jsii.String("forward"), TargetGroupArn: target.Ref()}},
	}
	if o.Certificate != "" {
		listener.Certificates = []any{&elb.CfnListener_CertificateProperty{CertificateArn: jsii.String(o.Certificate)}}
		listener.SslPolicy = jsii.String(tlsPolicy)
	}
	if o.MTLS != "off" {
		mutual := &elb.CfnListener_MutualAuthenticationProperty{Mode: jsii.String(o.MTLS)}
		if o.TrustStore != "" {
			mutual.TrustStoreArn = jsii.String(o.TrustStore)
		}
		listener.MutualAuthentication = mutual
	}
	elb.NewCfnListener(stack, jsii.String("Listener"), listener)
	associate(stack, webACL(stack, options.FrontDoor, "REGIONAL"), balancer.Ref())
	awscdk.NewCfnOutput(stack, jsii.String("LoadBalancerName"), &awscdk.CfnOutputProps{
		Description: jsii.String("DNS name of the load balancer; the alias target of custom domains"),
		Value:       balancer.AttrDnsName(),
	})
}

func ingress(sources []string, port int) []any {
	var rules []any
	for _, source := range sources {
		rule := &awsec2.CfnSecurityGroup_IngressProperty{
			IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(port), ToPort: jsii.Number(port), Description: jsii.String("Clients"),
		}
		if strings.Contains(source, ":") {
			rule.CidrIpv6 = jsii.String(source)
		} else {
			rule.CidrIp = jsii.String(source)
		}
		rules = append(rules, rule)
	}
	return rules
}

func attribute(key, value string) any {
	return &elb.CfnLoadBalancer_LoadBalancerAttributeProperty{Key: jsii.String(key), Value: jsii.String(value)}
}

func boolean(v bool) string {
	if v {
		return "true"
	}
	return "false"
}

func anys(values []string) *[]any {
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = jsii.String(value)
	}
	return &list
}
