package openapi

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/policy"
)

// here are the options of every golden case.
var here = Options{Account: "123456789012", Partition: "aws", Region: "us-east-1"}

// goldenAPI is the identifier that golden cases resolve references for.
const goldenAPI = "abcdef1234"

// TestGolden compares each document under testdata with the definition beside it, which is written by hand from the
// specification.
func TestGolden(t *testing.T) {
	wants, err := filepath.Glob("testdata/*.want.json")
	if err != nil || len(wants) < 8 {
		t.Fatalf("found %d cases: %v", len(wants), err)
	}
	for _, want := range wants {
		name := strings.TrimSuffix(filepath.Base(want), ".want.json")
		t.Run(name, func(t *testing.T) {
			def, err := Parse(input(t, name), here)
			if err != nil {
				t.Fatal(err)
			}
			def.ResolveModelRefs(goldenAPI)
			if def.Policy != "" {
				// As an import does once the API has an identifier.
				if def.Policy, err = policy.Expand(def.Policy, "arn:aws:execute-api:us-east-1:123456789012:"+goldenAPI); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(decode(t, readFile(t, want)), comparable(t, def)); diff != "" {
				t.Errorf("the definition differs from %s (-want +got):\n%s", want, diff)
			}
		})
	}
}

// input finds the document of a case, whatever it is written in.
func input(t *testing.T, name string) []byte {
	t.Helper()
	for _, ext := range []string{".yaml", ".json"} {
		if body, err := os.ReadFile(filepath.Join("testdata", name+ext)); err == nil {
			return body
		}
	}
	t.Fatalf("no document for %s", name)
	return nil
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func decode(t *testing.T, body []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return value
}

// comparable turns a definition into plain JSON values: wire names, absent members left out, resources by path and methods
// by verb, and the names of validator and authorizer beside a method's members.
func comparable(t *testing.T, def *Definition) any {
	t.Helper()
	plain := func(value any) any {
		body, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return decode(t, body)
	}
	all := map[string]any{}
	set := func(name string, value any, present bool) {
		if present {
			all[name] = plain(value)
		}
	}
	set("name", def.Name, true)
	set("description", def.Description, def.Description != nil)
	set("version", def.Version, def.Version != nil)
	set("apiKeySource", def.APIKeySource, def.APIKeySource != "")
	set("binaryMediaTypes", def.BinaryMediaTypes, def.BinaryMediaTypes != nil)
	set("minimumCompressionSize", def.MinimumCompressionSize, def.MinimumCompressionSize != nil)
	set("policy", def.Policy, def.Policy != "")
	set("disableExecuteApiEndpoint", def.DisableExecuteAPIEndpoint, def.DisableExecuteAPIEndpoint != nil)
	set("vpcEndpointIds", def.VPCEndpointIDs, def.VPCEndpointIDs != nil)
	set("securityPolicy", def.SecurityPolicy, def.SecurityPolicy != nil)
	set("endpointAccessMode", def.EndpointAccessMode, def.EndpointAccessMode != nil)
	set("models", def.Models, def.Models != nil)
	set("validators", def.Validators, def.Validators != nil)
	set("authorizers", def.Authorizers, def.Authorizers != nil)
	set("gatewayResponses", def.GatewayResponses, def.GatewayResponses != nil)
	set("documentationParts", def.DocumentationParts, def.DocumentationParts != nil)
	set("documentationVersion", def.DocumentationVersion, def.DocumentationVersion != "")
	set("warnings", def.Warnings, def.Warnings != nil)
	resources := map[string]any{}
	for _, r := range def.Resources {
		methods := map[string]any{}
		for _, m := range r.Methods {
			method := plain(m.Method).(map[string]any)
			if m.ValidatorName != "" {
				method["validator"] = m.ValidatorName
			}
			if m.AuthorizerName != "" {
				method["authorizer"] = m.AuthorizerName
			}
			methods[*m.HttpMethod] = method
		}
		resources[r.Path] = methods
	}
	all["resources"] = resources
	return all
}
