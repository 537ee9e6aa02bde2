package main

import (
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestDefaultOptions(t *testing.T) {
	got, err := ReadOptions(map[string]any{"@aws-cdk/core:checkSecretUsage": true, "aws:cdk:enable-path-metadata": true})
	if err != nil {
		t.Fatal(err)
	}
	want := Options{
		Name:         "postern",
		Assets:       ".build/functions",
		Architecture: "arm64",
		Retain:       true,
		RecoveryDays: 35,
		InvokePrefix: "postern-backend-",
		GatewayAuth:  "NONE",
		Gateway:      FunctionOptions{Memory: 512, Timeout: 30, LogRetention: 30},
		ControlPlane: FunctionOptions{Memory: 512, Timeout: 30, LogRetention: 90},

		TableKey: "aws", Traced: true, SecretKey: "none",
		Proxy: ProxyOptions{Reserved: -1, CacheMemory: 64, Shift: "none", Concurrency: 10, MaxCPUs: 32},
		FrontDoor: FrontDoorOptions{
			Kind: "url", WAF: "none", WAFRate: 2000, CloudFront: CloudFrontOptions{IPv6: true}, ALB: ALBOptions{MTLS: "off"},
			APIGateway: APIGatewayOptions{Kind: "REST", Rate: -1, Burst: -1},
		},
		Authorizer:    AuthorizerOptions{SimpleResponses: true},
		Observability: ObservabilityOptions{Enabled: true, FaultPercent: 1, LatencyMillis: 3000},
		Baked:         BakedOptions{Stage: "prod"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestGoodContext(t *testing.T) {
	const pets, petsLive = "arn:aws:lambda:us-east-1:123456789012:function:pets", "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:pets*:live"
	for _, test := range []struct {
		name   string
		values map[string]any
		got    func(Options) any
		want   any
	}{
		{"number from cdk.json", map[string]any{"postern:gateway.memory": 10240.0}, func(o Options) any { return o.Gateway.Memory }, 10240},
		{"number from the command line", map[string]any{"postern:gateway.memory": "128"}, func(o Options) any { return o.Gateway.Memory }, 128},
		{"list from cdk.json", map[string]any{"postern:invoke": []any{pets, petsLive}}, func(o Options) any { return o.Invoke }, []string{pets, petsLive}},
		{"list from the command line", map[string]any{"postern:invoke": pets + ", " + petsLive}, func(o Options) any { return o.Invoke }, []string{pets, petsLive}},
		{"null is absent", map[string]any{"postern:name": nil}, func(o Options) any { return o.Name }, "postern"},
		{"prefix follows the name", map[string]any{"postern:name": "edge"}, func(o Options) any { return o.InvokePrefix }, "edge-backend-"},
		{"prefix", map[string]any{"postern:invokePrefix": "shop_"}, func(o Options) any { return o.InvokePrefix }, "shop_"},
		{"no log expiry", map[string]any{"postern:controlplane.logRetention": 0.0}, func(o Options) any { return o.ControlPlane.LogRetention }, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			options, err := ReadOptions(test.values)
			if err != nil {
				t.Fatal(err)
			}
			if got := test.got(options); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// The errors name the key, the value, the reason and what is allowed.
func TestBadContext(t *testing.T) {
	for _, test := range []struct {
		key   string
		value any
		want  []string
	}{
		{"postern:name", "1st", []string{`"1st"`, "a letter, then"}},
		{"postern:name", strings.Repeat("a", 101), []string{"up to 99 letters"}},
		{"postern:name", []any{"a"}, []string{"not a single value"}},
		{"postern:assets", "", []string{"the path of a folder"}},
		{"postern:architecture", "amd64", []string{"unknown value", "arm64, x86_64"}},
		{"postern:removal", true, []string{"= true", "retain, destroy"}},
		{"postern:data.recoveryDays", 36.0, []string{"= 36", "out of range", "from 1 to 35"}},
		{"postern:gateway.auth", "none", []string{`"none"`, "NONE, AWS_IAM"}},
		{"postern:gateway.memory", 127.0, []string{"out of range", "from 128 to 10240"}},
		{"postern:gateway.memory", 512.5, []string{"not a whole number"}},
		{"postern:gateway.timeout", "901", []string{"out of range", "from 1 to 900"}},
		{"postern:gateway.timeout", "30s", []string{"not a whole number"}},
		{"postern:gateway.logRetention", 31.0, []string{"unknown value", "0, 1, 3, 5, 7, 14, 30, 60"}},
		{"postern:controlplane.memory", "big", []string{"not a whole number"}},
		{"postern:controlplane.timeout", 0.0, []string{"out of range"}},
		{"postern:controlplane.logRetention", -1.0, []string{"unknown value"}},
		{"postern:invoke", "pets", []string{`entry "pets"`, "arn:aws:lambda:"}},
		{"postern:invoke", "arn:aws:lambda:us-east-1:*:function:pets", []string{"does not have this form"}},
		{"postern:invoke", []any{}, []string{"the list is empty"}},
		{"postern:invoke", []any{7.0}, []string{"entry 7 is not a string"}},
		{"postern:invoke", 7.0, []string{"not a list"}},
		{"postern:invokePrefix", "", []string{"1 to 64 letters"}},
		{"postern:invokePrefix", "a*", []string{"does not have this form"}},
		{"postern:invokePrefix", "post", []string{"own functions, postern-gateway-*"}},
		{"postern:invokePrefix", "postern-controlplane-C", []string{"own functions, postern-controlplane-*"}},
		{"postern:data.key", "mine", []string{"aws, create or the ARN"}},
		{"postern:accessKeys", "arn:aws:kms:x", []string{"none, create or the ARN"}},
		{"postern:assumeRoles", "arn:aws:iam::123456789012:user/a", []string{"does not have this form"}},
		{"postern:vpcLinks", "abc=host", []string{"id=host:port"}},
		{"postern:gateway.cacheMemory", "300", []string{"needs memory too", "half of postern:gateway.memory"}},
		{"postern:gateway.shift", "Linear", []string{"unknown value", "Canary10Percent5Minutes"}},
		{"postern:gateway.subnets", "subnet-0a1b2c3d", []string{"it needs postern:gateway.securityGroups"}},
		{"postern:gateway.securityGroups", "sg-0a1b2c3d", []string{"it needs postern:gateway.subnets"}},
		{"postern:gateway.managedInstances", true, []string{"instances need a place"}},
		{"postern:gateway.managedInstances.concurrency", 5.0, []string{"no effect without postern:gateway.managedInstances=true"}},
		{"postern:frontDoor", "nlb", []string{"unknown value"}},
		{"postern:frontDoor", "alb", []string{"needs a VPC", "nobody could connect"}},
		{"postern:waf", "managed", []string{"neither to function URLs nor to HTTP APIs"}},
		{"postern:waf.rate", 100.0, []string{"no effect without postern:waf=managed"}},
		{"postern:waf.rate", 5.0, []string{"rule needs 10"}},
		{"postern:cloudfront.domains", "api.example.com", []string{"no effect without postern:frontDoor=cloudfront"}},
		{"postern:alb.mtls", "verify", []string{"no effect without postern:frontDoor=alb"}},
		{"postern:apigateway.type", "HTTP", []string{"no effect without postern:frontDoor=apigateway"}},
		{"postern:websocket.api", "chat", []string{"no effect without postern:websocket=true"}},
		{"postern:authorizer.issuer", "https://a.example.com", []string{"no effect without postern:authorizer=true", "together with postern:authorizer.audience"}},
		{"postern:controlplane.auth", "signature", []string{"nobody could sign"}},
		{"postern:controlplane.adminAccessKey", "admin", []string{"no effect without postern:controlplane.auth=signature"}},
		{"postern:controlplane.cognito", "create", []string{"serves no console"}},
		{"postern:observability.emails", "me", []string{"does not have this form"}},
		{"postern:apis.stage", "dev", []string{"no effect without apis"}},
		{"postern:gateway.memroy", 512.0, []string{"unknown key", "postern:gateway.memory"}},
	} {
		_, err := ReadOptions(map[string]any{test.key: test.value})
		if err == nil {
			t.Errorf("%s = %v was accepted", test.key, test.value)
			continue
		}
		for _, want := range append(test.want, "context "+test.key, "allowed: ") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s = %v: error %q lacks %q", test.key, test.value, err, want)
			}
		}
	}
}

// What is right for one value is wrong beside another.
func TestContradictoryContext(t *testing.T) {
	alb := map[string]any{
		"postern:frontDoor": "alb", "postern:alb.vpc": "vpc-0a1b2c3d", "postern:alb.sources": "10.0.0.0/8",
		"postern:alb.subnets": "subnet-0a1b2c3d,subnet-1a1b2c3d",
	}
	if _, err := ReadOptions(alb); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		base, values map[string]any
		want         string
	}{
		{alb, map[string]any{"postern:gateway.auth": "AWS_IAM"}, "no effect without postern:frontDoor=url"},
		{alb, map[string]any{"postern:alb.mtls": "passthrough"}, "client certificates need TLS"},
		{alb, map[string]any{"postern:alb.mtls": "verify", "postern:alb.certificate": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b"}, "a trust store and the mode verify"},
		{nil, map[string]any{"postern:frontDoor": "apigateway", "postern:apigateway.type": "HTTP", "postern:waf": "managed"}, "HTTP APIs"},
		{nil, map[string]any{"postern:frontDoor": "apigateway", "postern:apigateway.api": "pets"}, "an API and its stage"},
		{nil, map[string]any{"postern:frontDoor": "apigateway", "postern:apigateway.rate": "5"}, "a rate and its burst"},
		{nil, map[string]any{"postern:frontDoor": "cloudfront", "postern:cloudfront.domains": "api.example.com"}, "belong together"},
		{nil, map[string]any{"postern:gateway.reservedConcurrency": "1", "postern:gateway.provisionedConcurrency": "2"}, "more than the reserved"},
		{nil, map[string]any{"postern:websocket": "true", "postern:websocket.api": "chat"}, "an API and its stage"},
	} {
		values := maps.Clone(test.values)
		maps.Copy(values, test.base)
		if _, err := ReadOptions(values); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v, want it to say %q", test.values, err, test.want)
		}
	}
}

func TestContextErrorsComeTogether(t *testing.T) {
	_, err := ReadOptions(map[string]any{
		"postern:invoke":       "arn:aws:lambda:us-east-1:123456789012:function:pets",
		"postern:invokePrefix": "shop-",
		"postern:gateway.auth": "open",
		"postern:nmae":         "edge",
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"postern:invokePrefix", "no effect together with postern:invoke", "postern:gateway.auth", "postern:nmae"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q lacks %q", err, want)
		}
	}
}

// doc.go is where users look options up, so it lists exactly the keys that are read.
func TestEveryOptionIsDocumented(t *testing.T) {
	reader := newContextReader(nil)
	readAll(reader)
	read := make([]string, 0, len(reader.read))
	for key := range reader.read {
		read = append(read, key)
	}
	slices.Sort(read)
	page, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for line := range strings.Lines(string(page)) {
		if entry, found := strings.CutPrefix(line, "//\t"); found {
			documented = append(documented, strings.Fields(entry)[0])
		}
	}
	slices.Sort(documented)
	if !slices.Equal(read, documented) {
		t.Errorf("documented %q\nread       %q", documented, read)
	}
}
