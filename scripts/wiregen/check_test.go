package main

import (
	"strings"
	"testing"
)

// TestUnknownModelsAreRefused changes a small model in ways that the generated code could not represent.
func TestUnknownModelsAreRefused(t *testing.T) {
	text := &shape{Type: "string"}
	for _, c := range []struct {
		name, want string
		change     func(m *model)
	}{
		{"recursive structure", "contains itself", func(m *model) {
			m.Shapes["In"].Members = append(m.Shapes["In"].Members, member{"self", ref{Shape: "In"}})
		}},
		{"missing shape", "no shape Nowhere", func(m *model) {
			m.Shapes["In"].Members = append(m.Shapes["In"].Members, member{"x", ref{Shape: "Nowhere"}})
		}},
		{"two members of one wire name", "wire name name", func(m *model) {
			m.Shapes["In"].Members = append(m.Shapes["In"].Members, member{"other", ref{Shape: "Text", LocationName: "name"}})
		}},
		{"unknown type", "unknown type document", func(m *model) { m.Shapes["Text"] = &shape{Type: "document"} }},
		{"unknown location", "not supported", func(m *model) {
			m.Shapes["In"].Members[0].Location = "headers"
		}},
		{"pattern that Go cannot compile", "pattern of Text", func(m *model) { m.Shapes["Text"] = &shape{Type: "string", Pattern: "(?=x)"} }},
		{"required name without member", "no member", func(m *model) { m.Shapes["In"].Required = []string{"gone"} }},
		{"no input", "no input", func(m *model) { m.Operations["Do"].Input = nil }},
		{"constraint on a map's value", "map values", func(m *model) {
			one := 1
			m.Shapes["Short"] = &shape{Type: "string", Max: &one}
			m.Shapes["Map"] = &shape{Type: "map", Key: &ref{Shape: "Text"}, Value: &ref{Shape: "Short"}}
			m.Shapes["In"].Members = append(m.Shapes["In"].Members, member{"map", ref{Shape: "Map"}})
		}},
		{"nothing", "", func(*model) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &model{service: service{name: "test", title: "test"}, Shapes: map[string]*shape{
				"Text": text,
				"In":   {Type: "structure", Members: members{{"name", ref{Shape: "Text"}}}},
			}}
			do := &operation{Name: "Do", Input: &ref{Shape: "In"}}
			do.HTTP.Method, do.HTTP.RequestURI = "POST", "/do"
			m.Operations = map[string]*operation{"Do": do}
			c.change(m)
			g, err := newGenerator(m)
			if err == nil {
				err = g.generate(map[string][]byte{})
			}
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
			} else if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestUnknownTraitsAreRefused(t *testing.T) {
	var s shape
	if err := strict([]byte(`{"type":"structure","document":true}`), &s); err == nil {
		t.Error("an unknown trait of a shape was accepted")
	}
	if err := strict([]byte(`{"type":"structure","members":{"a":{"shape":"S","jsonvalue":true}}}`), &s); err == nil {
		t.Error("an unknown trait of a member was accepted")
	}
}

func TestConstantNames(t *testing.T) {
	for _, c := range []struct{ enum, value, want string }{
		{"Op", "add", "OpAdd"},
		{"EndpointType", "REGIONAL", "EndpointTypeRegional"},
		{"AuthorizerType", "COGNITO_USER_POOLS", "AuthorizerTypeCognitoUserPools"},
		{"CacheClusterSize", "0.5", "CacheClusterSize0_5"},
		{"GatewayResponseType", "DEFAULT_4XX", "GatewayResponseTypeDefault4xx"},
		{"SecurityPolicy", "TLS_1_2", "SecurityPolicyTls1_2"},
		{"SecurityPolicy", "SecurityPolicy_TLS13_1_3_2025_09", "SecurityPolicyTls13_1_3_2025_09"},
		{"ContentHandlingStrategy", "CONVERT_TO_TEXT", "ContentHandlingStrategyConvertToText"},
	} {
		if got := constantName(c.enum, c.value); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.enum, c.value, got, c.want)
		}
	}
}
