package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// asJSON writes a document of the tree as JSON, in the same order of members.
func asJSON(t *testing.T, body []byte) []byte {
	t.Helper()
	root, err := read(body)
	if err != nil {
		t.Fatal(err)
	}
	return []byte((&document{root: root}).top().json(nil))
}

// withoutPlaces cuts the places off warnings of ours, which differ between two texts of one document.
func withoutPlaces(def *Definition) *Definition {
	for i, warning := range def.Warnings {
		def.Warnings[i], _, _ = strings.Cut(warning, " (#")
	}
	return def
}

// The YAML and the JSON form of a document give the same definition.
func TestYAMLAndJSONAgree(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body := readFile(t, file)
			inYAML, err := Parse(body, here)
			if err != nil {
				t.Fatal(err)
			}
			text := asJSON(t, body)
			if !json.Valid(text) {
				t.Fatalf("not JSON: %s", text)
			}
			inJSON, err := Parse(text, here)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(withoutPlaces(inYAML), withoutPlaces(inJSON)); diff != "" {
				t.Errorf("(-YAML +JSON):\n%s", diff)
			}
		})
	}
}

// value generates any JSON value, with names that mean something to the importer among them.
func value(depth int) *rapid.Generator[any] {
	names := rapid.SampledFrom([]string{"get", "post", "parameters", "name", "in", "$ref", "type", "schema", "content", "responses",
		"200", "default", "items", "properties", "statusCode", "uri", "security", "x-amazon-apigateway-integration", "on", "~", "é"})
	scalars := []*rapid.Generator[any]{
		rapid.StringN(0, 8, -1).AsAny(), rapid.Bool().AsAny(), rapid.Int32().AsAny(), rapid.Just[any](nil),
		rapid.SampledFrom([]string{"path", "query", "mock", "object", "yes", "1", "null", "#/paths", "#/x", "http://a", "0x1"}).AsAny(),
		rapid.Float64Range(-1e9, 1e9).AsAny(),
	}
	if depth == 0 {
		return rapid.OneOf(scalars...)
	}
	child := value(depth - 1)
	return rapid.OneOf(append(scalars,
		rapid.MapOfN(names, child, 0, 5).AsAny(), rapid.SliceOfN(child, 0, 3).AsAny(),
	)...)
}

// definition generates documents that the importer gets into: right at the top, anything below.
func definition() *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		body := map[string]any{"swagger": "2.0"}
		if rapid.Bool().Draw(t, "openapi") {
			body = map[string]any{"openapi": "3.0.1"}
		}
		body["info"] = map[string]any{"title": "T"}
		section := func(name string, keys ...string) {
			if rapid.Bool().Draw(t, "has "+name) {
				body[name] = rapid.MapOfN(rapid.SampledFrom(keys), value(4), 0, 4).Draw(t, name)
			}
		}
		section("paths", "/", "/a", "/a/{x}", "/a/{y}", "/{p+}/z", "/b ")
		section("definitions", "M", "N", "N_1")
		section("components", "schemas", "securitySchemes", "x")
		section("securityDefinitions", "s", "x-y")
		section("x-amazon-apigateway-gateway-responses", "DEFAULT_4XX", "Z")
		section("x-amazon-apigateway-policy", "Statement", "Version")
		return body
	})
}

// Whatever a document says, both forms of it are understood alike: the same definition or the same refusals.
func TestBothFormsAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := definition().Draw(t, "document")
		inJSON, err := json.MarshalIndent(body, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		// The YAML text is made from the order of the JSON text, as maps have none.
		var ordered yaml.Node
		root, err := readJSON(inJSON)
		if err != nil {
			t.Fatal(err)
		}
		toYAML(root, &ordered)
		inYAML, err := yaml.Marshal(&ordered)
		if err != nil {
			t.Fatal(err)
		}
		first, firstErr := Parse(inJSON, here)
		second, secondErr := Parse(inYAML, here)
		if diff := cmp.Diff(summary(firstErr), summary(secondErr)); diff != "" {
			t.Fatalf("errors (-JSON +YAML):\n%s\n%s", diff, inYAML)
		}
		if firstErr != nil {
			return
		}
		if diff := cmp.Diff(withoutPlaces(first), withoutPlaces(second)); diff != "" {
			t.Fatalf("(-JSON +YAML):\n%s\n%s", diff, inYAML)
		}
	})
}

// summary is what errors say, without where.
func summary(err error) []string {
	var all Errors
	errors.As(err, &all)
	var texts []string
	for _, one := range all {
		texts = append(texts, one.Path+" "+one.Subject+": "+one.Reason)
	}
	return texts
}

func toYAML(n *node, y *yaml.Node) {
	add := func(child *node) {
		var c yaml.Node
		toYAML(child, &c)
		y.Content = append(y.Content, &c)
	}
	switch n.kind {
	case kindObject:
		y.Kind, y.Tag = yaml.MappingNode, "!!map"
		for _, f := range n.fields {
			add(&node{kind: kindString, text: f.name})
			add(f.value)
		}
	case kindList:
		y.Kind, y.Tag = yaml.SequenceNode, "!!seq"
		for _, item := range n.items {
			add(item)
		}
	default:
		y.Kind, y.Value = yaml.ScalarNode, n.text
		y.Tag = map[kind]string{kindNull: "!!null", kindBool: "!!bool", kindNumber: "!!int", kindString: "!!str"}[n.kind]
		if n.kind == kindNumber && strings.ContainsAny(n.text, ".eE") {
			y.Tag = "!!float"
		}
		if n.kind == kindString {
			y.Style = yaml.DoubleQuotedStyle
		}
	}
}

// The JSON reader takes what encoding/json takes and understands it alike. It is stricter in two points only: duplicate
// members and depth.
func agreeWithStandardLibrary(t interface{ Fatalf(string, ...any) }, text []byte) {
	if !utf8.Valid(text) {
		return // Parse refuses it before anything is read.
	}
	root, err := readJSON(text)
	if valid := json.Valid(text); valid != (err == nil) {
		if valid && (strings.Contains(err.Error(), "given twice") || strings.Contains(err.Error(), "nested deeper")) {
			return
		}
		t.Fatalf("encoding/json says %v, the reader %v about %q", valid, err, text)
	}
	if err != nil {
		return
	}
	var want, got any
	decode := func(text []byte, into *any) {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(into); err != nil {
			t.Fatalf("%v in %q", err, text)
		}
	}
	decode(text, &want)
	decode([]byte((&document{root: root}).top().json(nil)), &got)
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("encoding/json reads %#v, the reader %#v from %q", want, got, text)
	}
}

func TestJSONReader(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, err := json.Marshal(value(5).Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		agreeWithStandardLibrary(t, text)
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		text[at] = rapid.SampledFrom([]byte(`{}[]",:\u0 -.e1tn`)).Draw(t, "byte")
		agreeWithStandardLibrary(t, text)
	})
	for _, text := range []string{`"\ud83d\ude00"`, `"\ud83d"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ude00\ud83d"`, `"\u00e9\/\b\f"`, "\"\x7f\"", `-0`, `1e+5`, `1.`, `-`, `.5`, `+1`, `tru`, `nulll`, "\"a\nb\""} {
		agreeWithStandardLibrary(t, []byte(text))
	}
}
