package patch_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
)

type thing struct {
	Name    *string
	Mode    *string
	On      *bool
	Size    *int32
	Rate    *float64
	Types   []string
	Tags    []string
	Labels  map[string]string
	Flags   map[string]bool
	Setting string
}

var errMissing = wire.NotFound("no such label")

func labels(t *thing) *map[string]string { return &t.Labels }
func list(t *thing) *[]string            { return &t.Types }
func tags(t *thing) *[]string            { return &t.Tags }

var table = patch.Table[thing]{
	Paths: []patch.Path[thing]{
		{Pattern: "/name", Replace: patch.Text(func(t *thing) **string { return &t.Name }), Remove: patch.Clear(func(t *thing) **string { return &t.Name })},
		{Pattern: "/mode", Replace: patch.Choice(func(t *thing) **string { return &t.Mode }, "FAST", "SLOW")},
		{Pattern: "/on", Replace: patch.Bool(func(t *thing) **bool { return &t.On })},
		{Pattern: "/size", Replace: patch.Int32(func(t *thing) **int32 { return &t.Size }, 1, 9)},
		{Pattern: "/rate", Replace: patch.Float64(func(t *thing) **float64 { return &t.Rate }, 0, 1)},
		{Pattern: "/types/{type}", Add: patch.Element(list), Replace: patch.Exchange(list), Remove: patch.DropElement(list)},
		{Pattern: "/tags", Add: patch.Append(tags), Remove: patch.DropValue(tags)},
		{Pattern: "/labels/{name}", Add: patch.Entry(labels), Replace: patch.Existing(labels, errMissing, patch.Entry(labels)), Remove: patch.Delete(labels)},
		{Pattern: "/flags/{name}", Add: patch.Flag(func(t *thing) *map[string]bool { return &t.Flags })},
		{Pattern: "/{path...}/{verb}/on", Only: func(keys []string) bool { return keys[1] == "GET" }, Replace: func(t *thing, c patch.Change) error {
			t.Setting = c.Keys[0] + " " + c.Keys[1] + " " + c.Text()
			return nil
		}},
		{Pattern: "/target", Copy: map[string]func(*thing) error{"/source": func(t *thing) error { t.Setting = "copied"; return nil }}},
	},
	Refusals: patch.Refusals{UnknownPath: "unknown {path} for {op}: [{paths}]", WrongOp: "not {op} at {path} but [{ops}]"},
}

func op(op, path string, value ...string) patch.Operation {
	o := patch.Operation{Op: op, Path: path}
	if len(value) > 0 {
		o.Value = &value[0]
	}
	return o
}

func ptr[T any](v T) *T { return &v }

