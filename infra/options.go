package main

import (
	"regexp"
	"strings"
)

// Options are the choices of one installation; doc.go lists their context keys and
// defaults.
type Options struct {
	Name         string
	Assets       string
	Architecture string
	// Retain keeps the table and the logs when their stack is deleted.
	Retain bool
	// RecoveryDays is how far back the table can be restored.
	RecoveryDays int
	// TableKey is who owns the key of the table: keyAWS, keyCreate or the ARN of a key.
	TableKey string
	// Invoke lists function ARNs; InvokePrefix applies when it is empty.
	Invoke       []string
	InvokePrefix string
	// GatewayAuth is a function URL's auth type, NONE or AWS_IAM.
	GatewayAuth  string
	Gateway      FunctionOptions
	ControlPlane FunctionOptions

	// Traced turns on X-Ray's active tracing of every function.
	Traced bool
	// AssumeRoles lists the roles that integrations may name as their credentials.
	AssumeRoles []string
	// VPCLinks is the proxy's POSTERN_VPC_LINKS; LookupVPCLinks lets it ask for the addresses of
	// load balancers.
	VPCLinks       string
	LookupVPCLinks bool
	// SecretKey is where the key that seals secrets of access keys comes from: secretNone,
	// secretCreate or the ARN of a secret.
	SecretKey string

	Proxy         ProxyOptions
	Access        AccessOptions
	FrontDoor     FrontDoorOptions
	WebSocket     WebSocketOptions
	Authorizer    AuthorizerOptions
	Observability ObservabilityOptions
	Baked         BakedOptions
}

// FunctionOptions size one function.
type FunctionOptions struct {
	// Memory is in MB; Lambda gives CPU in proportion.
	Memory int
	// Timeout is in seconds.
	Timeout int
	// LogRetention is in days; 0 keeps logs for ever.
	LogRetention int
}

// The limits of Lambda for memory (MB) and timeout (s).
const (
	minMemory, maxMemory   = 128, 10240
	minTimeout, maxTimeout = 1, 900
)

// Words that stand for a choice where an ARN is possible too.
const (
	keyAWS       = "aws"
	keyCreate    = "create"
	secretNone   = "none"
	secretCreate = "create"
)

var (
	keyPattern    = regexp.MustCompile(`^(aws|create|arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+)$`)
	rolePattern   = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/[A-Za-z0-9+=,.@_/-]+\*?$`)
	linksPattern  = regexp.MustCompile(`^[^,=\s]+=[^,=\s]+:\d{1,5}(,[^,=\s]+=[^,=\s]+:\d{1,5})*$`)
	secretPattern = regexp.MustCompile(`^(none|create|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+)$`)
	// A stack name is at most 128 characters; the longest stack adds "-controlplane".
	namePattern   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,99}$`)
	pathPattern   = regexp.MustCompile(`^.+$`)
	prefixPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	arnPattern    = regexp.MustCompile(`^arn:aws[a-z-]*:lambda:[a-z]{2}(-[a-z]+)+-\d:\d{12}:function:[A-Za-z0-9_*-]{1,64}(:[A-Za-z0-9$_*-]{1,128})?$`)
)

// ReadOptions reads the options from CDK context. The error names every wrong key with
// the reason and the allowed values.
func ReadOptions(values map[string]any) (Options, error) {
	r := newContextReader(values)
	options := readAll(r)
	return options, r.err()
}

func readAll(r *contextReader) Options {
	options := Options{
		Name:         r.text("postern:name", "postern", namePattern, "a letter, then up to 99 letters, digits and hyphens"),
		Assets:       r.text("postern:assets", ".build/functions", pathPattern, "the path of a folder"),
		Architecture: r.oneOf("postern:architecture", "arm64", "arm64", "x86_64"),
		Retain:       r.oneOf("postern:removal", "retain", "retain", "destroy") == "retain",
		RecoveryDays: r.integer("postern:data.recoveryDays", 35, 1, 35),
		GatewayAuth:  r.oneOf("postern:gateway.auth", "NONE", "NONE", "AWS_IAM"),
		Gateway:      readFunctionOptions(r, "gateway", 30),
		ControlPlane: readFunctionOptions(r, "controlplane", 90),

		TableKey:       r.text("postern:data.key", keyAWS, keyPattern, "aws, create or the ARN of a KMS key"),
		Traced:         r.oneOf("postern:tracing", "active", "active", "passthrough") == "active",
		AssumeRoles:    r.list("postern:assumeRoles", rolePattern, "arn:aws:iam::{account}:role/{name}, * in the name only"),
		VPCLinks:       r.text("postern:vpcLinks", "", linksPattern, "id=host:port, separated by commas"),
		LookupVPCLinks: r.flag("postern:vpcLinks.lookup", false),
		SecretKey:      r.text("postern:accessKeys", secretNone, secretPattern, "none, create or the ARN of a secret in Secrets Manager"),
		WebSocket:      readWebSocket(r),
	}
	readInvoke(r, &options)
	options.Proxy = readProxy(r, options.Gateway)
	options.Access = readAccess(r, options.SecretKey)
	options.FrontDoor = readFrontDoor(r)
	options.Authorizer = readAuthorizer(r)
	options.Observability = readObservability(r)
	options.Baked = readBaked(r)
	return options
}

func readFunctionOptions(r *contextReader, name string, logRetention int) FunctionOptions {
	prefix := contextPrefix + name + "."
	return FunctionOptions{
		Memory:       r.integer(prefix+"memory", 512, minMemory, maxMemory),
		Timeout:      r.integer(prefix+"timeout", 30, minTimeout, maxTimeout),
		LogRetention: r.oneOfIntegers(prefix+"logRetention", logRetention, retentionDays()),
	}
}

// readInvoke reads which functions APIs may invoke. A prefix that covers the
// installation's own functions is refused: whoever can write an API definition could
// otherwise reach the control plane's function past its own authorization.
func readInvoke(r *contextReader, options *Options) {
	const listKey, prefixKey = "postern:invoke", "postern:invokePrefix"
	options.Invoke = r.list(listKey, arnPattern,
		"arn:aws:lambda:{region}:{account}:function:{name} or the same with :{alias or version}, * in the last two parts only")
	const form = "1 to 64 letters, digits, hyphens and underscores"
	options.InvokePrefix = r.text(prefixKey, options.Name+"-backend-", prefixPattern, form)
	if !r.has(prefixKey) {
		return
	}
	if r.has(listKey) {
		r.refuse(prefixKey, "it has no effect together with "+listKey, "one of the two keys")
	}
	for _, own := range []string{gatewayStack(options.Name), controlPlaneStack(options.Name)} {
		if strings.HasPrefix(own, options.InvokePrefix) || strings.HasPrefix(options.InvokePrefix, own) {
			r.refuse(prefixKey, "it covers this installation's own functions, "+own+"-*", form+", not the start of an own function's name")
			return
		}
	}
}
