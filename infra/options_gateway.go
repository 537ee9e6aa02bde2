package main

import (
	"regexp"
	"slices"
	"strings"
)

// ProxyOptions say how Lambda runs the proxy.
type ProxyOptions struct {
	// Reserved is the reserved concurrency; unreserved leaves the account's pool.
	Reserved int
	// Provisioned is how many environments are kept ready.
	Provisioned int
	// CacheMemory is how much of stage caches an environment keeps in memory, in MB.
	CacheMemory int
	// Shift is shiftNone or one of CodeDeploy's predefined configurations for Lambda.
	Shift string
	// Subnets and SecurityGroups put the function into a VPC; both or none.
	Subnets, SecurityGroups []string
	// Managed runs the function on managed instances in those subnets.
	Managed bool
	// Concurrency is how many requests one environment on managed instances serves at once.
	Concurrency int
	// MaxCPUs bounds the vCPUs of managed instances.
	MaxCPUs int
}

const (
	unreserved = -1
	shiftNone  = "none"
	// minManagedMemory is the least memory of a function on managed instances, in MB.
	minManagedMemory = 2048
)

// shifts are the ways in which the alias moves to a new version: at once, or CodeDeploy's
// predefined configurations without their prefix "CodeDeployDefault.Lambda".
var shifts = []string{
	shiftNone, "AllAtOnce",
	"Canary10Percent5Minutes", "Canary10Percent10Minutes", "Canary10Percent15Minutes", "Canary10Percent30Minutes",
	"Linear10PercentEvery1Minute", "Linear10PercentEvery2Minutes", "Linear10PercentEvery3Minutes", "Linear10PercentEvery10Minutes",
}

var (
	subnetPattern = regexp.MustCompile(`^subnet-[0-9a-f]{8,17}$`)
	groupPattern  = regexp.MustCompile(`^sg-[0-9a-f]{8,17}$`)
)

func readProxy(r *contextReader, size FunctionOptions) ProxyOptions {
	o := ProxyOptions{
		Reserved:       r.integer("postern:gateway.reservedConcurrency", unreserved, 0, 100000),
		Provisioned:    r.integer("postern:gateway.provisionedConcurrency", 0, 0, 100000),
		CacheMemory:    r.integer("postern:gateway.cacheMemory", 64, 1, 8192),
		Shift:          r.oneOf("postern:gateway.shift", shiftNone, shifts...),
		Subnets:        r.list("postern:gateway.subnets", subnetPattern, "subnet-{id}"),
		SecurityGroups: r.list("postern:gateway.securityGroups", groupPattern, "sg-{id}"),
		Managed:        r.flag("postern:gateway.managedInstances", false),
		Concurrency:    r.integer("postern:gateway.managedInstances.concurrency", 10, 1, 1600),
		MaxCPUs:        r.integer("postern:gateway.managedInstances.maxVCpus", 32, 2, 15000),
	}
	if len(o.Subnets) == 0 != (len(o.SecurityGroups) == 0) {
		key, other := "postern:gateway.subnets", "postern:gateway.securityGroups"
		if len(o.Subnets) == 0 {
			key, other = other, key
		}
		r.refuse(key, "it needs "+other, "both keys or none")
	}
	if o.CacheMemory > size.Memory/2 {
		r.refuse("postern:gateway.cacheMemory", "the rest of the function needs memory too", "at most half of postern:gateway.memory")
	}
	if o.Reserved >= 0 && o.Provisioned > o.Reserved {
		r.refuse("postern:gateway.provisionedConcurrency", "more than the reserved concurrency", "at most postern:gateway.reservedConcurrency")
	}
	for _, key := range []string{"postern:gateway.managedInstances.concurrency", "postern:gateway.managedInstances.maxVCpus"} {
		r.needs(o.Managed, key, "postern:gateway.managedInstances=true")
	}
	if o.Managed {
		const key = "postern:gateway.managedInstances"
		switch {
		case len(o.Subnets) == 0:
			r.refuse(key, "instances need a place", "true together with postern:gateway.subnets and postern:gateway.securityGroups")
		case size.Memory < minManagedMemory:
			r.refuse(key, "instances have more memory", "true together with postern:gateway.memory of 2048 or more")
		case o.Reserved >= 0 || o.Provisioned > 0:
			r.refuse(key, "instances scale by their load, not by reserved or provisioned concurrency", "true without those keys")
		case o.Shift != shiftNone:
			r.refuse(key, "CodeDeploy does not shift traffic between versions on instances", "true with postern:gateway.shift=none")
		}
	}
	return o
}

// AccessOptions say who may call the control plane.
type AccessOptions struct {
	// Signature has the function verify signatures itself; otherwise its URL has AWS_IAM.
	Signature bool
	// AdminKey is the access key id of the administrator; its secret is made by the stack.
	AdminKey string
	// Definitions is the bucket pattern that the custom resource may read definitions from; empty
	// for none.
	Definitions string
}

