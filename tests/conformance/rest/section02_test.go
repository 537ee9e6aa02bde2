package rest

import (
	"strings"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// requires makes parameters required and validates: name, where it is, ...
func requires(kv ...string) obj {
	var declared list
	for i := 0; i < len(kv); i += 2 {
		declared = append(declared, obj{"name": kv[i], "in": kv[i+1], "required": true, "schema": obj{"type": "string"}})
	}
	return obj{"parameters": declared, "x-amazon-apigateway-request-validator": "all"}
}

func merged(all ...obj) obj {
	o := obj{}
	for _, one := range all {
		for k, v := range one {
			o[k] = v
		}
	}
	return o
}

var (
	validators = obj{"x-amazon-apigateway-request-validators": obj{
		"all":        obj{"validateRequestParameters": true, "validateRequestBody": true},
		"parameters": obj{"validateRequestParameters": true, "validateRequestBody": false},
		"body":       obj{"validateRequestParameters": false, "validateRequestBody": true},
	}}
	schemes = obj{"securitySchemes": obj{
		"iam": obj{"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
	}}
	needsIAM = obj{"security": list{obj{"iam": list{}}}, "x-amazon-apigateway-auth": obj{"type": "AWS_IAM"}}
	// objectBody is a model whose objects need a name.
	objectBody = obj{"requestBody": obj{"content": obj{"application/json": obj{"schema": obj{"type": "object", "required": list{"name"}, "properties": obj{"name": obj{"type": "string"}}}}}}}
)

func statement(effect, path string, condition obj) obj {
	s := obj{"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/*/" + path}
	if condition != nil {
		s["Condition"] = condition
	}
	return s
}

// policy is the resource policy of the API "policy".
var policy = obj{"x-amazon-apigateway-policy": obj{"Version": "2012-10-17", "Statement": list{
	statement("Allow", "2-1-an-explicit-allow*", nil),
	statement("Allow", "2-1-a-deny-beats-an-allow", nil),
	statement("Deny", "2-1-a-deny-beats-an-allow", nil),
	statement("Deny", "2-1-an-explicit-deny", nil),
	statement("Allow", "2-2-the-address-fits", obj{"IpAddress": obj{"aws:SourceIp": "127.0.0.0/8"}}),
	statement("Allow", "2-2-the-address-does-not-fit", obj{"IpAddress": obj{"aws:SourceIp": "192.0.2.0/24"}}),
	statement("Allow", "2-2-the-user-agent*", obj{"StringLike": obj{"aws:UserAgent": "good*"}}),
	statement("Allow", "2-2-the-referer*", obj{"StringEquals": obj{"aws:Referer": "https://example.com/"}}),
	statement("Allow", "2-2-the-time*", obj{"DateGreaterThan": obj{"aws:CurrentTime": "2020-01-01T00:00:00Z"}}),
	statement("Allow", "3-6*", nil),
	obj{"Effect": "Allow", "Principal": obj{"AWS": "123456789012"}, "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/*/2-1-a-principal"},
}}}

func anonymous(end string) want {
	return want{Status: 403, Header: obj{"x-amzn-ErrorType": "AccessDeniedException"}, Body: harness.Match(
		`\{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:\*\*\*\*\*\*\*\*9012:{{api}}/prod/GET/[^ "]*` + end + `"\}`)}
}

func governed(section, name string, w want, head ...string) fact {
	return fact{name: name, section: section, api: "policy", in: says("in"), head: head, want: w}
}

// section02 is the order of the life of a request, and resource policies.
var section02 = []fact{
	{name: "an unmatched method before validation", section: "2", api: "validators", in: mock(), op: requires("q", "query"), verb: "get", do: "POST {}", want: noToken},
	{name: "an unmatched path before the resource policy", section: "2", tag: "inferred", api: "policy", do: "GET /nowhere", want: noToken},
	{name: "authorization before validation", section: "2", api: "validators", in: httpProxy(), op: merged(requires("q", "query"), needsIAM), want: noToken, noCall: true},
	{name: "parameters before the body", section: "2", api: "validators", in: httpProxy(), op: merged(requires("q", "query"), objectBody), do: "POST {}", body: "[]", want: missing("q"), noCall: true},
	{name: "validation before the integration", section: "2", api: "validators", in: httpProxy(), op: requires("q", "query"), want: missing("q"), noCall: true},
	{name: "validation before the media type", section: "2", api: "validators", in: httpCustom(with("passthroughBehavior", "NEVER")), op: requires("q", "query"), do: "POST {}", head: []string{"Content-Type: text/x"}, body: "x", want: missing("q"), noCall: true},
	{name: "the media type before the integration", section: "2", in: httpCustom(with("passthroughBehavior", "NEVER")), do: "POST {}", head: []string{"Content-Type: text/x"}, body: "x", want: unsupported, noCall: true},
	{name: "bad JSON before the integration", section: "2", in: httpCustom(template("$input.path('$.a')")), do: "POST {}", body: "{", want: want{Status: 400}, noCall: true},
	{name: "a broken template before the integration", section: "2", in: httpCustom(template(failing)), do: "POST {}", body: "{}", want: internal, noCall: true},

	governed("2.1", "an explicit allow", body("in")),
	governed("2.1", "an explicit deny", anonymous(" with an explicit deny.*")),
	governed("2.1", "a deny beats an allow", anonymous(" with an explicit deny.*")),
	governed("2.1", "an implicit deny", anonymous(".*")),
	governed("2.1", "a principal", anonymous(".*")),
	{name: "no resource policy", section: "2.1", in: says("in"), want: body("in")},
	governed("2.2", "the address fits", body("in")),
	governed("2.2", "the address does not fit", anonymous(".*")),
	governed("2.2", "the user agent fits", body("in"), "User-Agent: good/1"),
	governed("2.2", "the user agent does not fit", anonymous(".*"), "User-Agent: bad/1"),
	governed("2.2", "the user agent is not there", anonymous(".*")),
	governed("2.2", "the referer fits", body("in"), "Referer: https://example.com/"),
	governed("2.2", "the referer is not there", anonymous(".*")),
	governed("2.2", "the time fits", body("in")),
	{name: "the ARN is too long", section: "3.6", api: "policy", in: says("in"), under: "/{proxy+}", do: "GET {}/" + strings.Repeat("a", 1600), want: want{Status: 414, Body: harness.Contains("Request URI too long")}},
}
