package runtimeapi

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNewRefuses(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain.txt")
	if err := os.WriteFile(plain, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*Function)
		want   string
	}{
		{"no name", func(f *Function) { f.Name = "" }, `function "": name: must be 1 to 64 letters`},
		{"name", func(f *Function) { f.Name = "a b" }, `function "a b": name: must be`},
		{"no command", func(f *Function) { f.Command = nil }, `function "orders": command: missing`},
		{"empty command", func(f *Function) { f.Command = []string{""} }, `function "orders": command: missing`},
		{"no such file", func(f *Function) { f.Command = []string{dir + "/none"} }, `function "orders": command: `},
		{"not executable", func(f *Function) { f.Command = []string{plain} }, `function "orders": command: `},
		{"not in PATH", func(f *Function) { f.Command = []string{"no-such-program"} }, `(a file in a folder is written as ./no-such-program)`},
		{"directory", func(f *Function) { f.Dir = plain }, `function "orders": directory: ` + plain + ` is not a directory`},
		{"timeout", func(f *Function) { f.Timeout = 16 * time.Minute }, `function "orders": timeout: must be positive and at most 15m0s, not 16m0s`},
		{"negative timeout", func(f *Function) { f.Timeout = -1 }, `function "orders": timeout: `},
		{"memory", func(f *Function) { f.MemorySize = 64 }, `function "orders": memory: must be 128 to 10240 MB, not 64`},
		{"concurrency", func(f *Function) { f.Concurrency = -1 }, `function "orders": concurrency: must be 1 to 1000 environments, not -1`},
		{"owned variable", func(f *Function) { f.Environment = map[string]string{"AWS_LAMBDA_RUNTIME_API": "x"} }, `environment: AWS_LAMBDA_RUNTIME_API is set by the Runtime API`},
		{"variable", func(f *Function) { f.Environment = map[string]string{"A=B": "x"} }, `"A=B" is not a name`},
		{"value", func(f *Function) { f.Environment = map[string]string{"A": "\x00"} }, `the value of A contains a NUL byte`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := Function{Name: "orders", Command: []string{testFunction}}
			test.change(&f)
			_, err := New(Config{}, f)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	good := Function{Name: "orders", Command: []string{testFunction}}
	_, err := New(Config{}, good, good, Function{Name: "b", MemorySize: 1})
	for _, want := range []string{`function "orders": name: defined twice`, `function "b": memory`, `function "b": command: missing`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestHasAndFunctions(t *testing.T) {
	s, err := New(Config{Region: "eu-west-1"}, Function{Name: "b", Command: []string{testFunction}}, Function{Name: "a", Command: []string{testFunction}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	if got := s.Functions(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("functions %v", got)
	}
	for name, want := range map[string]bool{
		"a": true, "a:prod": true, "c": false, "": false, "a:b:c": false,
		"arn:aws:lambda:us-east-1:123456789012:function:b":              true,
		"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:b:3": true,
		"arn:aws:lambda:us-east-1:123456789012:layer:b":                 false,
		"arn:aws:lambda:us-east-1:123456789012:function":                false,
	} {
		if got := s.Has(name); got != want {
			t.Errorf("Has(%q) = %v", name, got)
		}
	}
}

// An interpreted function restarts when its script changes.
func TestStampCoversScripts(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "app.sh")
	write := func(text string) {
		if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	f, err := resolve(Function{Name: "orders", Command: []string{"sh", "app.sh", "--flag"}, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	before := f.stamp()
	if before == 0 || before != f.stamp() {
		t.Errorf("stamp %d, then %d", before, f.stamp())
	}
	write("another")
	if f.stamp() == before {
		t.Error("the stamp has not changed")
	}
	if err := os.Remove(script); err != nil {
		t.Fatal(err)
	}
	if f.stamp() != 0 {
		t.Error("a missing file must have no stamp")
	}
}

func BenchmarkInvokeWarm(b *testing.B) {
	s, err := New(Config{}, Function{Name: "orders", Command: []string{testFunction}})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close(b.Context())
	in := Invocation{Function: "orders", Payload: []byte(`{"n":1}`)}
	if _, err := s.Invoke(b.Context(), in); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		result, err := s.Invoke(b.Context(), in)
		if err != nil || result.FunctionError != "" {
			b.Fatal(err, result)
		}
	}
	b.StopTimer()
	if n := s.pools["orders"].count; n != 1 {
		b.Errorf("%d environments for one caller", n)
	}
}
