package house

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/postern-gateway/postern"

// floors is the plan of the house: imports run downwards only. Packages of one tree (a
// package and those in its folders) share a floor and may use each other.
var floors = map[string]int{
	"shared/eventsource":  4,
	"shared/gateway":      4,
	"shared/controlplane": 4,
	"shared/authorizer":   3,
	"shared/metering":     3,
	"shared/cache":        3,
	"shared/integration":  3,
	"shared/runtimeapi":   3,
	"shared/telemetry":    2,
	"shared/snapshot":     2,
	"shared/store":        2,
	"shared/wire":         1,
	"shared/mapping":      1,
	"shared/policy":       1,
	"shared/sigv4":        1,
	"shared/edge":         1,
	"shared/jsonschema":   1,
}

type goPackage struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
	Deps       []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "list", "-deps=false", "-json=ImportPath,Dir,GoFiles,Imports,Deps", "./...")
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// tree returns the top package of the tree that a package of shared/ belongs to.
func tree(importPath string) (string, bool) {
	rest, ok := strings.CutPrefix(importPath, module+"/shared/")
	if !ok {
		return "", false
	}
	first, _, _ := strings.Cut(rest, "/")
	return "shared/" + first, true
}

func TestImportsRunDownwards(t *testing.T) {
	for _, p := range listPackages(t) {
		from, ok := tree(p.ImportPath)
		if !ok {
			continue
		}
		floor, planned := floors[from]
		if !planned {
			t.Errorf("%s has no floor in the plan", from)
			continue
		}
		for _, imp := range p.Imports {
			if strings.HasPrefix(imp, module+"/functions/") || strings.HasPrefix(imp, module+"/scripts/") || strings.HasPrefix(imp, module+"/tests/") {
				t.Errorf("%s imports %s: shared packages are imported by those, never the reverse", p.ImportPath, imp)
			}
			to, ok := tree(imp)
			if ok && to != from && floors[to] >= floor {
				t.Errorf("%s (floor %d) imports %s (floor %d)", p.ImportPath, floor, imp, floors[to])
			}
		}
	}
}

// A function links only what it uses: the proxy carries neither the control plane nor an
// OpenAPI or YAML parser.
func TestTheDataPlaneStaysLean(t *testing.T) {
	never := []string{
		module + "/shared/controlplane", module + "/shared/wire", module + "/shared/runtimeapi", module + "/shared/store/embedded",
		"go.yaml.in/yaml", "go.etcd.io/bbolt", "github.com/prometheus",
	}
	seen := false
	for _, p := range listPackages(t) {
		data := p.ImportPath == module+"/functions/proxy" || strings.HasPrefix(p.ImportPath, module+"/shared/gateway")
		if !data {
			continue
		}
		seen = seen || p.ImportPath == module+"/functions/proxy"
		for _, dep := range p.Deps {
			for _, n := range never {
				if dep == n || strings.HasPrefix(dep, n+"/") {
					t.Errorf("%s links %s", p.ImportPath, dep)
				}
			}
		}
	}
	if !seen {
		t.Error("functions/proxy is gone: this test checks nothing")
	}
}

func TestEveryPackageSaysWhatBelongsInIt(t *testing.T) {
	for _, p := range listPackages(t) {
		if len(p.GoFiles) == 0 || !strings.HasPrefix(p.ImportPath, module+"/shared/") {
			continue
		}
		name := "doc.go"
		if slices.Contains(p.GoFiles, "doc_gen.go") {
			name = "doc_gen.go" // of a generated package
		}
		doc, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			t.Errorf("%s has no doc.go", p.ImportPath)
			continue
		}
		if !strings.Contains(string(doc), "// Package ") {
			t.Errorf("%s/doc.go does not document the package", p.ImportPath)
		}
	}
}
