package wire_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

type callerKey struct{}

func TestObserve(t *testing.T) {
	type outcome struct {
		service, operation, input string
		hasOutput                 bool
		code                      string
	}
	var caller any
	mux, err := wire.NewMux([]wire.Service{apigateway.Service, apigatewayv2.Service},
		wire.Bind(&apigateway.GetModelOperation, func(ctx context.Context, in *apigateway.GetModelRequest) (*apigateway.Model, error) {
			caller = ctx.Value(callerKey{})
			switch *in.ModelName {
			case "refused":
				return &apigateway.Model{}, wire.NotFound("no such model")
			case "panics":
				panic("oh")
			}
			*in.ModelName = "changed by the implementation"
			return &apigateway.Model{}, nil
		}),
		wire.Bind(&apigateway.DeleteModelOperation, func(context.Context, *apigateway.DeleteModelRequest) (*wire.Empty, error) { return nil, nil }),
		wire.Bind(&apigateway.CreateModelOperation, func(context.Context, *apigateway.CreateModelRequest) (*apigateway.Model, error) { return nil, nil }))
	if err != nil {
		t.Fatal(err)
	}
	mux.Authenticate = func(r *http.Request, _ []byte) error {
		if r.URL.Query().Has("stranger") {
			return wire.AccessDenied("no")
		}
		*r = *r.WithContext(context.WithValue(r.Context(), callerKey{}, "alice"))
		return nil
	}
	var heard []wire.Observation
	mux.Observe = func(o wire.Observation) { heard = append(heard, o) }
	for _, c := range []struct {
		method, target, body string
		want                 outcome
	}{
		{"GET", "/restapis/a/models/Pet", "", outcome{"apigateway", "GetModel", `{"restapi_id":"a","model_name":"Pet"}`, true, ""}},
		{"GET", "/restapis/a/models/refused", "", outcome{"apigateway", "GetModel", `{"restapi_id":"a","model_name":"refused"}`, false, "NotFoundException"}},
		{"GET", "/restapis/a/models/panics", "", outcome{"apigateway", "GetModel", `{"restapi_id":"a","model_name":"panics"}`, false, "InternalFailure"}},
		{"DELETE", "/restapis/a/models/Pet", "", outcome{"apigateway", "DeleteModel", `{"restapi_id":"a","model_name":"Pet"}`, false, ""}},
		{"POST", "/restapis/a/models", `{"name":"Pet","contentType":"application/json"}`, outcome{"apigateway", "CreateModel", `{"restapi_id":"a","name":"Pet","contentType":"application/json"}`, false, "InternalFailure"}},
		{"POST", "/restapis/a/models", `{"name":1}`, outcome{"apigateway", "CreateModel", "", false, "SerializationException"}},
		{"GET", "/v2/apis/a", "", outcome{"apigatewayv2", "GetApi", "", false, "NotImplementedException"}},
	} {
		heard = nil
		w := exchange(mux, c.method, c.target, c.body)
		if len(heard) != 1 {
			t.Errorf("%s %s: heard %d times", c.method, c.target, len(heard))
			continue
		}
		o := heard[0]
		got := outcome{service: o.Service, operation: o.Operation.Name, hasOutput: o.Output != nil}
		if o.Err != nil {
			got.code = o.Err.Code
		}
		if o.Input != nil {
			text, err := wire.Marshal(o.Input().(interface{ EncodeJSON(*wire.Encoder) }))
			if err != nil {
				t.Fatal(err)
			}
			got.input = string(text)
		}
		if got != c.want || w.Header().Get("x-amzn-ErrorType") != c.want.code {
			t.Errorf("%s %s: heard %+v, want %+v", c.method, c.target, got, c.want)
		}
		if o.RequestID != w.Header().Get("x-amzn-RequestId") || o.Request.Context().Value(callerKey{}) != "alice" {
			t.Errorf("%s %s: heard of request %s by %v", c.method, c.target, o.RequestID, o.Request.Context().Value(callerKey{}))
		}
	}
	if caller != "alice" {
		t.Errorf("the operation saw the caller %v", caller)
	}
	heard = nil
	exchange(mux, "GET", "/restapis/a/models/Pet?stranger", "")
	exchange(mux, "GET", "/nothing", "")
	if len(heard) != 0 {
		t.Errorf("heard of strangers: %v", heard)
	}
}
