package main

import "regexp"

// The front doors.
const (
	doorURL        = "url"
	doorCloudFront = "cloudfront"
	doorALB        = "alb"
	doorAPIGateway = "apigateway"
)

// FrontDoorOptions say how clients reach the proxy.
type FrontDoorOptions struct {
	Kind string
	// WAF is wafNone, wafManaged or the ARN of a web ACL; WAFRate is how many requests an address
	// may make in five minutes, 0 for no such rule.
	WAF     string
	WAFRate int

	CloudFront CloudFrontOptions
	ALB        ALBOptions
	APIGateway APIGatewayOptions
}

const (
	wafNone    = "none"
	wafManaged = "managed"
)

// CloudFrontOptions configure the distribution.
type CloudFrontOptions struct {
	Domains     []string
	Certificate string
	IPv6        bool
	// SignedOrigin uses origin access control; otherwise the distribution shows a secret header.
	SignedOrigin bool
	// LogBucket is the name of a bucket for access logs; empty for none.
	LogBucket string
}

// ALBOptions configure the load balancer.
type ALBOptions struct {
	VPC     string
	Subnets []string
	Public  bool
	// DualStack listens on IPv6 as well.
	DualStack   bool
	Certificate string
	// MTLS is off, passthrough or verify; TrustStore belongs to verify.
	MTLS, TrustStore string
	// Sources are the networks that may connect.
	Sources   []string
	LogBucket string
}

// APIGatewayOptions configure the stage in front.
type APIGatewayOptions struct {
	// Kind is REST or HTTP.
	Kind string
	// API and Stage are the stage variables posternApi and posternStage; empty leaves the choice to
	// the only baked API.
	API, Stage string
	// Rate and Burst throttle the stage, in requests per second and requests; -1 for the account's.
	Rate, Burst int
}

