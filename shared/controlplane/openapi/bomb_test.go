package openapi

import (
	"fmt"
	"strings"
	"testing"
)

// Small documents that stand for enormous ones are refused, and cheaply: each of them would take hours if it were read as
// it stands.
func TestBombs(t *testing.T) {
	// Each level refers to the one below nine times.
	aliases := func(member, list string) string {
		var text strings.Builder
		text.WriteString("openapi: 3.0.0\ninfo: {title: T}\nx0: &x0 {type: string}\n")
		for i := 1; i <= 12; i++ {
			fmt.Fprintf(&text, "x%d: &x%d %s\n", i, i, strings.ReplaceAll(list, "ITEMS", strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*x%d, ", i-1), 9), ", ")))
		}
		return text.String() + member
	}
	references := func() string {
		var text strings.Builder
		text.WriteString("openapi: 3.0.0\ninfo: {title: T}\ncomponents: {schemas: {M: {$ref: '#/x12'}}}\nx0: {type: string}\n")
		for i := 1; i <= 12; i++ {
			fmt.Fprintf(&text, "x%d: {allOf: [%s]}\n", i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("{$ref: '#/x%d'}, ", i-1), 9), ", "))
		}
		return text.String()
	}
	pathItems := func() string {
		var text strings.Builder
		text.WriteString("openapi: 3.0.0\ninfo: {title: T}\nx: {get: {parameters: [" +
			strings.TrimSuffix(strings.Repeat("{name: a, in: query}, ", 20000), ", ") + "]}}\npaths:\n")
		for i := range 20000 {
			fmt.Fprintf(&text, "  /p%d: {$ref: '#/x'}\n", i)
		}
		return text.String()
	}
	merges := func() string {
		var text strings.Builder
		text.WriteString("openapi: 3.0.0\ninfo: {title: T}\nx: &x {")
		for i := range 1000 {
			fmt.Fprintf(&text, "k%d: 1, ", i)
		}
		text.WriteString("z: 1}\ny:\n")
		for i := range 1000 {
			fmt.Fprintf(&text, "  k%d: {<<: *x}\n", i)
		}
		return text.String()
	}
	const unfolds = "the document unfolds to more than 3000000 values"
	cases := []struct{ name, document, want string }{
		{"aliases in a schema", aliases("components: {schemas: {M: *x12}}\n", "{allOf: [ITEMS]}"), unfolds},
		{"aliases in a policy", aliases("x-amazon-apigateway-policy: {a: *x12}\n", "[ITEMS]"), unfolds},
		{"aliases in documentation", aliases("x-amazon-apigateway-documentation: {documentationParts: [{location: {type: API}, properties: {a: *x12}}]}\n", "[ITEMS]"), unfolds},
		{"aliases of a long text", "openapi: 3.0.0\ninfo: {title: T}\nx: &x " + strings.Repeat("a", 1<<20) + "\nx-amazon-apigateway-policy: {a: [" +
			strings.TrimSuffix(strings.Repeat("*x, ", 1000), ", ") + "]}\n", unfolds},
		{"aliases of depth", func() string {
			var text strings.Builder
			text.WriteString("openapi: 3.0.0\nx0: &x0 a\n")
			for i := 1; i <= 100; i++ {
				fmt.Fprintf(&text, "x%d: &x%d %s*x%d%s\n", i, i, strings.Repeat("[", 50), i-1, strings.Repeat("]", 50))
			}
			return text.String()
		}(), "nested deeper than 200 levels"},
		{"references in a schema", references(), unfolds},
		{"references to one path item", pathItems(), unfolds},
		{"merge keys", merges(), "the merge keys of this document copy more than 100000 members"},
		{"deep paths", func() string {
			var text strings.Builder
			text.WriteString(`{"openapi": "3.0.0", "info": {"title": "T"}, "paths": {`)
			for i := range 1000 {
				fmt.Fprintf(&text, `"/%d%s": {}, `, i, strings.Repeat("/a", 700))
			}
			return text.String() + `"/": {}}}`
		}(), "the document has more resources than are read"},
		{"chain of references", func() string {
			var text strings.Builder
			text.WriteString("openapi: 3.0.0\ninfo: {title: T}\npaths: {/a: {$ref: '#/x0'}}\n")
			for i := range 40 {
				fmt.Fprintf(&text, "x%d: {$ref: '#/x%d'}\n", i, i+1)
			}
			return text.String() + "x40: {}\n"
		}(), "more than 32 references lead from one to the other"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.document), here)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %.300v, want %s", err, c.want)
			}
		})
	}
}

// However much is wrong, the answer stays readable.
func TestManyErrors(t *testing.T) {
	document := `{"openapi": "3.0.0", "info": {"title": "T"}, "paths": {"/": {}`
	for i := range 500 {
		document += fmt.Sprintf(`, "/%d %s": {}`, i, strings.Repeat("x", 5000))
	}
	_, err := Parse([]byte(document+"}}"), here)
	if err == nil || strings.Count(err.Error(), "\n\t") != maxErrors || len(err.Error()) > 200_000 {
		t.Errorf("got %d lines, %d bytes", strings.Count(err.Error(), "\n\t"), len(err.Error()))
	}
}
