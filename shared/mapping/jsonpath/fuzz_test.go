package jsonpath

import (
	"errors"
	"testing"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// FuzzPath: no path and document lead to a panic, errors are of the documented kinds, and the
// document stays as it was.
func FuzzPath(f *testing.F) {
	for _, path := range []string{
		"$", "$.a[0].b", "$..a[1:3]['x','y']", "$[?(@.a > 1 && !(@.b in ['x',2]) || $.c =~ /x.*/i)]", "$.a.sum($.b[*], 1)", "$..*.length()",
		"$[?(@.a size 2)].concat(\"x\", $.a)", "$['\\u00e9\\'']", "$.a.append({\"b\":[1]}).last()", "$[?(@..b[?(@ == 1)])]", "$[?(@.a == {b:[1,'2']})]",
		`$[?(@.a =~ /[\d\w]++\Q.\E(?<n>x)\p{Alpha}{2,3}/xms)]`,
	} {
		f.Add(path, `{"a":[{"b":1.5,"x":"y"},null,[1,2]],"b":{"a":"$.x"},"c":true}`)
	}
	f.Fuzz(func(t *testing.T, path, doc string) {
		if len(doc) > 1000 || len(path) > 1000 {
			t.Skip()
		}
		p, err := Compile(path)
		if err != nil {
			var c *CompileError
			if !errors.As(err, &c) || c.Position < 0 || c.Position > len(path) {
				t.Fatalf("%q: %v", path, err)
			}
			return
		}
		v, err := vtl.DecodeJSON([]byte(doc))
		if err != nil {
			return
		}
		before, err := vtl.AppendJSON(nil, v)
		if err != nil {
			return
		}
		r, err := p.Find(v)
		var e *EvaluationError
		if err != nil && !errors.As(err, &e) && !errors.Is(err, ErrLimit) {
			t.Fatalf("%q in %q: %v", path, doc, err)
		}
		if _, isList := r.Value.(*vtl.List); r.Found && !p.Definite() && !isList {
			t.Fatalf("%q in %q: %v is no list", path, doc, r.Value)
		}
		if after, err := vtl.AppendJSON(nil, v); err != nil || string(after) != string(before) {
			t.Fatalf("%q changed %s to %s", path, before, after)
		}
	})
}
