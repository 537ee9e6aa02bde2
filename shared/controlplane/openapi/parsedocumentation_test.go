package openapi_test

import (
	"testing"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
)

func TestParseDocumentationReadsTheExtensionAlone(t *testing.T) {
	def, err := openapi.ParseDocumentation([]byte(`{"swagger":"2.0","paths":{"no slash":1},"securityDefinitions":{"a":{"type":"strange"}},
	  "x-amazon-apigateway-documentation":{"version":"7","documentationParts":[{"location":{"type":"MODEL","name":"Pet"},"properties":{"a":1}}]}}`), openapi.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if def.DocumentationVersion != "7" || len(def.DocumentationParts) != 1 || len(def.Warnings) != 0 || def.Resources != nil {
		t.Errorf("%+v", def)
	}
	for _, text := range []string{``, `[]`, `{}`, `{"openapi":"9"}`, `{"swagger":"2.0","x-amazon-apigateway-documentation":{"documentationParts":[{"location":{"type":"MODEL"},"properties":{}}]}}`} {
		if _, err := openapi.ParseDocumentation([]byte(text), openapi.Options{}); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}
