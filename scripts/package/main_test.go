package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// newModule writes a module with two functions, the local process and a folder that is
// no command.
func newModule(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":                       "module example.com/gateway\n\ngo 1.26\n",
		"functions/proxy/main.go":      "package main\n\nfunc main() { println(\"proxy\") }\n",
		"functions/route/main.go":      "package main\n\nfunc main() { println(\"route\") }\n",
		"functions/local/main.go":      "package main\n\nfunc main() {}\n",
		"functions/common/common.go":   "package common\n",
		"functions/common/x_test.go":   "package main\n",
		"functions/README.md":          "notes\n",
		"definitions/pets.yaml":        "openapi: 3.0.1\n",
		"definitions/shop/orders.yaml": "openapi: 3.0.1\n",
		"definitions/.pets.yaml.swp":   "editor\n",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// pack runs the command for this machine's processor, whose standard library the tests
// have compiled already.
func pack(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if err := run(t.Context(), append([]string{"-arch", runtime.GOARCH}, args...), &stdout, &stderr); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	return stdout.String()
}

func TestPackage(t *testing.T) {
	root, out := newModule(t), filepath.Join(t.TempDir(), "functions")
	report := pack(t, "-root", root, "-out", out, "-baked", filepath.Join(root, "definitions"))

	var files []string
	for _, pattern := range []string{"*", ".*", "*/*", "*/.*", "*/*/*", "*/*/.*", "*/*/*/*"} {
		matches, err := filepath.Glob(filepath.Join(out, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range matches {
			relative, _ := filepath.Rel(out, match)
			files = append(files, relative)
		}
	}
	slices.Sort(files)
	want := []string{
		"proxy", "proxy/apis", "proxy/apis/pets.yaml", "proxy/apis/shop", "proxy/apis/shop/orders.yaml", "proxy/bootstrap",
		"route", "route/bootstrap",
	}
	if !slices.Equal(files, want) {
		t.Errorf("files %q\nwant  %q", files, want)
	}

	lines := strings.Split(strings.TrimSpace(report), "\n")
	if len(lines) != 2 {
		t.Fatalf("report %q, want one line for each function", report)
	}
	for i, name := range []string{"proxy", "route"} {
		data, err := os.ReadFile(filepath.Join(out, name, "bootstrap"))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		want := []string{name, runtime.GOARCH, strconv.Itoa(len(data)), hex.EncodeToString(sum[:])}
		if got := strings.Fields(lines[i]); !slices.Equal(got, want) {
			t.Errorf("line %q, want %q", got, want)
		}
		info, err := os.Stat(filepath.Join(out, name, "bootstrap"))
		if err != nil || info.Mode().Perm() != 0o755 {
			t.Errorf("%s: mode %v, error %v; Lambda needs an executable file", name, info.Mode(), err)
		}
	}
}

// An asset's hash decides whether a function is deployed again, so the place of the
// checkout, settings of the person who builds, and earlier builds must not show in it.
func TestPackageIsReproducible(t *testing.T) {
	first := newModule(t)
	firstOut := filepath.Join(t.TempDir(), "a")
	want := pack(t, "-root", first, "-out", firstOut, "proxy")

	t.Setenv("GOFLAGS", "-tags=other")
	t.Setenv("GOAMD64", "v3")
	t.Setenv("GOARM64", "v8.2")
	t.Setenv("GOOS", "darwin")
	second := newModule(t)
	secondOut := filepath.Join(t.TempDir(), "somewhere", "else")
	stale := filepath.Join(secondOut, "proxy", "apis", "old.yaml")
	if err := os.MkdirAll(filepath.Dir(stale), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stale, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := pack(t, "-root", second, "-out", secondOut, "proxy", "proxy"); got != want {
		t.Errorf("first  %ssecond %s", want, got)
	}
	if _, err := os.Stat(stale); !os.IsNotExist(err) {
		t.Errorf("a file of an earlier build stayed in the asset: %v", err)
	}
}

func TestPackageRefuses(t *testing.T) {
	root := newModule(t)
	empty := t.TempDir()
	broken := newModule(t)
	if err := os.WriteFile(filepath.Join(broken, "functions", "proxy", "main.go"), []byte("package main\n\nfunc main() { missing() }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	linked := t.TempDir()
	if err := os.Symlink(filepath.Join(root, "go.mod"), filepath.Join(linked, "pets.yaml")); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"processor", []string{"-root", root, "-arch", "x86_64"}, "Lambda has arm64 and amd64"},
		{"unknown function", []string{"-root", root, "prxoy"}, "there are: proxy, route"},
		{"local process", []string{"-root", root, "local"}, "is a process"},
		{"no module", []string{"-root", empty}, "list functions"},
		{"definitions without proxy", []string{"-root", root, "-baked", root + "/definitions", "route"}, "belong to proxy"},
		{"definitions missing", []string{"-root", root, "-baked", root + "/nowhere"}, "no such file"},
		{"definitions are a file", []string{"-root", root, "-baked", root + "/go.mod"}, "not a folder"},
		{"definitions around the assets", []string{"-root", root, "-baked", filepath.Dir(out)}, "holds the folder of the assets"},
		{"definitions with a link", []string{"-root", root, "-arch", runtime.GOARCH, "-baked", linked, "proxy"}, "neither a file nor a folder"},
		{"definitions empty", []string{"-root", root, "-arch", runtime.GOARCH, "-baked", empty, "proxy"}, "holds no file"},
		{"compile error", []string{"-root", broken, "-arch", runtime.GOARCH, "proxy"}, "function proxy: go build"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			err := run(t.Context(), append([]string{"-out", out}, test.args...), &stdout, &stderr)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if stdout.Len() != 0 {
				t.Errorf("reported %q", &stdout)
			}
			if left, err := os.ReadDir(out); err == nil && len(left) != 0 {
				t.Errorf("left %v behind", left)
			}
		})
	}
	if err := run(t.Context(), []string{"-help"}, &bytes.Buffer{}, &bytes.Buffer{}); err != flag.ErrHelp {
		t.Errorf("-help: %v", err)
	}
}
