package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// installation is a synthesised app: its stacks and their templates by stack name.
type installation struct {
	*Stacks
	templates map[string]assertions.Template
}

// defaults is the installation without any option, synthesised once for all tests.
var defaults = sync.OnceValues(func() (*installation, error) {
	return newInstallation(nil)
})

// changed is an installation with every option away from its default.
var changed = sync.OnceValues(func() (*installation, error) {
	return newInstallation(map[string]any{
		"postern:name":                      "edge",
		"postern:architecture":              "x86_64",
		"postern:removal":                   "destroy",
		"postern:data.recoveryDays":         "7",
		"postern:invoke":                    "arn:aws:lambda:eu-west-1:123456789012:function:pets, arn:aws:lambda:eu-west-1:123456789012:function:pets:live",
		"postern:gateway.auth":              "AWS_IAM",
		"postern:gateway.memory":            1024.0,
		"postern:gateway.timeout":           900.0,
		"postern:gateway.logRetention":      0.0,
		"postern:controlplane.memory":       "256",
		"postern:controlplane.timeout":      "60",
		"postern:controlplane.logRetention": "3653",

		"postern:tracing":                        "passthrough",
		"postern:data.key":                       "create",
		"postern:accessKeys":                     "create",
		"postern:assumeRoles":                    "arn:aws:iam::123456789012:role/integration",
		"postern:vpcLinks":                       "abc123=10.0.0.1:8080",
		"postern:vpcLinks.lookup":                true,
		"postern:gateway.cacheMemory":            "128",
		"postern:gateway.reservedConcurrency":    "100",
		"postern:gateway.provisionedConcurrency": "5",
		"postern:gateway.shift":                  "Canary10Percent5Minutes",
		"postern:gateway.subnets":                "subnet-0a1b2c3d,subnet-1a1b2c3d",
		"postern:gateway.securityGroups":         "sg-0a1b2c3d",
		"postern:websocket":                      "true",
		"postern:websocket.api":                  "chat",
		"postern:websocket.stage":                "prod",
		"postern:authorizer":                     true,
		"postern:authorizer.issuer":              "https://issuer.example.com",
		"postern:authorizer.jwksUrl":             "https://issuer.example.com/keys",
		"postern:authorizer.audience":            "a,b",
		"postern:authorizer.scopes":              "read",
		"postern:authorizer.apiKeyRequired":      "true",
		"postern:authorizer.simpleResponses":     "false",
		"postern:controlplane.auth":              "signature",
		"postern:controlplane.adminAccessKey":    "admin",
		"postern:controlplane.definitions":       "cdk-*-assets-123456789012-*",
		"postern:observability":                  false,
	})
})

// viaCloudFront, viaSignedCloudFront, viaLoadBalancer, viaREST and viaHTTP differ in the front door.
var (
	viaCloudFront = sync.OnceValues(func() (*installation, error) {
		return newInstallation(map[string]any{
			"postern:name": "cf", "postern:frontDoor": "cloudfront", "postern:waf": "managed",
			"postern:cloudfront.domains":     "api.example.com,*.example.org",
			"postern:cloudfront.certificate": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d",
			"postern:cloudfront.logBucket":   "logs",
			"postern:observability.emails":   "operators@example.com",
		})
	})
	viaSignedCloudFront = sync.OnceValues(func() (*installation, error) {
		return newInstallation(map[string]any{
			"postern:name": "oac", "postern:frontDoor": "cloudfront", "postern:cloudfront.originAccess": "oac",
			"postern:cloudfront.ipv6": "false", "postern:waf": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/own/0a1b",
			"postern:data.key": "arn:aws:kms:us-east-1:123456789012:key/0a1b", "postern:accessKeys": "arn:aws:secretsmanager:us-east-1:123456789012:secret:keys-AbCdEf",
		})
	})
	viaLoadBalancer = sync.OnceValues(func() (*installation, error) {
		return newInstallation(map[string]any{
			"postern:name": "lb", "postern:frontDoor": "alb", "postern:waf": "managed", "postern:waf.rate": "0",
			"postern:alb.vpc": "vpc-0a1b2c3d", "postern:alb.subnets": "subnet-0a1b2c3d,subnet-1a1b2c3d",
			"postern:alb.sources": "10.0.0.0/8,2001:db8::/32", "postern:alb.scheme": "internet-facing", "postern:alb.ipAddressType": "dualstack",
			"postern:alb.certificate": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d",
			"postern:alb.mtls":        "verify", "postern:alb.trustStore": "arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/t/0a1b",
			"postern:alb.logBucket":  "logs",
			"postern:gateway.memory": 4096.0, "postern:gateway.managedInstances": true, "postern:gateway.managedInstances.concurrency": "20",
			"postern:gateway.managedInstances.maxVCpus": "64", "postern:gateway.subnets": "subnet-0a1b2c3d", "postern:gateway.securityGroups": "sg-0a1b2c3d",
		})
	})
	viaREST = sync.OnceValues(func() (*installation, error) {
		return newInstallation(map[string]any{
			"postern:name": "rest", "postern:frontDoor": "apigateway", "postern:waf": "managed",
			"postern:apigateway.api": "pets", "postern:apigateway.stage": "prod", "postern:apigateway.rate": "100", "postern:apigateway.burst": "200",
		})
	})
	viaHTTP = sync.OnceValues(func() (*installation, error) {
		return newInstallation(map[string]any{
			"postern:name": "http", "postern:frontDoor": "apigateway", "postern:apigateway.type": "HTTP",
			"postern:apigateway.api": "pets", "postern:apigateway.stage": "prod", "postern:apigateway.rate": "100", "postern:apigateway.burst": "200",
		})
	})
)

// installations are all of them, which together take every option.
var installations = []func() (*installation, error){defaults, changed, viaCloudFront, viaSignedCloudFront, viaLoadBalancer, viaREST, viaHTTP}

// newInstallation synthesises the app with the context of cdk.json and the given one,
// over functions that consist of an ELF header.
func newInstallation(values map[string]any) (_ *installation, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("synthesis panicked: %v", problem)
		}
	}()
	folder, err := os.MkdirTemp("", "postern-infra-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	all, err := fileContext("../cdk.json")
	if err != nil {
		return nil, err
	}
	maps.Copy(all, values)
	all["postern:assets"] = "functions"
	options, err := ReadOptions(all)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"proxy", "controlplane", "authorizer", "connect", "route"} {
		if err := writeExecutable(filepath.Join(folder, "functions", name), options.Architecture); err != nil {
			return nil, err
		}
	}
	app := awscdk.NewApp(&awscdk.AppProps{Context: &all, Outdir: jsii.String(filepath.Join(folder, "cdk.out"))})
	stacks, err := NewStacks(app, folder, options)
	if err != nil {
		return nil, err
	}
	templates := map[string]assertions.Template{}
	for _, stack := range stacks.All() {
		templates[*stack.StackName()] = assertions.Template_FromStack(stack, nil)
	}
	return &installation{Stacks: stacks, templates: templates}, nil
}

// fileContext reads the context of a cdk.json, so that tests see the same feature flags.
func fileContext(path string) (map[string]any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	return file.Context, nil
}

// expect runs assertions on one template; a mismatch is a panic with a readable
// difference, and fails this test alone.
func expect(t *testing.T, from func() (*installation, error), stack string, assert func(assertions.Template)) {
	t.Helper()
	installation, err := from()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if problem := recover(); problem != nil {
			t.Errorf("stack %s: %v", stack, problem)
		}
	}()
	assert(installation.templates[stack])
}

// object is a JSON object, as assertions take it.
type object = map[string]any
