package controlplane

import (
	"context"
	"maps"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (s *Service) methodResponses() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.PutMethodResponseOperation, s.PutMethodResponse),
		wire.Bind(&apigateway.GetMethodResponseOperation, s.GetMethodResponse),
		wire.Bind(&apigateway.UpdateMethodResponseOperation, s.UpdateMethodResponse),
		wire.Bind(&apigateway.DeleteMethodResponseOperation, s.DeleteMethodResponse),
	}}
}

// On method responses, and on them alone as far as recorded, replace needs an existing entry
// (recorded answers, 1.6).
var methodResponsePatches = patch.Table[apigateway.MethodResponse]{
	Paths: []patch.Path[apigateway.MethodResponse]{
		{
			Pattern: "/responseParameters/{name}",
			Add:     patch.Flag(responseFlags),
			Replace: patch.Existing(responseFlags, errNoParameter, patch.Flag(responseFlags)),
			Remove:  patch.Existing(responseFlags, errNoParameter, patch.Delete(responseFlags)),
		},
		{
			Pattern: "/responseModels/{contentType}",
			Add:     patch.Entry(responseModels),
			Replace: patch.Existing(responseModels, errNoContentType, patch.Entry(responseModels)),
			Remove:  patch.Existing(responseModels, errNoContentType, patch.Delete(responseModels)),
		},
	},
	Refusals: patch.Refusals{
		UnknownPath: "Invalid patch path {path}",
		WrongOp:     patch.Common.WrongOp,
	},
}

func responseFlags(r *apigateway.MethodResponse) *map[string]bool    { return &r.ResponseParameters }
func responseModels(r *apigateway.MethodResponse) *map[string]string { return &r.ResponseModels }

// PutMethodResponse creates the response of a method for a status code.
func (s *Service) PutMethodResponse(ctx context.Context, in *apigateway.PutMethodResponseRequest) (*apigateway.MethodResponse, error) {
	return editing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) (*apigateway.MethodResponse, error) {
		r, m, err := e.method(*in.ResourceId, *in.HttpMethod)
		if err != nil {
			return nil, err
		}
		if _, exists := m.MethodResponses[*in.StatusCode]; exists {
			return nil, wire.Conflict("Response already exists for this resource")
		}
		response := &apigateway.MethodResponse{
			StatusCode:         in.StatusCode,
			ResponseParameters: in.ResponseParameters,
			ResponseModels:     in.ResponseModels,
		}
		return response, e.putMethodResponse(r, m, response)
	})
}

// PutMethodResponse checks a response and stores it in its method.
func (e *edit) putMethodResponse(r *apigateway.Resource, m *apigateway.Method, response *apigateway.MethodResponse) error {
	if err := e.checkMethodResponse(response); err != nil {
		return err
	}
	if m.MethodResponses == nil {
		m.MethodResponses = map[string]apigateway.MethodResponse{}
	}
	m.MethodResponses[*response.StatusCode] = *response
	return e.putMethod(r, m)
}

func (v *view) checkMethodResponse(response *apigateway.MethodResponse) error {
	for _, name := range slices.Sorted(maps.Keys(response.ResponseParameters)) {
		if !isParameter(name, mapping.TargetResponseHeader) {
			return errMapping(name)
		}
	}
	return v.checkModels(response.ResponseModels)
}

// GetMethodResponse returns a method response.
func (s *Service) GetMethodResponse(ctx context.Context, in *apigateway.GetMethodResponseRequest) (*apigateway.MethodResponse, error) {
	return viewing(ctx, s, *in.RestApiId, errNoResource, func(v *view) (*apigateway.MethodResponse, error) {
		_, _, response, err := v.methodResponse(*in.ResourceId, *in.HttpMethod, *in.StatusCode)
		return response, err
	})
}

// methodResponse returns an existing response with its method and resource.
func (v *view) methodResponse(resourceID, verb, status string) (*apigateway.Resource, *apigateway.Method, *apigateway.MethodResponse, error) {
	r, m, err := v.method(resourceID, verb)
	if err != nil {
		return nil, nil, nil, err
	}
	response, ok := m.MethodResponses[status]
	if !ok {
		return nil, nil, nil, errNoStatusCode
	}
	return r, m, &response, nil
}

// UpdateMethodResponse changes a method response by patch operations.
func (s *Service) UpdateMethodResponse(ctx context.Context, in *apigateway.UpdateMethodResponseRequest) (*apigateway.MethodResponse, error) {
	return editing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) (*apigateway.MethodResponse, error) {
		r, m, response, err := e.methodResponse(*in.ResourceId, *in.HttpMethod, *in.StatusCode)
		if err != nil {
			return nil, err
		}
		if err := methodResponsePatches.Apply(response, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		return response, e.putMethodResponse(r, m, response)
	})
}

// DeleteMethodResponse deletes a method response.
func (s *Service) DeleteMethodResponse(ctx context.Context, in *apigateway.DeleteMethodResponseRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) error {
		r, m, _, err := e.methodResponse(*in.ResourceId, *in.HttpMethod, *in.StatusCode)
		if err != nil {
			return err
		}
		delete(m.MethodResponses, *in.StatusCode)
		if len(m.MethodResponses) == 0 {
			m.MethodResponses = nil
		}
		return e.putMethod(r, m)
	})
}
