package export

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
)

// fataler is a test or a property.
type fataler interface{ Fatalf(string, ...any) }

// goldenAPI is the identifier that references between models are resolved for, so that definitions of documents of both
// formats compare.
const goldenAPI = "abcdef1234"

// plain turns a definition into JSON values that compare: wire names, absent members left out, resources by path, methods by
// verb, and schemas, policy and documentation as the values that their texts hold.
func plain(t fataler, def *openapi.Definition) map[string]any {
	def.ResolveModelRefs(goldenAPI)
	all := map[string]any{"name": def.Name}
	set := func(name string, value any, present bool) {
		if present {
			all[name] = jsonValue(t, value)
		}
	}
	set("description", def.Description, def.Description != nil)
	set("version", def.Version, def.Version != nil)
	set("apiKeySource", def.APIKeySource, def.APIKeySource != "")
	set("binaryMediaTypes", def.BinaryMediaTypes, len(def.BinaryMediaTypes) > 0)
	set("minimumCompressionSize", def.MinimumCompressionSize, def.MinimumCompressionSize != nil)
	set("policy", json.RawMessage(def.Policy), def.Policy != "")
	set("disableExecuteApiEndpoint", def.DisableExecuteAPIEndpoint, def.DisableExecuteAPIEndpoint != nil)
	set("vpcEndpointIds", def.VPCEndpointIDs, len(def.VPCEndpointIDs) > 0)
	set("securityPolicy", def.SecurityPolicy, def.SecurityPolicy != nil)
	set("endpointAccessMode", def.EndpointAccessMode, def.EndpointAccessMode != nil)
	set("validators", def.Validators, len(def.Validators) > 0)
	set("authorizers", def.Authorizers, len(def.Authorizers) > 0)
	set("gatewayResponses", def.GatewayResponses, len(def.GatewayResponses) > 0)
	set("documentationVersion", def.DocumentationVersion, def.DocumentationVersion != "")
	set("models", embedded(t, def.Models, "schema"), len(def.Models) > 0)
	set("documentationParts", embedded(t, def.DocumentationParts, "properties"), len(def.DocumentationParts) > 0)
	set("warnings", warnings(def), len(def.Warnings) > 0)
	resources := map[string]any{}
	for _, r := range def.Resources {
		methods := map[string]any{}
		for _, m := range r.Methods {
			method, _ := jsonValue(t, m.Method).(map[string]any)
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

// jsonValue is what the JSON text of a value says.
func jsonValue(t fataler, value any) any {
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatalf("%v", err)
	}
	var out any
	if err := json.Unmarshal(body, &out); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return out
}

// embedded unfolds the JSON text that a member of each structure holds.
func embedded(t fataler, structures any, name string) any {
	items, _ := jsonValue(t, structures).([]any)
	for _, item := range items {
		fields, _ := item.(map[string]any)
		if held, ok := fields[name].(string); ok {
			var value any
			if err := json.Unmarshal([]byte(held), &value); err != nil {
				t.Fatalf("%v in %s", err, held)
			}
			fields[name] = value
		}
	}
	return items
}

// warnings are without the places that they name, which differ between two texts of one API.
func warnings(def *openapi.Definition) []string {
	texts := slices.Clone(def.Warnings)
	for i, warning := range texts {
		texts[i], _, _ = strings.Cut(warning, " (#")
	}
	return texts
}

// write exports a definition and reads it back.
func write(t fataler, def *openapi.Definition, o Options) ([]byte, *openapi.Definition) {
	text, err := Write(def, o)
	if err != nil {
		t.Fatalf("export: %v", err)
	}
	back, err := openapi.Parse(text, openapi.Options{})
	if err != nil {
		t.Fatalf("import of the export: %v\n%s", err, text)
	}
	return text, back
}

func parsed(t *testing.T, document string) *openapi.Definition {
	t.Helper()
	def, err := openapi.Parse([]byte(document), openapi.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return def
}
