package wire_test

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exceptions are the members of the models that a real client does not carry, by service and path. Each must still be
// necessary.
var exceptions = map[string]map[string]string{
	"apigateway": {
		"GetExport.in.Accepts":      "the client sends Accept: application/json with every operation of this service",
		"GetSdkTypes.out.Position":  "the client's output has no such member",
		"GetExport.out.ContentType": "a payload without content type is announced as application/octet-stream",
		"GetSdk.out.ContentType":    "a payload without content type is announced as application/octet-stream",
	},
}

// TestClientRoundTrip is the oracle: for every operation a real client sends a request in which every member is set, and
// reads an answer in which every member is set; then both with nothing but the required members. Nothing may be lost or
// added either way.
func TestClientRoundTrip(t *testing.T) {
	for _, s := range suites() {
		t.Run(s.service.Name, func(t *testing.T) {
			o := newOracle(t, s)
			for _, name := range slices.Sorted(maps.Keys(o.model.Operations)) {
				t.Run(name, func(t *testing.T) {
					o.samples.sparse = false
					o.roundTrip(t, name)
					o.samples.sparse = true
					o.roundTrip(t, name)
				})
			}
			for path, reason := range exceptions[s.service.Name] {
				if !o.needed[path] {
					t.Errorf("the exception %s is no longer necessary (%s)", path, reason)
				}
			}
		})
	}
}

// oracle is a service behind a real client.
type oracle struct {
	suite   suite
	model   *testModel
	samples *sampler
	client  reflect.Value
	decoded any // input that the last call delivered
	answer  any // output for the next call
	refusal error
	needed  map[string]bool // exceptions that made a difference
}

func newOracle(t *testing.T, s suite) *oracle {
	o := &oracle{suite: s, model: readModel(t, s.service.Name), needed: map[string]bool{}}
	o.samples = &sampler{model: o.model}
	mux := newMux(t, s, func(_ string, in any) (any, error) {
		o.decoded = in
		return o.answer, o.refusal
	})
	mux.OnError = func(_ *http.Request, operation string, err error) { t.Errorf("%s: %v", operation, err) }
	o.client = newClient(t, s.service.Name, mux)
	return o
}

// roundTrip compares one call as the samples make it.
func (o *oracle) roundTrip(t *testing.T, name string) {
	t.Helper()
	op := o.model.Operations[name]
	sent := o.samples.structure(op.Input.Shape)
	in, err := newInput(o.client, name)
	if err != nil {
		t.Fatal(err)
	}
	fill(in.Elem(), sent, name+".in", func(path string) { t.Errorf("the client has no member %s", path) })
	var returned map[string]any
	o.answer = nil
	if op.Output != nil {
		returned = o.samples.structure(op.Output.Shape)
		out := reflect.ValueOf(o.suite.structures[op.Output.Shape]())
		fill(out.Elem(), returned, name+".out", func(path string) { t.Errorf("no field for %s", path) })
		o.answer = out.Interface()
	}
	result, err := call(o.client, name, in)
	if err != nil {
		t.Fatal(err)
	}
	o.compare(t, name+".in", sent, tree(reflect.ValueOf(o.decoded)))
	if op.Output != nil {
		o.compare(t, name+".out", returned, tree(result))
	}
	o.checkClientMembers(t, in.Elem().Type(), op.Input.Shape, name+".in")
	if op.Output != nil {
		o.checkClientMembers(t, result.Elem().Type(), op.Output.Shape, name+".out")
	}
}

func (o *oracle) compare(t *testing.T, path string, want, got any) {
	t.Helper()
	except(want, got, path, func(path string) bool {
		_, excepted := exceptions[o.suite.service.Name][path]
		return excepted
	}, func(path string) { o.needed[path] = true })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: given (-) and received (+) differ:\n%s", path, diff)
	}
}

// checkClientMembers looks, at every depth, for members that the client knows and the model does not.
func (o *oracle) checkClientMembers(t *testing.T, client reflect.Type, shape, path string) {
	t.Helper()
	for client.Kind() == reflect.Pointer {
		client = client.Elem()
	}
	s := o.model.Shapes[shape]
	switch s.Type {
	case "list":
		o.checkClientMembers(t, client.Elem(), s.Member.Shape, path+"[]")
	case "map":
		o.checkClientMembers(t, client.Elem(), s.Value.Shape, path+"{}")
	case "structure":
		for i := range client.NumField() {
			f := client.Field(i)
			if !f.IsExported() || f.Name == "ResultMetadata" {
				continue
			}
			ref, ok := s.member(f.Name)
			if !ok {
				t.Errorf("the model has no member %s.%s", path, f.Name)
				continue
			}
			o.checkClientMembers(t, f.Type, ref.Shape, path+"."+f.Name)
		}
	}
}
