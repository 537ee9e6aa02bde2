package rest

import (
	"slices"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// apis are the APIs whose facts share settings; others have none.
var apis = map[string]api{
	"routing":                   {paths: routing},
	"unrouted":                  {paths: obj{"/only": obj{"get": method(says("only"), "")}}},
	"paths":                     {paths: lambdaPaths},
	"validators":                {document: merged(validators, obj{"components": schemes})},
	"policy":                    {document: merged(policy, obj{"components": schemes})},
	"variables":                 {variables: stageVariables},
	"binary":                    {document: obj{"x-amazon-apigateway-binary-media-types": list{"image/png", "application/*"}}},
	"customised":                {document: customised, variables: stageVariables},
	"models":                    {document: merged(validators, models)},
	"reasons":                   {document: merged(validators, obj{gatewayResponses: obj{"BAD_REQUEST_BODY": obj{"statusCode": 400, "responseTemplates": obj{"application/json": "$context.error.validationErrorString"}}}})},
	"canary":                    {paths: whichPaths("stage", true), variables: map[string]string{"path": "from-stage", "kept": "from-stage"}, canary: whichPaths("canary", false), overrides: map[string]string{"path": "from-canary", "new": "only-canary"}, percent: 100},
	"idle canary":               {paths: whichPaths("stage", true), variables: map[string]string{"path": "from-stage"}, canary: whichPaths("canary", false)},
	"compression":               {document: obj{"x-amazon-apigateway-minimum-compression-size": 100}},
	"disabled":                  {document: obj{"servers": list{obj{"url": "/", "x-amazon-apigateway-endpoint-configuration": obj{"disableExecuteApiEndpoint": true}}}}},
	"default gateway responses": {document: obj{"x-amazon-apigateway-gateway-responses": obj{"DEFAULT_4XX": obj{"statusCode": 418}}}, paths: obj{"/only": obj{"get": method(says("only"), "")}}},
}

var stageVariables = map[string]string{"path": "from-stage", "function": "conformance", "chars": "aZ9 -._~:/?#&=,"}

// facts are all cases, section by section.
var facts = slices.Concat(section01, section02, section03, section04, section05, section06, section07, section08, section09, section10, section14, section16)

func lower(s string) string { return strings.ToLower(s) }

func TestConformance(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs executables")
	}
	s := &harness.Suite{Deploy: deploy}
	for i := range facts {
		s.Cases = append(s.Cases, facts[i].kase())
	}
	s.Run(t)
}

// TestTheTable checks that the table covers the specification: sections 11 to 13, and what a
// section leaves out, have tables of their own.
func TestTheTable(t *testing.T) {
	if len(facts) < 350 {
		t.Errorf("there are %d cases, want 350", len(facts))
	}
	names, sections := map[string]bool{}, map[string]int{}
	for i := range facts {
		f := &facts[i]
		name := f.section + "/" + f.name
		if names[name] {
			t.Errorf("%s is there twice", name)
		}
		names[name] = true
		sections[f.section]++
		if f.section == "" || f.name == "" {
			t.Errorf("case %d has no name or no section", i)
		}
	}
	for _, s := range strings.Fields("1.1 1.3 1.4 2 2.1 2.2 3.1 3.2 3.3 3.4 3.5 3.6 4.1 4.2 4.3 4.4 4.5 4.6 4.7 5.1 5.2 6 7 8.1 8.2 8.3 8.4 8.5 9.1 9.2 9.3 10 14 16") {
		if sections[s] == 0 {
			t.Errorf("no case is from section %s", s)
		}
		t.Logf("section %s: %d cases", s, sections[s])
	}
	t.Logf("%d cases", len(facts))
}
