package jsonschema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	santhosh "github.com/santhosh-tekuri/jsonschema/v6"
)

func peer(t testing.TB, schema string) *santhosh.Schema {
	t.Helper()
	doc, err := santhosh.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := santhosh.NewCompiler()
	c.DefaultDraft(santhosh.Draft4)
	if err := c.AddResource("mem://schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("mem://schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// documents makes JSON values without 1.0, which is an integer for some.
func documentsOf(depth int) *rapid.Generator[any] {
	names := rapid.SampledFrom([]string{"a", "b", "c", "xy", "\u00e9\"", ""})
	return rapid.Custom(func(t *rapid.T) any {
		kinds := 5
		if depth > 0 {
			kinds = 7
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return rapid.IntRange(-3, 12).Draw(t, "integer")
		case 1:
			return float64(rapid.IntRange(-3, 12).Draw(t, "integer")) + 0.5
		case 2:
			return names.Draw(t, "text")
		case 3:
			return rapid.Bool().Draw(t, "boolean")
		case 4:
			return nil
		case 5:
			return rapid.SliceOfN(documentsOf(depth-1), 0, 4).Draw(t, "array")
		}
		return rapid.MapOfN(names, documentsOf(depth-1), 0, 4).Draw(t, "object")
	})
}

// schemasOf makes schemas of every keyword but pattern, format and $ref.
func schemasOf(depth int) *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		s := map[string]any{}
		sub := func(label string) any {
			if depth == 0 {
				return map[string]any{}
			}
			return schemasOf(depth-1).Draw(t, label)
		}
		names := []string{"a", "b", "c", "xy"}
		small := func(label string) int { return rapid.IntRange(0, 4).Draw(t, label) }
		for range rapid.IntRange(0, 3).Draw(t, "keywords") {
			switch k := rapid.SampledFrom([]string{"type", "type", "enum", "minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
				"minProperties", "maxProperties", "required", "properties", "properties", "patternProperties", "additionalProperties", "items", "tuple", "allOf", "anyOf", "oneOf", "not", "dependencies"}).Draw(t, "keyword"); k {
			case "type":
				s[k] = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"array", "boolean", "integer", "null", "number", "object", "string"}), 1, 3, rapid.ID).Draw(t, k)
			case "enum":
				s[k] = []any{1, "a", nil, documentsOf(1).Draw(t, "value"), []any{"?"}}
				if one, err := json.Marshal(s[k].([]any)[3]); err != nil || strings.Contains(`1 "a" null`, string(one)) {
					delete(s, k) // a value twice
				}
			case "minimum", "maximum":
				s[k] = small(k)
				s["exclusiveM"+k[1:]] = rapid.Bool().Draw(t, "exclusive")
			case "multipleOf":
				s[k] = float64(small(k)+1) / 2
			case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
				s[k] = small(k)
			case "uniqueItems":
				s[k] = true
			case "required":
				s[k] = rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 3, rapid.ID).Draw(t, k)
			case "properties":
				s[k] = map[string]any{"a": sub("a"), "b": sub("b")}
			case "patternProperties":
				s[k] = map[string]any{"^[bx]": sub("bx")}
			case "additionalProperties", "additionalItems":
				s[k] = false
			case "items", "not":
				s[k] = sub(k)
			case "tuple":
				s["items"] = []any{sub("0"), sub("1")}
				s["additionalItems"] = rapid.SampledFrom([]any{false, true, sub("rest")}).Draw(t, "additionalItems")
			case "allOf", "anyOf", "oneOf":
				s[k] = []any{sub("0"), sub("1")}
			case "dependencies":
				s[k] = map[string]any{"a": []string{"b"}, "c": sub("c")}
			}
		}
		return s
	})
}

// TestAgreesWithPeer compares the outcome with another implementation of draft 4. The messages
// exist exactly if the outcome is negative.
func TestAgreesWithPeer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema, err := json.Marshal(schemasOf(3).Draw(t, "schema"))
		if err != nil {
			t.Fatal(err)
		}
		document, err := json.Marshal(documentsOf(3).Draw(t, "document"))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := santhosh.UnmarshalJSON(bytes.NewReader(schema))
		if err != nil {
			t.Fatal(err)
		}
		c := santhosh.NewCompiler()
		c.DefaultDraft(santhosh.Draft4)
		if err := c.AddResource("mem://s", doc); err != nil {
			t.Fatal(err)
		}
		reference, err := c.Compile("mem://s")
		if err != nil {
			t.Fatalf("%s: %v", schema, err)
		}
		ours, err := Compile("a", "M", map[string]string{"M": string(schema)})
		if err != nil {
			t.Fatalf("%s: %v", schema, err)
		}
		value, err := santhosh.UnmarshalJSON(bytes.NewReader(document))
		if err != nil {
			t.Fatal(err)
		}
		want, got := reference.Validate(value), ours.Validate(document)
		if (want == nil) != (got == nil) {
			t.Fatalf("schema %s, document %s: %v, want %v", schema, document, got, want)
		}
		var invalid *Invalid
		if got != nil && (!errors.As(got, &invalid) || len(invalid.Messages) == 0) {
			t.Fatalf("schema %s, document %s: no messages: %v", schema, document, got)
		}
	})
}

