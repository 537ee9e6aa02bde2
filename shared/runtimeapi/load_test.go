package runtimeapi

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	const text = `
# Functions of the shop.
orders:
  command: bin/orders --verbose
  environment: &common
    TABLE: orders
    PORT: 8080
    DEBUG: true
    EMPTY: ""
  timeout: 5
  memory: 256
  concurrency: 2
users:
  command: [python3, app.py, 7]
  directory: users
  environment: *common
  timeout: 500ms
absolute:
  command: /opt/functions/absolute
  timeout: "3s"
`
	got, err := Parse(strings.NewReader(text), "/shop")
	if err != nil {
		t.Fatal(err)
	}
	common := map[string]string{"TABLE": "orders", "PORT": "8080", "DEBUG": "true", "EMPTY": ""}
	want := []Function{
		{Name: "orders", Command: []string{"/shop/bin/orders", "--verbose"}, Dir: "/shop", Environment: common, Timeout: 5 * time.Second, MemorySize: 256, Concurrency: 2},
		{Name: "users", Command: []string{"python3", "app.py", "7"}, Dir: "/shop/users", Environment: common, Timeout: 500 * time.Millisecond},
		{Name: "absolute", Command: []string{"/opt/functions/absolute"}, Dir: "/shop", Timeout: 3 * time.Second},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"", "# nothing\n", "{}", "---\n"} {
		if got, err := Parse(strings.NewReader(text), "/"); err != nil || len(got) != 0 {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"orders:\n  comand: ./a\n", []string{`line 2: orders: unknown key "comand"`, "line 2: orders.command: missing"}},
		{"orders:\n", []string{"orders.command: missing"}},
		{"orders: ./a\n", []string{"line 1: orders: must be a mapping, not ./a"}},
		{"- orders\n", []string{"line 1: document: must be a mapping, not a list"}},
		{"a: {command: ./a}\nb: {command: ./b}\na: {command: ./c}\n", []string{"line 3: document: a is defined twice, first in line 1"}},
		{"a:\n  command: ./a\n  timeout: 1\n  timeout: 2\n", []string{"line 4: a: timeout is defined twice, first in line 3"}},
		{"a:\n  command: ./a\n  timeout: soon\n  memory: 1.5\n  concurrency: 0\n", []string{
			`line 3: a.timeout: "soon" must be seconds or a duration`, "line 4: a.memory: must be an integer, not 1.5", "line 5: a.concurrency: 0 is not a positive integer"}},
		{"a:\n  command: ./a\n  timeout: 901\n", []string{"line 3: a.timeout: must be at most 900 seconds"}},
		{"a:\n  command: ./a\n  timeout: true\n", []string{"line 3: a.timeout: must be text, not true"}},
		{"a:\n  command: 7\n", []string{"line 2: a.command: must be text, not 7"}},
		{"a:\n  command: [./a, [b]]\n", []string{"line 2: a.command[1]: must be text, not a list"}},
		{"a:\n  command: []\n", []string{"line 2: a.command: is empty"}},
		{"a:\n  command: ./a\n  environment: [A]\n", []string{"line 3: a.environment: must be a mapping, not a list"}},
		{"a:\n  command: ./a\n  environment:\n    A:\n    B: {}\n", []string{"line 4: a.environment.A: must be text, not nothing", "line 5: a.environment.B: must be text, not a mapping"}},
		{"a: &x {command: ./a}\nb:\n  <<: *x\n", []string{"line 3: b: a key must be plain text"}},
		{"a: {command: ./a}\n---\nb: {command: ./b}\n", []string{"more than one document"}},
		{"a: [\n", []string{"yaml: "}},
	}
	for _, test := range tests {
		_, err := Parse(strings.NewReader(test.text), "/")
		if err == nil {
			t.Errorf("%q: no error", test.text)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: error %q, want %q", test.text, err, want)
			}
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "functions.yaml")
	if err := os.WriteFile(file, []byte("orders: {command: ./bootstrap}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	functions, err := Load(file)
	if err != nil || len(functions) != 1 || functions[0].Command[0] != filepath.Join(dir, "bootstrap") || functions[0].Dir != dir {
		t.Errorf("%+v, %v", functions, err)
	}
	if _, err := Load(filepath.Join(dir, "none.yaml")); err == nil {
		t.Error("no error for a missing file")
	}
	if err := os.WriteFile(file, []byte("orders: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file); err == nil || !strings.Contains(err.Error(), file+": line 1: orders") {
		t.Errorf("error %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("orders:\n  command: ./a b\n  timeout: 3\n")
	f.Add("a: &x {command: [./a]}\nb: *x\n")
	f.Add("a: {environment: {A: 1}, memory: 0x80}")
	f.Fuzz(func(t *testing.T, text string) {
		functions, err := Parse(strings.NewReader(text), "/")
		if err != nil {
			return
		}
		for _, function := range functions {
			if len(function.Command) == 0 || function.Command[0] == "" || function.Timeout < 0 || function.Timeout > MaxTimeout {
				t.Errorf("%q gives %+v", text, function)
			}
		}
	})
}
