package export

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
)

// update rewrites the golden files of the corpus. They are reviewed against the specification before they are committed.
var update = flag.Bool("update", false, "rewrite the golden files of the corpus")

const corpus = "../testdata/corpus"

// corpusFiles lists the documents of the corpus.
func corpusFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"/*.yaml", "/*.json"} {
		found, err := filepath.Glob(corpus + pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 12 {
		t.Fatalf("the corpus has %d documents", len(files))
	}
	return files
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// golden compares a result with the golden file of a document.
func golden(t *testing.T, document, kind string, got []byte) {
	t.Helper()
	name := strings.TrimSuffix(filepath.Base(document), filepath.Ext(document))
	file := filepath.Join(corpus, "golden", name+"."+kind+".json")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(read(t, file)), string(got)); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", file, diff)
	}
}

// stage is where the documents of the corpus are deployed.
func stage(kind Type, extensions Extensions) Options {
	return Options{Type: kind, Extensions: extensions, Host: goldenAPI + ".execute-api.us-east-1.amazonaws.com", Stage: "prod", Region: "us-east-1"}
}

var here = openapi.Options{Account: "123456789012", Partition: "aws", Region: "us-east-1"}

// Each document gives the golden definition and the golden exports, and the import of an export gives the definition again.
func TestCorpus(t *testing.T) {
	for _, file := range corpusFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			def, err := openapi.Parse(read(t, file), here)
			if err != nil {
				t.Fatal(err)
			}
			want := plain(t, def)
			text, err := json.MarshalIndent(want, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, file, "definition", append(text, '\n'))
			delete(want, "warnings")
			exports(t, file, def, want)
		})
	}
}

func exports(t *testing.T, file string, def *openapi.Definition, want map[string]any) {
	for _, kind := range []Type{OAS30, Swagger} {
		if kind == Swagger {
			inSwagger(def)
			want = plain(t, def)
			delete(want, "warnings")
		}
		o := stage(kind, full)
		text, back := write(t, def, o)
		golden(t, file, string(kind), append(text, '\n'))
		if diff := cmp.Diff(want, plain(t, back)); diff != "" {
			t.Errorf("import of %s (-definition +import of the export):\n%s", kind, diff)
		}
		o.YAML = true
		if _, back = write(t, def, o); !cmp.Equal(want, plain(t, back)) {
			t.Errorf("import of %s in YAML (-definition +import of the export):\n%s", kind, cmp.Diff(want, plain(t, back)))
		}
		if filepath.Base(file) == "documented.yaml" {
			text, err := Write(def, stage(kind, Extensions{}))
			if err != nil {
				t.Fatal(err)
			}
			golden(t, file, string(kind)+".plain", append(text, '\n'))
		}
	}
}

// inSwagger reduces bodies to what Swagger 2.0 can say: one model for a body, and the types of all responses for each.
func inSwagger(def *openapi.Definition) {
	w := &writer{def: def, models: map[string]*object{}}
	w.readModels()
	same := func(models map[string]string, types []string) map[string]string {
		own, _ := w.body(models, "")
		out := map[string]string{}
		for _, contentType := range types {
			out[contentType] = models[own[0]]
		}
		return out
	}
	for _, r := range def.Resources {
		for i := range r.Methods {
			m := &r.Methods[i]
			if len(m.RequestModels) > 0 {
				m.RequestModels = same(m.RequestModels, slices.Collect(maps.Keys(m.RequestModels)))
			}
			produced := w.produced(m)
			for code, response := range m.MethodResponses {
				if len(response.ResponseModels) > 0 {
					response.ResponseModels = same(response.ResponseModels, produced)
					m.MethodResponses[code] = response
				}
			}
		}
	}
}

// The corpus has every extension of API Gateway (control-plane operations, 2.5).
func TestCorpusHasEveryExtension(t *testing.T) {
	var all strings.Builder
	for _, file := range corpusFiles(t) {
		all.Write(read(t, file))
	}
	for _, name := range []string{
		"any-method", "api-key-source", "auth", "authorizer", "authtype", "binary-media-types", "cors", "documentation",
		"endpoint-access-mode", "endpoint-configuration", "gateway-responses", "importexport-version", "integration",
		"integrations", "minimum-compression-size", "policy", "request-validator", "request-validators", "security-policy",
		"tag-value",
	} {
		if text := all.String(); !strings.Contains(text, extensionPrefix+name+":") && !strings.Contains(text, `"`+extensionPrefix+name+`"`) {
			t.Errorf("no document has %s%s", extensionPrefix, name)
		}
	}
}
