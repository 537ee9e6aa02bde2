package openapi

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse feeds anything to the importer. It must answer with a definition that holds together or with Errors, and
// what it reads must be bounded.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		f.Fatal(err)
	}
	corpus, err := filepath.Glob("testdata/corpus/*")
	if err != nil {
		f.Fatal(err)
	}
	files = append(files, corpus...)
	for _, file := range files {
		if body, err := os.ReadFile(file); err == nil {
			f.Add(body, uint8(1))
		}
	}
	f.Add([]byte("a: &a [*a]"), uint8(0))
	f.Add([]byte("{\"openapi\": \"3.0.1\"}"), uint8(2))
	f.Fuzz(func(t *testing.T, body []byte, mode uint8) {
		modes := []string{BasePathIgnore, BasePathPrepend, BasePathSplit}
		def, err := Parse(body, Options{BasePath: modes[int(mode)%len(modes)], Account: "123456789012", Partition: "aws", Region: "us-east-1"})
		if err != nil {
			var all Errors
			if !errors.As(err, &all) || len(all) == 0 || def != nil {
				t.Fatalf("%T %v with %v", err, err, def)
			}
			if !strings.HasPrefix(err.Error(), "Invalid ") && !strings.HasPrefix(err.Error(), "Errors found during import:") {
				t.Fatalf("unusual answer %q", err)
			}
			return
		}
		checkDefinition(t, def)
	})
}

// checkDefinition holds what is true of every definition.
func checkDefinition(t *testing.T, def *Definition) {
	t.Helper()
	if def.Name == "" || !utf8.ValidString(def.Name) {
		t.Errorf("name %q", def.Name)
	}
	known := map[string]bool{}
	for i, r := range def.Resources {
		if i == 0 && r.Path != "/" || i > 0 && r.Path <= def.Resources[i-1].Path {
			t.Errorf("resource %d is %q", i, r.Path)
		}
		if at := strings.LastIndexByte(r.Path, '/'); i > 0 && at > 0 && !known[r.Path[:at]] {
			t.Errorf("the parent of %q is missing", r.Path)
		}
		known[r.Path] = true
		for _, m := range r.Methods {
			if m.HttpMethod == nil || m.AuthorizationType == nil || m.ApiKeyRequired == nil {
				t.Errorf("incomplete method at %q: %+v", r.Path, m)
			}
			if i := m.MethodIntegration; i != nil && (i.Type == nil || i.PassthroughBehavior == nil || i.TimeoutInMillis == nil || i.CacheKeyParameters == nil) {
				t.Errorf("incomplete integration at %q: %+v", r.Path, i)
			}
		}
	}
	for _, m := range def.Models {
		if _, err := readJSON([]byte(*m.Schema)); err != nil {
			t.Errorf("schema of %s: %v in %s", *m.Name, err, *m.Schema)
		}
	}
	if def.Policy != "" {
		if _, err := readJSON([]byte(def.Policy)); err != nil {
			t.Errorf("policy: %v in %s", err, def.Policy)
		}
	}
}

// FuzzJSON compares the JSON reader with encoding/json.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true,false,null]}`, `{"a":1,"a":2}`, `[[]`, ` "`, "\t0\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		agreeWithStandardLibrary(t, text)
	})
}
