package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Baking runs scripts/bake of this checkout: the digest names what changed, and nothing else does.
func TestBakedAPIs(t *testing.T) {
	folder := t.TempDir()
	proxy := filepath.Join(folder, "functions", "proxy")
	if err := writeExecutable(proxy, "arm64"); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	definition := func(status string) string {
		return `{"openapi":"3.0.1","info":{"title":"pets","version":"1"},"paths":{"/pets":{"get":{"responses":{"200":{"description":"ok"}},"x-amazon-apigateway-integration":{"type":"mock","requestTemplates":{"application/json":"{\"statusCode\":` + status + `}"},"responses":{"default":{"statusCode":"200"}}}}}}}`
	}
	write("cats.json", definition("200"))
	write("dogs.json", definition("200"))
	options := BakedOptions{Files: []string{filepath.Join(folder, "*.json")}, Stage: "prod", Variables: []string{"a=1"}}
	first, err := bakeAPIs(proxy, root, options)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Digests) != 2 || !strings.HasPrefix(first.Digests[0], "cats.json:prod:") || !strings.HasPrefix(first.Digests[1], "dogs.json:prod:") {
		t.Fatalf("digests %q", first.Digests)
	}
	if _, err := os.Stat(filepath.Join(first.Folder, "bootstrap")); err != nil || first.Folder == proxy {
		t.Errorf("asset %s: %v", first.Folder, err)
	}
	write("dogs.json", definition("204"))
	second, err := bakeAPIs(proxy, root, options)
	if err != nil {
		t.Fatal(err)
	}
	if second.Digests[0] != first.Digests[0] || second.Digests[1] == first.Digests[1] {
		t.Errorf("digests %q became %q", first.Digests, second.Digests)
	}
	for pattern, want := range map[string]string{"none/*.yaml": "names no file", write("broken.txt", "no definition"): "bake"} {
		if _, err := bakeAPIs(proxy, root, BakedOptions{Files: []string{pattern}, Stage: "prod"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", pattern, err, want)
		}
	}
	if plain, err := bakeAPIs(proxy, root, BakedOptions{}); err != nil || plain.Folder != proxy {
		t.Errorf("without definitions: %+v, %v", plain, err)
	}
}
