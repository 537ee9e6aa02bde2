package jsonpath

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// pair is a path and the JSON text of a document.
type pair struct {
	Path string `json:"path"`
	Doc  string `json:"doc"`
}

// answer is what an engine made of a pair: its outcome is value, not found, refused at
// compilation or failed at evaluation; its value is JSON text with the numbers as Java writes them.
type answer struct {
	Outcome string `json:"outcome"`
	Value   string `json:"value"`
}

// corpus is the pairs by the name of their topic.
func corpus(t testing.TB) map[string][]pair {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	all := map[string][]pair{"generated": generate(t, 400)}
	var written []pair
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var topic struct {
			Docs  map[string]string
			Cases []struct {
				Doc   string
				Paths []string
			}
		}
		if err := yaml.Unmarshal(text, &topic); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		for _, c := range topic.Cases {
			doc, ok := topic.Docs[c.Doc]
			if !ok {
				t.Fatalf("%s: no document %q", file, c.Doc)
			}
			for _, path := range c.Paths {
				all[name] = append(all[name], pair{path, doc})
			}
		}
		written = append(written, all[name]...)
	}
	all["mutated"] = mutate(400, written)
	return all
}
