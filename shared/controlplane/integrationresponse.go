package controlplane

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (s *Service) integrationResponses() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.PutIntegrationResponseOperation, s.PutIntegrationResponse),
		wire.Bind(&apigateway.GetIntegrationResponseOperation, s.GetIntegrationResponse),
		wire.Bind(&apigateway.UpdateIntegrationResponseOperation, s.UpdateIntegrationResponse),
		wire.Bind(&apigateway.DeleteIntegrationResponseOperation, s.DeleteIntegrationResponse),
	}}
}

var integrationResponsePatches = patch.Table[apigateway.IntegrationResponse]{
	Paths: []patch.Path[apigateway.IntegrationResponse]{
		{Pattern: "/contentHandling", Replace: patch.Choice(func(r *apigateway.IntegrationResponse) **string { return &r.ContentHandling }, apigateway.ContentHandlingStrategyValues...)},
		{Pattern: "/selectionPattern", Replace: patch.Text(func(r *apigateway.IntegrationResponse) **string { return &r.SelectionPattern })},
		{
			Pattern: "/responseParameters/{name}",
			Add:     patch.Entry(responseMappings), Replace: patch.Entry(responseMappings),
			Remove: patch.Existing(responseMappings, errNoParameter, patch.Delete(responseMappings)),
		},
		{
			Pattern: "/responseTemplates/{contentType}",
			Add:     patch.Entry(responseTemplates), Replace: patch.Entry(responseTemplates),
			Remove: patch.Existing(responseTemplates, errNoContentType, patch.Delete(responseTemplates)),
		},
	},
	Refusals: patch.Common,
}

func responseMappings(r *apigateway.IntegrationResponse) *map[string]string {
	return &r.ResponseParameters
}

func responseTemplates(r *apigateway.IntegrationResponse) *map[string]string {
	return &r.ResponseTemplates
}

// PutIntegrationResponse creates or replaces the response of an integration for a status code.
func (s *Service) PutIntegrationResponse(ctx context.Context, in *apigateway.PutIntegrationResponseRequest) (*apigateway.IntegrationResponse, error) {
	return editing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) (*apigateway.IntegrationResponse, error) {
		r, m, err := e.methodWithIntegration(*in.ResourceId, *in.HttpMethod)
		if err != nil {
			return nil, err
		}
		response := &apigateway.IntegrationResponse{
			StatusCode:         in.StatusCode,
			SelectionPattern:   in.SelectionPattern,
			ResponseParameters: in.ResponseParameters,
			ResponseTemplates:  in.ResponseTemplates,
			ContentHandling:    in.ContentHandling,
		}
		return response, e.putIntegrationResponse(r, m, response)
	})
}

// PutIntegrationResponse checks a response and stores it in the integration of its method.
func (e *edit) putIntegrationResponse(r *apigateway.Resource, m *apigateway.Method, response *apigateway.IntegrationResponse) error {
	if err := checkIntegrationResponse(m, response); err != nil {
		return err
	}
	i := m.MethodIntegration
	if i.IntegrationResponses == nil {
		i.IntegrationResponses = map[string]apigateway.IntegrationResponse{}
	}
	i.IntegrationResponses[*response.StatusCode] = *response
	return e.putMethod(r, m)
}

// checkIntegrationResponse needs no method response of that status, unless a header is mapped:
// that must be declared there (REST data plane spec, 7).
func checkIntegrationResponse(m *apigateway.Method, response *apigateway.IntegrationResponse) error {
	for _, target := range slices.Sorted(maps.Keys(response.ResponseParameters)) {
		if _, err := mapping.ParseResponse(target, response.ResponseParameters[target]); err != nil {
			return mappingError(err)
		}
		if _, declared := m.MethodResponses[*response.StatusCode].ResponseParameters[target]; !declared {
			return errMappingParameter(target)
		}
	}
	return checkTemplates(response.ResponseTemplates)
}

// GetIntegrationResponse returns an integration response.
func (s *Service) GetIntegrationResponse(ctx context.Context, in *apigateway.GetIntegrationResponseRequest) (*apigateway.IntegrationResponse, error) {
	return viewing(ctx, s, *in.RestApiId, errNoResource, func(v *view) (*apigateway.IntegrationResponse, error) {
		_, _, response, err := v.integrationResponse(*in.ResourceId, *in.HttpMethod, *in.StatusCode)
		return response, err
	})
}

// integrationResponse returns an existing response with its method and resource.
func (v *view) integrationResponse(resourceID, verb, status string) (*apigateway.Resource, *apigateway.Method, *apigateway.IntegrationResponse, error) {
	r, m, err := v.methodWithIntegration(resourceID, verb)
	if err != nil {
		return nil, nil, nil, err
	}
	response, ok := m.MethodIntegration.IntegrationResponses[status]
	if !ok {
		return nil, nil, nil, errNoStatusCode
	}
	return r, m, &response, nil
}

// UpdateIntegrationResponse changes an integration response by patch operations.
func (s *Service) UpdateIntegrationResponse(ctx context.Context, in *apigateway.UpdateIntegrationResponseRequest) (*apigateway.IntegrationResponse, error) {
	return editing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) (*apigateway.IntegrationResponse, error) {
		r, m, response, err := e.integrationResponse(*in.ResourceId, *in.HttpMethod, *in.StatusCode)
		if err != nil {
			return nil, err
		}
		if err := integrationResponsePatches.Apply(response, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		return response, e.putIntegrationResponse(r, m, response)
	})
}

// DeleteIntegrationResponse deletes an integration response.
func (s *Service) DeleteIntegrationResponse(ctx context.Context, in *apigateway.DeleteIntegrationResponseRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) error {
		r, m, _, err := e.integrationResponse(*in.ResourceId, *in.HttpMethod, *in.StatusCode)
		if errors.Is(err, errNoMethod) {
			return errNoIntegration // this operation never mentions the method (recorded answers, 1.2)
		}
		if err != nil {
			return err
		}
		responses := m.MethodIntegration.IntegrationResponses
		delete(responses, *in.StatusCode)
		if len(responses) == 0 {
			m.MethodIntegration.IntegrationResponses = nil
		}
		return e.putMethod(r, m)
	})
}
