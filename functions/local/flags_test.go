package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func none(string) string { return "" }

// The defaults are a contract that tests and users rely on.
func TestDefaults(t *testing.T) {
	got, err := parseFlags(nil, &bytes.Buffer{}, none)
	want := options{
		listen: "127.0.0.1:8080", control: "127.0.0.1:8081", data: ".postern",
		account: "123456789012", region: "us-east-1", accessKey: "test", secretKey: "test",
		socketIdle: 10 * time.Minute, socketLife: 2 * time.Hour,
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	got, err = parseFlags(nil, &bytes.Buffer{}, func(name string) string { return map[string]string{"AWS_REGION": "eu-central-1"}[name] })
	if err != nil || got.region != "eu-central-1" {
		t.Errorf("region %q, %v", got.region, err)
	}
}

func TestFlags(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")
	for _, f := range []string{a, b} {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := parseFlags([]string{"--listen", "127.0.0.1:1", "--control=127.0.0.1:2", "--data", ":memory:", "--api", a, "--api", b,
		"--functions", "f.yaml", "--account", "000000000000", "--access-key", "k", "--secret-key", "s", "--no-auth"}, &bytes.Buffer{}, none)
	want := options{listen: "127.0.0.1:1", control: "127.0.0.1:2", data: ":memory:", apis: []string{a, b}, functions: "f.yaml",
		account: "000000000000", region: "us-east-1", accessKey: "k", secretKey: "s", noAuth: true,
		socketIdle: 10 * time.Minute, socketLife: 2 * time.Hour}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if _, err := parseFlags([]string{"--help"}, &bytes.Buffer{}, none); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("--help: %v", err)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--api", a, "--api", a}, "twice"},
		{[]string{"--api", dir}, "folder"},
		{[]string{"--api", filepath.Join(dir, "none")}, "none"},
		{[]string{"--listen", "8080"}, "--listen"},
		{[]string{"--account", "12345678901x"}, "--account"},
		{[]string{"--secret-key", ""}, "--secret-key"},
		{[]string{"--data", ""}, "--data"},
		{[]string{"now"}, `"now"`},
		{[]string{"--teleport"}, "teleport"},
	} {
		if _, err := parseFlags(c.args, &bytes.Buffer{}, none); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want an error about %s", c.args, err, c.says)
		}
	}
}
