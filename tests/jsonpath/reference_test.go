package jsonpath

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// reference is Jayway JsonPath: one process evaluates the whole corpus.
type reference struct{ java, classes string }

// startReference skips the test if Jayway JsonPath is not wanted, or, unless it is required,
// if it is not installed.
func startReference(t *testing.T) *reference {
	t.Helper()
	required := os.Getenv("POSTERN_REQUIRE_JAYWAY") == "1" || *record
	home, err := filepath.Abs("../../.build/jsonpath")
	if err != nil {
		t.Fatal(err)
	}
	java, err := exec.LookPath("java")
	if err == nil {
		_, err = os.Stat(filepath.Join(home, "classes", "Reference.class"))
	}
	switch {
	case err != nil && required:
		t.Fatalf("Jayway JsonPath is not there, run tests/jsonpath/java/install.sh: %v", err)
	case err != nil:
		t.Skip("Jayway JsonPath is not installed; the recorded answers are used alone")
	}
	return &reference{java, filepath.Join(home, "classes") + string(os.PathListSeparator) + filepath.Join(home, "lib", "*")}
}

func (r *reference) evaluate(t *testing.T, pairs []pair) []answer {
	t.Helper()
	var in, out, messages bytes.Buffer
	for e, i := json.NewEncoder(&in), 0; i < len(pairs); i++ {
		if err := e.Encode(pairs[i]); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.java, "-Xss8m", "-XX:+UseSerialGC", "-cp", r.classes, "Reference")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &messages
	if err := cmd.Run(); err != nil {
		t.Fatalf("run Jayway JsonPath: %v\n%.1000s", err, messages.String())
	}
	answers := make([]answer, 0, len(pairs))
	for d := json.NewDecoder(&out); d.More(); {
		var a answer
		if err := d.Decode(&a); err != nil {
			t.Fatalf("read an answer of Jayway JsonPath: %v", err)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(pairs) {
		t.Fatalf("Jayway JsonPath gave %d answers to %d pairs\n%s", len(answers), len(pairs), messages.String())
	}
	return answers
}
