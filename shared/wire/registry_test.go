package wire_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewaymanagementapi"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// handler sees the input of an operation (a pointer to its structure) and returns its output likewise; a nil output stands
// for an empty structure.
type handler func(operation string, in any) (out any, err error)

func bind[I, O any](op *wire.Operation[I, O], h handler) wire.Endpoint {
	return wire.Bind(op, func(_ context.Context, in *I) (*O, error) {
		out, err := h(op.Name, in)
		if err != nil {
			return nil, err
		}
		if out == nil {
			return new(O), nil
		}
		typed, ok := out.(*O)
		if !ok {
			return nil, fmt.Errorf("test handler returned %T for %s", out, op.Name)
		}
		return typed, nil
	})
}

// suite is one service as the tests see it.
type suite struct {
	service    wire.Service
	operations int // from the service models
	endpoints  func(handler) []wire.Endpoint
	structures map[string]func() any
}

func suites() []suite {
	return []suite{
		{apigateway.Service, 124, apigatewayEndpoints, apigatewayStructures},
		{apigatewayv2.Service, 103, apigatewayv2Endpoints, apigatewayv2Structures},
		{apigatewaymanagementapi.Service, 3, apigatewaymanagementapiEndpoints, apigatewaymanagementapiStructures},
	}
}

// newMux serves one service with every operation bound to h.
func newMux(t testing.TB, s suite, h handler) *wire.Mux {
	t.Helper()
	m, err := wire.NewMux([]wire.Service{s.service}, s.endpoints(h)...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEveryOperationOfTheModelsIsThere(t *testing.T) {
	total := 0
	for _, s := range suites() {
		if n := len(s.service.Operations); n != s.operations {
			t.Errorf("%s has %d operations, want %d", s.service.Name, n, s.operations)
		}
		bound := map[string]bool{}
		for _, e := range s.endpoints(nil) {
			bound[e.Operation()] = true
		}
		for name := range readModel(t, s.service.Name).Operations {
			if !bound[name] {
				t.Errorf("%s: no Operation for %s", s.service.Name, name)
			}
		}
		total += len(bound)
	}
	if total != 230 {
		t.Errorf("%d operations in all, want 230", total)
	}
}