var (
	accessKeyPattern = regexp.MustCompile(`^[A-Za-z0-9_]{4,128}$`)
	bucketPattern    = regexp.MustCompile(`^[a-z0-9*][a-z0-9.*-]{2,62}$`)
)

func readAccess(r *contextReader, secretKey string) AccessOptions {
	const adminKey, authKey = "postern:controlplane.adminAccessKey", "postern:controlplane.auth"
	o := AccessOptions{
		Signature:   r.oneOf(authKey, "AWS_IAM", "AWS_IAM", "signature") == "signature",
		AdminKey:    r.text(adminKey, "", accessKeyPattern, "4 to 128 letters, digits and underscores"),
		Definitions: r.text("postern:controlplane.definitions", "", bucketPattern, "the name of a bucket, in which * may stand"),
	}
	r.needs(o.Signature, adminKey, authKey+"=signature")
	if o.Signature && o.AdminKey == "" && secretKey == secretNone {
		r.refuse(authKey, "nobody could sign", "signature together with "+adminKey+" or postern:accessKeys")
	}
	const cognito = "postern:controlplane.cognito"
	if r.text(cognito, "none", pathPattern, "none") != "none" {
		r.refuse(cognito, "the function serves no console, so there is no sign-in page to protect", "none")
	}
	return o
}

// AuthorizerOptions configure functions/authorizer, for stages that are managed in the console.
type AuthorizerOptions struct {
	Enabled                      bool
	Issuer, JWKSURL              string
	Audiences, Scopes            []string
	KeyRequired, SimpleResponses bool
}

var (
	urlPattern  = regexp.MustCompile(`^https://[^\s/,]+[^\s,]*$`)
	wordPattern = regexp.MustCompile(`^[^\s,]+$`)
)

func readAuthorizer(r *contextReader) AuthorizerOptions {
	const on = "postern:authorizer"
	o := AuthorizerOptions{
		Enabled:         r.flag(on, false),
		Issuer:          r.text(on+".issuer", "", urlPattern, "an https URL"),
		JWKSURL:         r.text(on+".jwksUrl", "", urlPattern, "an https URL"),
		Audiences:       r.list(on+".audience", wordPattern, "words without spaces"),
		Scopes:          r.list(on+".scopes", wordPattern, "words without spaces"),
		KeyRequired:     r.flag(on+".apiKeyRequired", false),
		SimpleResponses: r.flag(on+".simpleResponses", true),
	}
	for _, name := range []string{".issuer", ".jwksUrl", ".audience", ".scopes", ".apiKeyRequired", ".simpleResponses"} {
		r.needs(o.Enabled, on+name, on+"=true")
	}
	for _, name := range []string{".jwksUrl", ".audience", ".scopes"} {
		r.needs(o.Issuer != "", on+name, on+".issuer")
	}
	if o.Issuer != "" && len(o.Audiences) == 0 {
		r.refuse(on+".issuer", "tokens for others would be accepted", "together with "+on+".audience")
	}
	return o
}

// WebSocketOptions configure the transport of WebSocket APIs.
type WebSocketOptions struct {
	Enabled bool
	// API and Stage are the stage variables posternApi and posternStage.
	API, Stage string
}

func readWebSocket(r *contextReader) WebSocketOptions {
	const on = "postern:websocket"
	o := WebSocketOptions{
		Enabled: r.flag(on, false),
		API:     r.text(on+".api", "", apiIDPattern, "the id of an API of Postern"),
		Stage:   r.text(on+".stage", "", stagePattern, "the name of a stage of Postern"),
	}
	r.needs(o.Enabled, on+".api", on+"=true")
	r.needs(o.Enabled, on+".stage", on+"=true")
	if (o.API == "") != (o.Stage == "") {
		r.refuse(on, "an API and its stage belong together", "both "+on+".api and "+on+".stage, or neither")
	}
	return o
}

// BakedOptions name the OpenAPI files that are compiled into the proxy's asset.
type BakedOptions struct {
	// Files are paths or patterns, relative to cdk.json.
	Files []string
	Stage string
	// Variables are name=value.
	Variables []string
}

func readBaked(r *contextReader) BakedOptions {
	o := BakedOptions{
		Files:     r.list("apis", pathPattern, "paths of OpenAPI files, * in them as in a shell"),
		Stage:     r.text("postern:apis.stage", "prod", regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`), "letters, digits, hyphens and underscores"),
		Variables: r.list("postern:apis.variables", regexp.MustCompile(`^[A-Za-z0-9_]+=[^,]*$`), "name=value"),
	}
	for _, key := range []string{"postern:apis.stage", "postern:apis.variables"} {
		r.needs(len(o.Files) > 0, key, "apis")
	}
	slices.Sort(o.Variables)
	return o
}

// join renders a list as the functions' environment has it.
func join(values []string) string { return strings.Join(values, ",") }
