package wire_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/postern-gateway/postern/shared/wire"
)

// TestClientReadsDeclaredErrors sends every error that an operation declares, with every member, to a real client, which
// must find its own type for it.
func TestClientReadsDeclaredErrors(t *testing.T) {
	for _, s := range suites() {
		t.Run(s.service.Name, func(t *testing.T) {
			o := newOracle(t, s)
			o.samples.sparse = true
			for _, name := range slices.Sorted(maps.Keys(o.model.Operations)) {
				op := o.model.Operations[name]
				in, err := newInput(o.client, name)
				if err != nil {
					t.Fatal(err)
				}
				fill(in.Elem(), o.samples.structure(op.Input.Shape), name, func(string) {})
				for _, declared := range op.Errors {
					t.Run(name+"/"+declared.Shape, func(t *testing.T) {
						shape := o.model.Shapes[declared.Shape]
						o.refusal = sampleError(declared.Shape, shape)
						_, err := call(o.client, name, in)
						checkTypedError(t, err, declared.Shape, shape)
					})
				}
			}
		})
	}
}

const sampleMessage = "Invalid \"thing\" <é> specified"

func sampleError(code string, shape *testShape) *wire.Error {
	e := &wire.Error{Code: code, Status: shape.Error.HTTPStatusCode, Message: sampleMessage, Extra: map[string]string{}}
	for name, ref := range shape.Members {
		switch {
		case ref.LocationName == "Retry-After":
			e.RetryAfter = "17"
		case strings.EqualFold(name, "message"):
		default:
			e.Extra[ref.LocationName] = "value of " + field(name)
		}
	}
	return e
}

func checkTypedError(t *testing.T, err error, code string, shape *testShape) {
	t.Helper()
	var response *smithyhttp.ResponseError
	if !errors.As(err, &response) || response.HTTPStatusCode() != shape.Error.HTTPStatusCode {
		t.Fatalf("error %v, want status %d", err, shape.Error.HTTPStatusCode)
	}
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Fatalf("error %v, want %s", err, code)
	}
	typed := reflect.ValueOf(api).Elem()
	if typed.Type().Name() != code {
		t.Fatalf("the client has the type %s for %s", typed.Type(), code)
	}
	for name, ref := range shape.Members {
		want := "value of " + field(name)
		switch {
		case ref.LocationName == "Retry-After":
			want = "17"
		case strings.EqualFold(name, "message"):
			want = sampleMessage
		}
		got := typed.FieldByName(field(name))
		if got.IsNil() || got.Elem().String() != want {
			t.Errorf("%s.%s is %v, want %q", code, field(name), got, want)
		}
	}
}

// TestClientReadsFrameworkErrors checks that a client sees the code of errors that no model declares.
func TestClientReadsFrameworkErrors(t *testing.T) {
	s := suites()[0]
	mux, err := wire.NewMux([]wire.Service{s.service})
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(t, s.service.Name, mux)
	in, err := newInput(client, "GetAccount")
	if err != nil {
		t.Fatal(err)
	}
	_, err = call(client, "GetAccount", in)
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "NotImplementedException" || !strings.Contains(api.ErrorMessage(), "GetAccount") {
		t.Errorf("error %v, want NotImplementedException naming GetAccount", err)
	}
}
