package controlplane

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (s *Service) methods() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.PutMethodOperation, s.PutMethod),
		wire.Bind(&apigateway.GetMethodOperation, s.GetMethod),
		wire.Bind(&apigateway.UpdateMethodOperation, s.UpdateMethod),
		wire.Bind(&apigateway.DeleteMethodOperation, s.DeleteMethod),
	}}
}

var verbs = []string{"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"}

var methodPatches = patch.Table[apigateway.Method]{
	Paths: []patch.Path[apigateway.Method]{
		{Pattern: "/authorizationScopes", Add: patch.Append(methodScopes), Remove: patch.DropValue(methodScopes)},
		{Pattern: "/authorizationType", Replace: patch.Text(func(m *apigateway.Method) **string { return &m.AuthorizationType })},
		{Pattern: "/authorizerId", Replace: patch.Reference(func(m *apigateway.Method) **string { return &m.AuthorizerId })},
		{Pattern: "/apiKeyRequired", Replace: patch.Bool(func(m *apigateway.Method) **bool { return &m.ApiKeyRequired })},
		{Pattern: "/operationName", Replace: patch.Text(func(m *apigateway.Method) **string { return &m.OperationName })},
		{Pattern: "/requestValidatorId", Replace: patch.Reference(func(m *apigateway.Method) **string { return &m.RequestValidatorId })},
		{
			Pattern: "/requestParameters/{name}",
			Add:     patch.Flag(methodParameters), Replace: patch.Flag(methodParameters),
			Remove: patch.Existing(methodParameters, errNoParameter, patch.Delete(methodParameters)),
		},
		{
			Pattern: "/requestModels/{contentType}",
			Add:     patch.Entry(methodModels), Replace: patch.Entry(methodModels),
			Remove: patch.Existing(methodModels, errNoContentType, patch.Delete(methodModels)),
		},
	},
	Refusals: patch.Common,
}

func methodScopes(m *apigateway.Method) *[]string            { return &m.AuthorizationScopes }
func methodParameters(m *apigateway.Method) *map[string]bool { return &m.RequestParameters }
func methodModels(m *apigateway.Method) *map[string]string   { return &m.RequestModels }

// PutMethod creates a method.
func (s *Service) PutMethod(ctx context.Context, in *apigateway.PutMethodRequest) (*apigateway.Method, error) {
	return editing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) (*apigateway.Method, error) {
		r, err := e.resource(*in.ResourceId)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(verbs, *in.HttpMethod) {
			return nil, wire.BadRequest("Invalid HttpMethod specified. Valid options are %s", strings.Join(verbs, ","))
		}
		if _, exists := r.ResourceMethods[*in.HttpMethod]; exists {
			return nil, wire.Conflict("Method already exists for this resource")
		}
		m := &apigateway.Method{
			HttpMethod:          in.HttpMethod,
			AuthorizationType:   in.AuthorizationType,
			AuthorizerId:        in.AuthorizerId,
			ApiKeyRequired:      valueOr(in.ApiKeyRequired, false),
			OperationName:       in.OperationName,
			RequestParameters:   in.RequestParameters,
			RequestModels:       in.RequestModels,
			RequestValidatorId:  in.RequestValidatorId,
			AuthorizationScopes: in.AuthorizationScopes,
		}
		if err := e.checkMethod(m); err != nil {
			return nil, err
		}
		return m, e.putMethod(r, m)
	})
}

// PutMethod stores a method in its resource.
func (e *edit) putMethod(r *apigateway.Resource, m *apigateway.Method) error {
	if r.ResourceMethods == nil {
		r.ResourceMethods = map[string]apigateway.Method{}
	}
	r.ResourceMethods[*m.HttpMethod] = *m
	return e.putResource(r)
}

// checkMethod checks what a method refers to (recorded answers, 4).
func (v *view) checkMethod(m *apigateway.Method) error {
	if err := v.checkAuthorization(m); err != nil {
		return err
	}
	if value(m.RequestValidatorId) != "" {
		row, err := get[apigateway.RequestValidator](v, v.definitionKey(validatorPrefix+*m.RequestValidatorId))
		if err != nil {
			return err
		}
		if row == nil {
			// The same text is a 404 on the validator itself.
			return wire.BadRequest("%s", errNoValidator.Message)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.RequestParameters)) {
		if !isParameter(name, mapping.RequestPath, mapping.RequestQuery, mapping.RequestMultiQuery, mapping.RequestHeader, mapping.RequestMultiHeader) {
			return errMapping(name)
		}
	}
	return v.checkModels(m.RequestModels)
}

// checkModels checks that the models of a map by content type exist.
func (v *view) checkModels(models map[string]string) error {
	for _, contentType := range slices.Sorted(maps.Keys(models)) {
		name := models[contentType]
		row, err := get[apigateway.Model](v, v.definitionKey(modelPrefix+name))
		if err != nil {
			return err
		}
		if row == nil {
			return errUnknownModel(name)
		}
	}
	return nil
}

// isParameter tells whether an expression is one of some kinds.
func isParameter(expression string, kinds ...mapping.Kind) bool {
	e, err := mapping.Parse(expression)
	return err == nil && slices.Contains(kinds, e.Kind)
}

// GetMethod returns a method.
func (s *Service) GetMethod(ctx context.Context, in *apigateway.GetMethodRequest) (*apigateway.Method, error) {
	return viewing(ctx, s, *in.RestApiId, errNoResource, func(v *view) (*apigateway.Method, error) {
		_, m, err := v.method(*in.ResourceId, *in.HttpMethod)
		return m, err
	})
}

// method returns an existing method and its resource. A name that is no HTTP verb is a method
// that does not exist.
func (v *view) method(resourceID, verb string) (*apigateway.Resource, *apigateway.Method, error) {
	r, err := v.resource(resourceID)
	if err != nil {
		return nil, nil, err
	}
	m, ok := r.ResourceMethods[verb]
	if !ok {
		return nil, nil, errNoMethod
	}
	return r, &m, nil
}

// UpdateMethod changes a method.
func (s *Service) UpdateMethod(ctx context.Context, in *apigateway.UpdateMethodRequest) (*apigateway.Method, error) {
	return editing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) (*apigateway.Method, error) {
		r, m, err := e.method(*in.ResourceId, *in.HttpMethod)
		if err != nil {
			return nil, err
		}
		if err := methodPatches.Apply(m, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		// After all operations: authorizer and authorization type may come in either order.
		if err := e.checkMethod(m); err != nil {
			return nil, err
		}
		return m, e.putMethod(r, m)
	})
}

// DeleteMethod deletes a method.
func (s *Service) DeleteMethod(ctx context.Context, in *apigateway.DeleteMethodRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) error {
		r, m, err := e.method(*in.ResourceId, *in.HttpMethod)
		if err != nil {
			return err
		}
		delete(r.ResourceMethods, *m.HttpMethod)
		if len(r.ResourceMethods) == 0 {
			r.ResourceMethods = nil
		}
		return e.putResource(r)
	})
}

// methodsWith returns the methods of the API that a condition holds for, as "/path/VERB" in the
// order of that text.
func (v *view) methodsWith(holds func(*apigateway.Method) bool) ([]string, error) {
	rows, err := definition[apigateway.Resource](v, resourcePrefix)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, r := range rows {
		for verb, m := range r.ResourceMethods {
			if holds(&m) {
				found = append(found, childPath(*r.Path, verb))
			}
		}
	}
	slices.Sort(found)
	return found, nil
}
