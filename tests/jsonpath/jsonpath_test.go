package jsonpath

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	engine "github.com/postern-gateway/postern/shared/mapping/jsonpath"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

var record = flag.Bool("record", false, "write down what Jayway JsonPath answers")

// enough is the number of pairs below which the corpus proves too little.
const enough = 200

func TestAgreesWithJayway(t *testing.T) {
	all := corpus(t)
	recorded := recordings(t, all)
	total, different := 0, 0
	for _, topic := range slices.Sorted(maps.Keys(all)) {
		t.Run(topic, func(t *testing.T) {
			if len(recorded[topic]) != len(all[topic]) {
				t.Fatalf("%d pairs, but %d recorded answers: run the tests with -record", len(all[topic]), len(recorded[topic]))
			}
			for i, p := range all[topic] {
				total++
				want, got := recorded[topic][i], ours(t, p)
				reason, listed := deviations[p.Path]
				switch {
				case got == want && listed:
					t.Errorf("%s: listed as a deviation, but Jayway agrees", p.Path)
				case got != want && !listed:
					t.Errorf("%s\n  in %s\n  got  %v\n  want %v", p.Path, p.Doc, got, want)
				case got != want:
					different++
					t.Logf("%s: %s", p.Path, reason)
				}
			}
		})
	}
	if total < enough {
		t.Errorf("only %d pairs", total)
	}
	t.Logf("%d pairs, %d deviations", total, different)
}

// TestRecordings runs Jayway JsonPath and compares its answers with those written down.
func TestRecordings(t *testing.T) {
	r := startReference(t)
	all := corpus(t)
	topics := slices.Sorted(maps.Keys(all))
	var pairs []pair
	for _, topic := range topics {
		pairs = append(pairs, all[topic]...)
	}
	answers := r.evaluate(t, pairs)
	for _, topic := range topics {
		n := len(all[topic])
		file, text := recordingFile(topic), encode(t, all[topic], answers[:n])
		answers = answers[n:]
		if *record {
			if err := os.WriteFile(file, text, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		kept, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(kept, text) {
			t.Errorf("%s is not what Jayway answers: run the tests with -record", file)
		}
	}
}

// recorded is a pair with its answer, as it lies in a file.
type recorded struct {
	pair
	answer
}

func recordingFile(topic string) string {
	return filepath.Join("testdata", "recorded", topic+".jsonl")
}

func encode(t *testing.T, pairs []pair, answers []answer) []byte {
	t.Helper()
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	for i, p := range pairs {
		if err := e.Encode(recorded{p, answers[i]}); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func recordings(t *testing.T, all map[string][]pair) map[string][]answer {
	t.Helper()
	kept := map[string][]answer{}
	for topic, pairs := range all {
		text, err := os.ReadFile(recordingFile(topic))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
			var r recorded
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatalf("%s: %v", recordingFile(topic), err)
			}
			if i >= len(pairs) || r.pair != pairs[i] {
				t.Fatalf("%s, line %d is not of the corpus: run the tests with -record", recordingFile(topic), i+1)
			}
			kept[topic] = append(kept[topic], r.answer)
		}
	}
	return kept
}

// ours evaluates a pair.
func ours(t *testing.T, p pair) answer {
	t.Helper()
	path, err := engine.Compile(p.Path)
	if err != nil {
		var c *engine.CompileError
		if !errors.As(err, &c) {
			t.Errorf("%s: %v is no CompileError", p.Path, err)
		}
		return answer{Outcome: "refused"}
	}
	doc, err := vtl.DecodeJSON([]byte(p.Doc))
	if err != nil {
		t.Fatalf("%s: %v", p.Doc, err)
	}
	result, err := path.Find(doc)
	switch {
	case err != nil:
		return answer{Outcome: "failed"}
	case !result.Found:
		return answer{Outcome: "not found"}
	}
	return answer{"value", string(appendValue(nil, result.Value))}
}

// appendValue writes a value as the runner in Java does.
func appendValue(out []byte, v vtl.Value) []byte {
	switch v := v.(type) {
	case *vtl.Map:
		out = append(out, '{')
		for i := range v.Len() {
			if i > 0 {
				out = append(out, ',')
			}
			key, value := v.At(i)
			out = append(appendText(out, key.(string)), ':')
			out = appendValue(out, value)
		}
		return append(out, '}')
	case *vtl.List:
		return appendValues(out, v.Items)
	case *vtl.Set:
		return appendValues(out, v.Items)
	case string:
		return appendText(out, v)
	case vtl.Double:
		v.Text = ""
		out, _ = vtl.AppendJSON(out, v)
		return out
	}
	out, _ = vtl.AppendJSON(out, v)
	return out
}

func appendValues(out []byte, items []vtl.Value) []byte {
	out = append(out, '[')
	for i, item := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendValue(out, item)
	}
	return append(out, ']')
}

func appendText(out []byte, text string) []byte {
	out = append(out, '"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r < ' ' || r == 0x7f:
			out = fmt.Appendf(out, "\\u%04x", r)
		default:
			out = append(out, string(r)...)
		}
	}
	return append(out, '"')
}