// order is a document of 2 KB with its schema.
func order() (schema, document string) {
	var lines strings.Builder
	for i := range 16 {
		if i > 0 {
			lines.WriteByte(',')
		}
		fmt.Fprintf(&lines, `{"sku": "AB-%05d", "title": "A collar for dogs, leather", "quantity": %d, "price": %d.95, "tags": ["dog", "red"]}`, i, i+1, i+9)
	}
	return `{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","required":["id","customer","lines"],"additionalProperties":false,"properties":{
		"id":{"type":"string","pattern":"^[0-9a-f-]{36}$"},"created":{"type":"string","maxLength":30},
		"customer":{"type":"object","required":["name","email"],"properties":{"name":{"type":"string","minLength":1,"maxLength":80},"email":{"type":"string","pattern":"^[^@ ]+@[^@ ]+$"},"age":{"type":"integer","minimum":0,"maximum":150}}},
		"status":{"enum":["new","paid","sent"]},
		"lines":{"type":"array","minItems":1,"items":{"type":"object","required":["sku","quantity"],"properties":{"sku":{"type":"string","pattern":"^[A-Z]{2}-[0-9]+$"},"title":{"type":"string"},"quantity":{"type":"integer","minimum":1},"price":{"type":"number","minimum":0},"tags":{"type":"array","items":{"type":"string"},"uniqueItems":true}}}}}}`,
		`{"id": "123e4567-e89b-12d3-a456-426614174000", "created": "2020-01-02T03:04:05Z", "customer": {"name": "Jane \"J\" Doe", "email": "jane@example.com", "age": 42}, "status": "paid", "lines": [` + lines.String() + `]}`
}

// BenchmarkValidate decodes and checks a document of 2 KB.
func BenchmarkValidate(b *testing.B) {
	schema, document := order()
	text := []byte(document)
	b.Run("postern", func(b *testing.B) {
		s := compiled(b, "M", schema)
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if err := s.Validate(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("santhosh", func(b *testing.B) {
		s := peer(b, schema)
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			value, err := santhosh.UnmarshalJSON(bytes.NewReader(text))
			if err != nil {
				b.Fatal(err)
			}
			if err := s.Validate(value); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// FuzzValidate finds out that no document ends the process, and that what is not JSON is refused.
func FuzzValidate(f *testing.F) {
	schema, document := order()
	all := compiled(f, "M", schema)
	var others []*Schema
	for _, text := range []string{
		`{"uniqueItems":true,"items":{"enum":[1,"a",{"x":[null]}]},"minProperties":1}`,
		`{"properties":{"a":{"format":"email"},"b":{"format":"uri"},"c":{"format":"date-time"},"d":{"format":"hostname"},"e":{"format":"ipv6"},"f":{"format":"base64"}},"additionalProperties":{"multipleOf":0.3,"minimum":-1.5,"pattern":"(?=a)b"}}`,
		`{"anyOf":[{"type":"string","format":"uuid"},{"items":[{"type":"null"}],"additionalItems":false},{"dependencies":{"a":["b"],"c":{"not":{"required":["d"]}}}}]}`,
	} {
		others = append(others, compiled(f, "M", text))
	}
	f.Add([]byte(document))
	f.Add([]byte(`{"a":1,"a":"\ud83d\ude00","\u0061":[1e-5,-0,{}]}`))
	f.Add([]byte(`[1,1.0,{"x":[null]},"a"]`))
	f.Add([]byte(`{"lines":[{"sku":1},{"quantity":0.5}],"z":1}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, s := range append(others, all) {
			err := s.Validate(text)
			isText := err == nil || err.Error() != "["+unparsable+"]"
			if isText && !json.Valid(text) {
				t.Errorf("%q is no JSON: %v", text, err)
			}
		}
	})
}
