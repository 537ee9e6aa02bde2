package controlplane

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestReadTemplateSchemaRefusals(t *testing.T) {
	for _, text := range []string{``, `1`, `null`, `"x"`, `{`, `{"properties":[]}`, `{"properties":{"a":1}}`, `{"allOf":{}}`, `{"type":1}`, `{"type":[true]}`, `{"$ref":1}`, `{"enum":1}`, `{"items":"x"}`} {
		if s, err := readTemplateSchema(text); err == nil {
			t.Errorf("%s was read as %+v", text, s)
		}
	}
	for _, text := range []string{`true`, `{"items":[{"type":"string"},{}]}`, `{"items":[]}`, `{"required":["a"],"type":["null","string"]}`} {
		if _, err := readTemplateSchema(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzReadTemplateSchema(f *testing.F) {
	for _, seed := range []string{`{"type":"object","properties":{"a":{"type":["null","number"]}}}`, `{"items":[{"$ref":"x"}],"enum":[1]}`, `{"allOf":[true,{}]}`, `{"properties":{"a":`, strings.Repeat(`{"items":`, 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := readTemplateSchema(text); err != nil {
			return
		}
		// What was read to its end begins with a valid JSON value.
		var first json.RawMessage
		if err := json.NewDecoder(strings.NewReader(text)).Decode(&first); err != nil {
			t.Errorf("%q was read, and is no JSON: %v", text, err)
		}
	})
}
