package velocity

import (
	"context"
	"encoding/json"
	"flag"
	"testing"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

var update = flag.Bool("update", false, "record the reference's results anew")

// crash is the message of an exception in the reference's own code, which composes a log entry
// about an operand that is no number from a node whose tokens it has dropped. There is nothing
// to compare with then.
const crash = "Cannot read field \"kind\" because \"t\" is null"

// atLeast is the number of templates that the corpus must not fall under.
const atLeast = 400

func gobbling(name string) vtl.Gobbling {
	switch name {
	case "bc":
		return vtl.GobbleBC
	case "none":
		return vtl.GobbleNone
	}
	return vtl.GobbleLines
}

// variables decodes the context of a case.
func variables(t testing.TB, raw json.RawMessage) vtl.Vars {
	t.Helper()
	vars := vtl.Vars{}
	if len(raw) == 0 {
		return vars
	}
	v, err := vtl.DecodeJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	m := v.(*vtl.Map)
	for i := range m.Len() {
		name, value := m.At(i)
		vars[name.(string)] = value
	}
	return vars
}

func render(t testing.TB, c testCase) result {
	t.Helper()
	template, err := vtl.Compile(c.Template, vtl.Options{Gobbling: gobbling(c.Gobbling)})
	if err != nil {
		return result{Error: err.Error()}
	}
	out, err := template.Render(context.Background(), nil, variables(t, c.Context))
	if err != nil {
		return result{Error: err.Error()}
	}
	return result{Output: string(out)}
}

func corpus(t testing.TB) []testCase { return append(handWritten(t), generated()...) }

func TestTheSameAsApacheVelocity(t *testing.T) {
	if *update {
		folder := installed(t)
		if folder == "" {
			t.Fatal("the reference is not installed: run tests/velocity/java/install.sh")
		}
		all := corpus(t)
		for i, r := range runReference[result](t, folder, all) {
			all[i].result = r
		}
		record(t, all)
	}
	all := recorded(t)
	if len(all) < atLeast {
		t.Fatalf("the corpus has %d templates; it must have %d", len(all), atLeast)
	}
	deviating := deviations(t)
	errors, crashes, differences := 0, 0, 0
	for _, c := range all {
		got := render(t, c)
		if c.Error != "" {
			errors++
		}
		if want, ok := deviating[c.Name]; ok {
			delete(deviating, c.Name)
			if got.Output != want || got.Error != "" && want != "" {
				t.Errorf("%s is a listed deviation; it renders %+v, listed is %q", c.Name, got, want)
			}
			continue
		}
		if c.Error == crash {
			crashes++
			continue
		}
		// The reference's messages are its own; that there is an error is what counts.
		if (got.Error != "") != (c.Error != "") || got.Error == "" && got.Output != c.Output {
			differences++
			t.Errorf("%s\n--- template\n%s\n--- context %s\n--- ours\n%q %s\n--- Apache Velocity\n%q %s", c.Name, c.Template, c.Context, got.Output, got.Error, c.Output, c.Error)
		}
	}
	for name := range deviating {
		t.Errorf("deviations.txt lists %s, which is not in the corpus", name)
	}
	t.Logf("%d templates, %d of them errors in the reference (%d exceptions of its own), %d differences", len(all), errors, crashes, differences)
}

// TestTheRecordingIsCurrent checks that the corpus is the recorded one, and with the reference
// at hand that its results still are.
func TestTheRecordingIsCurrent(t *testing.T) {
	all, kept := corpus(t), recorded(t)
	if len(all) != len(kept) {
		t.Fatalf("%d templates are recorded, the corpus has %d: run with -update", len(kept), len(all))
	}
	for i, c := range all {
		k := kept[i]
		if c.Name != k.Name || c.Template != k.Template || string(c.Context) != string(k.Context) && !sameJSON(c.Context, k.Context) || c.Gobbling != k.Gobbling {
			t.Fatalf("%s is recorded differently: run with -update", c.Name)
		}
	}
	folder := installed(t)
	if folder == "" {
		t.Skip("Apache Velocity is not installed; the recording is taken on trust")
	}
	for i, r := range runReference[result](t, folder, kept) {
		if r.Output != kept[i].Output || (r.Error != "") != (kept[i].Error != "") {
			t.Errorf("%s: recorded %+v, now %+v", kept[i].Name, kept[i].result, r)
		}
	}
}

func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}
