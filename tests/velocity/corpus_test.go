package velocity

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// testCase is a template with its variables, and in a recording what the reference made of it.
type testCase struct {
	Name     string          `json:"name"`
	Template string          `json:"template"`
	Context  json.RawMessage `json:"context,omitempty"`
	Gobbling string          `json:"gobbling,omitempty"`
	result
}

// result has an error, or an output.
type result struct {
	Output string `json:"output,omitempty"`
	Error  string `json:"error,omitempty"`
}

// handWritten reads testdata/cases: "=== name" starts a case, the lines "context: JSON" and
// "gobbling: mode" may follow, and the rest up to the next case is the template, without its
// last newline. A file's line "common: JSON" is the context of the cases after it.
func handWritten(t testing.TB) []testCase {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var all []testCase
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		topic := strings.TrimSuffix(filepath.Base(file), ".txt")
		head, rest, _ := strings.Cut("\n"+string(text), "\n=== ")
		common := ""
		if _, after, ok := strings.Cut(head, "common: "); ok {
			common = strings.TrimSpace(after)
		}
		for _, block := range strings.Split(rest, "\n=== ") {
			name, template, _ := strings.Cut(block, "\n")
			c := testCase{Name: topic + "/" + name, Context: json.RawMessage(common)}
			for {
				line, after, _ := strings.Cut(template, "\n")
				if value, ok := strings.CutPrefix(line, "context: "); ok {
					c.Context = json.RawMessage(value)
				} else if value, ok := strings.CutPrefix(line, "gobbling: "); ok {
					c.Gobbling = value
				} else {
					break
				}
				template = after
			}
			c.Template = template
			if len(c.Context) > 0 && !json.Valid(c.Context) {
				t.Fatalf("%s: the context is no JSON", c.Name)
			}
			all = append(all, c)
		}
	}
	return all
}

// deviations are the names of cases that must differ from the reference, each with the output
// that ours gives instead, in which \n is a new line.
func deviations(t testing.TB) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/deviations.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for number, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, want, ok := strings.Cut(line, " => ")
		if !ok {
			t.Fatalf("deviations.txt:%d: no =>", number+1)
		}
		all[name] = strings.ReplaceAll(want, `\n`, "\n")
	}
	return all
}

const recordedFile = "testdata/recorded.json"

func recorded(t testing.TB) []testCase {
	t.Helper()
	text, err := os.ReadFile(recordedFile)
	if err != nil {
		t.Fatal(err)
	}
	var all []testCase
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// record writes one case a line, so that changes can be read.
func record(t testing.TB, all []testCase) {
	t.Helper()
	var b strings.Builder
	for i, c := range all {
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		sep := ",\n"
		if i == 0 {
			sep = "[\n"
		}
		fmt.Fprintf(&b, "%s%s", sep, line)
	}
	b.WriteString("\n]\n")
	if err := os.WriteFile(recordedFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
