package jsonpath

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

func decode(t testing.TB, text string) vtl.Value {
	t.Helper()
	v, err := vtl.DecodeJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func compile(t testing.TB, text string) *Path {
	t.Helper()
	p, err := Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The rules of REST data plane spec, 8.1: an indefinite path answers a list, a definite one that
// leads nowhere is not found, and one that leads to null is null.
func TestResults(t *testing.T) {
	doc := decode(t, `{"z":1.50,"a":{"n":null,"l":[1,2]},"big":12345678901234567890}`)
	for path, want := range map[string]string{
		"$": `{"z":1.50,"a":{"n":null,"l":[1,2]},"big":12345678901234567890}`, "$.z": "1.50", "$.a.n": "null", "$.a.x": "", "$.a.x.y": "",
		"$..l": "[[1,2]]", "$..x": "[]", "$.a.l[?(@ > 1)]": "[2]", "$.a.l.length()": "2", "$['z','big']": `{"z":1.50,"big":12345678901234567890}`,
	} {
		r, err := compile(t, path).Find(doc)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		got := ""
		if r.Found {
			text, err := vtl.AppendJSON(nil, r.Value)
			if err != nil {
				t.Fatal(err)
			}
			got = string(text)
		}
		if got != want {
			t.Errorf("%s = %s, want %s", path, got, want)
		}
	}
}

func TestDefinite(t *testing.T) {
	for path, want := range map[string]bool{
		"$": true, "$.a": true, "$.a[0]": true, "$['a','b']": true, "$['a','b'].c": false, "$[0,1]": false, "$[1:]": false,
		"$.*": false, "$..a": false, "$[?(@.a)]": false, "$..a.sum()": true, "$.a.length()": true,
	} {
		if got := compile(t, path).Definite(); got != want {
			t.Errorf("%s: definite is %v, want %v", path, got, want)
		}
	}
}

func TestCompileErrorsHavePositions(t *testing.T) {
	for path, want := range map[string]int{
		"$.a..": 4, "$x": 1, "$.a b": 3, "$['a": 3, "$[1,]": 2, "$.a[x]": 3, "$.a[?(@.b == )]": 13, "$.a[?(@.b = 1)]": 10,
		"$[?(@.a == 1 && @.b ~ 2)]": 20, "$[?(@.a[x] == 1)]": 7, "$.sum($.a[x])": 9, "": 0,
	} {
		_, err := Compile(path)
		var c *CompileError
		if !errors.As(err, &c) {
			t.Errorf("%s: %v is no CompileError", path, err)
			continue
		}
		if c.Position != want || c.Path != path {
			t.Errorf("%v, want position %d", c, want)
		}
	}
}

func TestTheDocumentIsLeftAlone(t *testing.T) {
	doc := decode(t, `{"l":[1,2]}`)
	for range 2 {
		r, err := compile(t, "$.l.append(3)").Find(doc)
		if err != nil || len(r.Value.(*vtl.List).Items) != 3 {
			t.Fatalf("%v, %v", r, err)
		}
	}
	if text, err := vtl.AppendJSON(nil, doc); err != nil || string(text) != `{"l":[1,2]}` {
		t.Fatalf("%s, %v", text, err)
	}
}

func TestWorkIsBounded(t *testing.T) {
	deep := decode(t, strings.Repeat(`{"a":`, 200)+"[1,2]"+strings.Repeat("}", 200))
	wide := decode(t, "["+strings.Repeat("[1,2,3,4,5,6,7,8,9],", 200)+"0]")
	for path, doc := range map[string]vtl.Value{
		"$" + strings.Repeat("..*", 10):                                               deep,
		"$..[?(@.a" + strings.Repeat("..*", 10) + " == 1)]":                           deep,
		"$..[?(@..[?(@..[?(@..a == 1)].a == 1)].a == 1)]":                             deep,
		"$[" + strings.Repeat("0,", 5000) + "0][" + strings.Repeat("0,", 5000) + "0]": wide,
	} {
		if _, err := compile(t, path).Find(doc); !errors.Is(err, ErrLimit) {
			t.Errorf("%.40s: %v", path, err)
		}
	}
	slow := decode(t, `["`+strings.Repeat("a", 60)+`!"]`)
	if _, err := compile(t, "$[?(@ =~ /(a+)+(a+)+(a+)+b/)]").Find(slow); !errors.Is(err, ErrLimit) {
		t.Errorf("a regular expression that backtracks: %v", err)
	}
	for _, path := range []string{
		strings.Repeat("$[?(", 200) + "@.a" + strings.Repeat(")]", 200), "$[?(" + strings.Repeat("(", 200) + "@.a" + strings.Repeat(")", 200) + ")]",
		"$[?(" + strings.Repeat("@[?(", 200) + "@.a" + strings.Repeat(")]", 200) + ")]", "$[?(" + strings.Repeat("!", 200) + "(@.a))]", "$" + strings.Repeat(".a", 1<<16),
	} {
		if _, err := Compile(path); err == nil {
			t.Errorf("%.40s was compiled", path)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	doc := decode(t, `{"l":[{"a":1,"s":"x"},{"a":2,"s":"yy"}],"k":2}`)
	p := compile(t, "$.l[?(@.a == $.k && @.s =~ /y+/)].s")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 100 {
				r, err := p.Find(doc)
				if err != nil || len(r.Value.(*vtl.List).Items) != 1 {
					t.Errorf("%v, %v", r, err)
					return
				}
			}
		})
	}
	wait.Wait()
}