func TestApply(t *testing.T) {
	cases := []struct {
		name       string
		start      thing
		operations []patch.Operation
		want       thing
	}{
		{"text", thing{}, []patch.Operation{op("replace", "/name", "a")}, thing{Name: ptr("a")}},
		{"empty text is kept", thing{}, []patch.Operation{op("replace", "/name", "")}, thing{Name: ptr("")}},
		{"remove ignores its value", thing{Name: ptr("a")}, []patch.Operation{op("remove", "/name", "a")}, thing{}},
		{"choice", thing{}, []patch.Operation{op("replace", "/mode", "FAST")}, thing{Mode: ptr("FAST")}},
		{"no choice", thing{Mode: ptr("FAST")}, []patch.Operation{op("replace", "/mode", "")}, thing{}},
		{"boolean", thing{}, []patch.Operation{op("replace", "/on", "True")}, thing{On: ptr(true)}},
		{"integer", thing{}, []patch.Operation{op("replace", "/size", "9")}, thing{Size: ptr[int32](9)}},
		{"number", thing{}, []patch.Operation{op("replace", "/rate", "0.5")}, thing{Rate: ptr(0.5)}},
		{"escaped element", thing{}, []patch.Operation{op("add", "/types/image~1png"), op("add", "/types/~01")}, thing{Types: []string{"image/png", "~1"}}},
		{"an element stands once", thing{Types: []string{"a"}}, []patch.Operation{op("add", "/types/a")}, thing{Types: []string{"a"}}},
		{"exchange appends", thing{Types: []string{"a", "b"}}, []patch.Operation{op("replace", "/types/a", "c")}, thing{Types: []string{"b", "c"}}},
		{"last element", thing{Types: []string{"a"}}, []patch.Operation{op("remove", "/types/a")}, thing{}},
		{"element in the value", thing{}, []patch.Operation{op("add", "/tags", "x"), op("add", "/tags", "y"), op("remove", "/tags", "x")}, thing{Tags: []string{"y"}}},
		{"entry", thing{}, []patch.Operation{op("add", "/labels/a", "1"), op("replace", "/labels/a", "2")}, thing{Labels: map[string]string{"a": "2"}}},
		{"last entry", thing{Labels: map[string]string{"a": "1"}}, []patch.Operation{op("remove", "/labels/a")}, thing{}},
		{"flag", thing{}, []patch.Operation{op("add", "/flags/f", "false")}, thing{Flags: map[string]bool{"f": false}}},
		{"many tokens, escaped", thing{}, []patch.Operation{op("replace", "/~1a~1b/GET/on", "x")}, thing{Setting: "/a/b GET x"}},
		{"many tokens, as they are", thing{}, []patch.Operation{op("replace", "/a/b/GET/on", "x")}, thing{Setting: "a/b GET x"}},
		{"copy", thing{}, []patch.Operation{{Op: "copy", Path: "/target", From: ptr("/source")}}, thing{Setting: "copied"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := c.start
			if err := table.Apply(&got, c.operations); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	cases := []struct {
		name      string
		operation patch.Operation
		message   string
	}{
		{"unknown path", op("remove", "/x"), "unknown /x for remove: [/name, /types/{type}, /tags, /labels/{name}]"},
		{"no slash", op("add", "name"), "unknown name for add: [/types/{type}, /tags, /labels/{name}, /flags/{name}]"},
		{"deeper than a path", op("copy", "/name/x"), "unknown /name/x for copy: [/target]"},
		{"nothing for a placeholder", op("add", "/flags/", "true"), "unknown /flags/ for add: [/types/{type}, /tags, /labels/{name}, /flags/{name}]"},
		{"not admitted", op("replace", "/a/PUT/on"), "unknown /a/PUT/on for replace: [/name, /mode, /on, /size, /rate, /types/{type}, /labels/{name}, /{path...}/{verb}/on]"},
		{"a tilde that escapes nothing", op("add", "/flags/~2", "true"), "unknown /flags/~2 for add: [/types/{type}, /tags, /labels/{name}, /flags/{name}]"},
		{"wrong operation", op("add", "/name", "x"), "not add at /name but [replace, remove]"},
		{"move", op("move", "/types/a"), "not move at /types/a but [add, replace, remove]"},
		{"copy from elsewhere", patch.Operation{Op: "copy", Path: "/target", From: ptr("/name")}, "not copy at /target but [copy]"},
		{"placeholders of the client are text", op("add", "/name{paths}%s", "x"), "unknown /name{paths}%s for add: [/types/{type}, /tags, /labels/{name}, /flags/{name}]"},
		{"no boolean", op("replace", "/on", "yes"), "Invalid patch value 'yes' specified for path '/on'. Must be one of: [true, false]"},
		{"no integer", op("replace", "/size", "1.5"), "Invalid patch value '1.5' specified for path '/size'. Must be an integer between 1 and 9"},
		{"too large", op("replace", "/size", "4294967297"), "Invalid patch value '4294967297' specified for path '/size'. Must be an integer between 1 and 9"},
		{"not a number", op("replace", "/rate", "NaN"), "Invalid patch value 'NaN' specified for path '/rate'. Must be a number between 0 and 1"},
		{"none of the choices", op("replace", "/mode", "slow"), "Invalid patch value 'slow' specified for path '/mode'. Must be one of: [FAST, SLOW]"},
		{"missing entry", op("replace", "/labels/a", "1"), "no such label"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := table.Apply(&thing{}, []patch.Operation{c.operation})
			var refusal *wire.Error
			if !errors.As(err, &refusal) || refusal.Message != c.message {
				t.Errorf("got %v, want %q", err, c.message)
			}
		})
	}
}