var (
	domainPattern      = regexp.MustCompile(`^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)
	certificatePattern = regexp.MustCompile(`^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[A-Za-z0-9-]+$`)
	eastPattern        = regexp.MustCompile(`^arn:aws:acm:us-east-1:\d{12}:certificate/[A-Za-z0-9-]+$`)
	wafPattern         = regexp.MustCompile(`^(none|managed|arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\d{12}:(global|regional)/webacl/[^\s]+)$`)
	vpcPattern         = regexp.MustCompile(`^vpc-[0-9a-f]{8,17}$`)
	trustPattern       = regexp.MustCompile(`^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:truststore/[^\s]+$`)
	networkPattern     = regexp.MustCompile(`^[0-9a-fA-F.:]+/\d{1,3}$`)
	apiIDPattern       = regexp.MustCompile(`^[a-z0-9]{1,64}$`)
	stagePattern       = regexp.MustCompile(`^[A-Za-z0-9_$-]{1,128}$`)
)

func readFrontDoor(r *contextReader) FrontDoorOptions {
	const kind = "postern:frontDoor"
	o := FrontDoorOptions{
		Kind:    r.oneOf(kind, doorURL, doorURL, doorCloudFront, doorALB, doorAPIGateway),
		WAF:     r.text("postern:waf", wafNone, wafPattern, "none, managed or the ARN of a web ACL"),
		WAFRate: r.integer("postern:waf.rate", 2000, 0, 2000000000),
		CloudFront: CloudFrontOptions{
			Domains:      r.list("postern:cloudfront.domains", domainPattern, "domain names"),
			Certificate:  r.text("postern:cloudfront.certificate", "", eastPattern, "the ARN of a certificate of ACM in us-east-1"),
			IPv6:         r.flag("postern:cloudfront.ipv6", true),
			SignedOrigin: r.oneOf("postern:cloudfront.originAccess", "secret", "secret", "oac") == "oac",
			LogBucket:    r.text("postern:cloudfront.logBucket", "", bucketPattern, "the name of a bucket"),
		},
		ALB: ALBOptions{
			VPC:         r.text("postern:alb.vpc", "", vpcPattern, "vpc-{id}"),
			Subnets:     r.list("postern:alb.subnets", subnetPattern, "subnet-{id}, two or more"),
			Public:      r.oneOf("postern:alb.scheme", "internal", "internal", "internet-facing") == "internet-facing",
			DualStack:   r.oneOf("postern:alb.ipAddressType", "ipv4", "ipv4", "dualstack") == "dualstack",
			Certificate: r.text("postern:alb.certificate", "", certificatePattern, "the ARN of a certificate of ACM"),
			MTLS:        r.oneOf("postern:alb.mtls", "off", "off", "passthrough", "verify"),
			TrustStore:  r.text("postern:alb.trustStore", "", trustPattern, "the ARN of a trust store of Elastic Load Balancing"),
			Sources:     r.list("postern:alb.sources", networkPattern, "networks such as 10.0.0.0/8 or 2001:db8::/32"),
			LogBucket:   r.text("postern:alb.logBucket", "", bucketPattern, "the name of a bucket"),
		},
		APIGateway: APIGatewayOptions{
			Kind:  r.oneOf("postern:apigateway.type", "REST", "REST", "HTTP"),
			API:   r.text("postern:apigateway.api", "", apiIDPattern, "the id of an API of Postern"),
			Stage: r.text("postern:apigateway.stage", "", stagePattern, "the name of a stage of Postern"),
			Rate:  r.integer("postern:apigateway.rate", -1, 0, 1000000),
			Burst: r.integer("postern:apigateway.burst", -1, 0, 1000000),
		},
	}
	for door, keys := range map[string][]string{
		doorURL:        {"postern:gateway.auth"},
		doorCloudFront: {"postern:cloudfront.domains", "postern:cloudfront.certificate", "postern:cloudfront.ipv6", "postern:cloudfront.originAccess", "postern:cloudfront.logBucket"},
		doorALB: {"postern:alb.vpc", "postern:alb.subnets", "postern:alb.scheme", "postern:alb.ipAddressType", "postern:alb.certificate",
			"postern:alb.mtls", "postern:alb.trustStore", "postern:alb.sources", "postern:alb.logBucket"},
		doorAPIGateway: {"postern:apigateway.type", "postern:apigateway.api", "postern:apigateway.stage", "postern:apigateway.rate", "postern:apigateway.burst"},
	} {
		for _, key := range keys {
			r.needs(o.Kind == door, key, kind+"="+door)
		}
	}
	checkWAF(r, o)
	if o.Kind == doorCloudFront && (len(o.CloudFront.Domains) > 0) != (o.CloudFront.Certificate != "") {
		r.refuse(kind, "domain names and their certificate belong together", "both postern:cloudfront.domains and postern:cloudfront.certificate, or neither")
	}
	if o.Kind == doorALB {
		checkALB(r, o.ALB)
	}
	if g := o.APIGateway; (g.API == "") != (g.Stage == "") {
		r.refuse(kind, "an API and its stage belong together", "both postern:apigateway.api and postern:apigateway.stage, or neither")
	}
	if g := o.APIGateway; (g.Rate < 0) != (g.Burst < 0) {
		r.refuse(kind, "a rate and its burst belong together", "both postern:apigateway.rate and postern:apigateway.burst, or neither")
	}
	return o
}

// checkWAF refuses a web ACL where AWS cannot attach one (security and operations spec, 3).
func checkWAF(r *contextReader, o FrontDoorOptions) {
	const key = "postern:waf"
	r.needs(o.WAF == wafManaged, "postern:waf.rate", key+"=managed")
	if o.WAFRate > 0 && o.WAFRate < minWAFRate {
		r.refuse("postern:waf.rate", "a rate rule needs 10 requests at least", "0, or 10 and more")
	}
	if o.WAF == wafNone {
		return
	}
	if o.Kind == doorURL || o.Kind == doorAPIGateway && o.APIGateway.Kind == "HTTP" {
		r.refuse(key, "AWS WAF attaches neither to function URLs nor to HTTP APIs", "none, or postern:frontDoor cloudfront, alb, or apigateway with postern:apigateway.type=REST")
	}
}

func checkALB(r *contextReader, o ALBOptions) {
	const kind = "postern:frontDoor"
	if o.VPC == "" || len(o.Subnets) < 2 {
		r.refuse(kind, "a load balancer needs a VPC and subnets in two zones", "alb together with postern:alb.vpc and two postern:alb.subnets")
	}
	if len(o.Sources) == 0 {
		r.refuse(kind, "nobody could connect", "alb together with postern:alb.sources")
	}
	if o.MTLS != "off" && o.Certificate == "" {
		r.refuse("postern:alb.mtls", "client certificates need TLS", "off, or together with postern:alb.certificate")
	}
	if (o.MTLS == "verify") != (o.TrustStore != "") {
		r.refuse("postern:alb.mtls", "a trust store and the mode verify belong together; passthrough leaves the check to authorizers", "verify with postern:alb.trustStore, or another mode without")
	}
}
