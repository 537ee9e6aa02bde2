package controlplane

import (
	"context"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const validatorPrefix = "requestvalidator#"

func (s *Service) requestValidators() kind {
	return kind{
		endpoints: []wire.Endpoint{
			wire.Bind(&apigateway.CreateRequestValidatorOperation, s.CreateRequestValidator),
			wire.Bind(&apigateway.GetRequestValidatorOperation, s.GetRequestValidator),
			wire.Bind(&apigateway.GetRequestValidatorsOperation, s.GetRequestValidators),
			wire.Bind(&apigateway.UpdateRequestValidatorOperation, s.UpdateRequestValidator),
			wire.Bind(&apigateway.DeleteRequestValidatorOperation, s.DeleteRequestValidator),
		},
		adopt: adoptRequestValidators,
	}
}

var requestValidatorPatches = patch.Table[apigateway.RequestValidator]{
	Paths: []patch.Path[apigateway.RequestValidator]{
		{Pattern: "/name", Replace: func(v *apigateway.RequestValidator, c patch.Change) error {
			v.Name = c.Value
			return checkValidatorName(v)
		}},
		{Pattern: "/validateRequestParameters", Replace: patch.Bool(func(v *apigateway.RequestValidator) **bool { return &v.ValidateRequestParameters })},
		{Pattern: "/validateRequestBody", Replace: patch.Bool(func(v *apigateway.RequestValidator) **bool { return &v.ValidateRequestBody })},
	},
	Refusals: patch.Common,
}

func checkValidatorName(v *apigateway.RequestValidator) error {
	if value(v.Name) == "" {
		return wire.BadRequest("Request Validator name cannot be blank")
	}
	return nil
}

// CreateRequestValidator creates a request validator.
func (s *Service) CreateRequestValidator(ctx context.Context, in *apigateway.CreateRequestValidatorRequest) (*apigateway.RequestValidator, error) {
	// This operation alone answers 400 for an unknown API (recorded answers, 1.2).
	missing := wire.BadRequest("Invalid REST API identifier specified")
	return editing(ctx, s, *in.RestApiId, missing, func(e *edit) (*apigateway.RequestValidator, error) {
		return e.addRequestValidator(apigateway.RequestValidator{
			Name:                      in.Name,
			ValidateRequestBody:       in.ValidateRequestBody,
			ValidateRequestParameters: in.ValidateRequestParameters,
		})
	})
}

// addRequestValidator stores a new validator under a new identifier.
func (e *edit) addRequestValidator(v apigateway.RequestValidator) (*apigateway.RequestValidator, error) {
	if err := checkValidatorName(&v); err != nil {
		return nil, err
	}
	id, err := e.freeID(validatorPrefix, idLength)
	if err != nil {
		return nil, err
	}
	v.Id = &id
	v.ValidateRequestBody = valueOr(v.ValidateRequestBody, false)
	v.ValidateRequestParameters = valueOr(v.ValidateRequestParameters, false)
	return &v, e.put(e.definitionKey(validatorPrefix+id), &v)
}

// GetRequestValidator returns a request validator.
func (s *Service) GetRequestValidator(ctx context.Context, in *apigateway.GetRequestValidatorRequest) (*apigateway.RequestValidator, error) {
	return viewing(ctx, s, *in.RestApiId, errNoValidator, func(v *view) (*apigateway.RequestValidator, error) {
		return v.requestValidator(*in.RequestValidatorId)
	})
}

// requestValidator returns an existing validator.
func (v *view) requestValidator(id string) (*apigateway.RequestValidator, error) {
	row, err := get[apigateway.RequestValidator](v, v.definitionKey(validatorPrefix+id))
	if err == nil && row == nil {
		return nil, errNoValidator
	}
	return row, err
}

// GetRequestValidators lists request validators, in pages.
func (s *Service) GetRequestValidators(ctx context.Context, in *apigateway.GetRequestValidatorsRequest) (*apigateway.RequestValidators, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.RequestValidators, error) {
		rows, next, err := pageDefinition[apigateway.RequestValidator](v, validatorPrefix, in.Position, in.Limit)
		return &apigateway.RequestValidators{Items: deref(rows), Position: next}, err
	})
}

// UpdateRequestValidator changes a request validator by patch operations.
func (s *Service) UpdateRequestValidator(ctx context.Context, in *apigateway.UpdateRequestValidatorRequest) (*apigateway.RequestValidator, error) {
	return editing(ctx, s, *in.RestApiId, errNoValidator, func(e *edit) (*apigateway.RequestValidator, error) {
		v, err := e.requestValidator(*in.RequestValidatorId)
		if err != nil {
			return nil, err
		}
		if err := requestValidatorPatches.Apply(v, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		return v, e.put(e.definitionKey(validatorPrefix+*v.Id), v)
	})
}

// DeleteRequestValidator deletes a request validator.
func (s *Service) DeleteRequestValidator(ctx context.Context, in *apigateway.DeleteRequestValidatorRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoValidator, func(e *edit) error {
		v, err := e.requestValidator(*in.RequestValidatorId)
		if err != nil {
			return err
		}
		users, err := e.methodsWith(func(m *apigateway.Method) bool { return value(m.RequestValidatorId) == *v.Id })
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return wire.Conflict("Cannot delete request validator '%s', is referenced in method request: %s", *v.Id, users[0])
		}
		e.delete(e.definitionKey(validatorPrefix + *v.Id))
		return nil
	})
}

// adoptRequestValidators stores the validators of a document. One whose name exists keeps its
// identifier.
func adoptRequestValidators(im *importing) error {
	existing, err := definition[apigateway.RequestValidator](im.view, validatorPrefix)
	if err != nil {
		return err
	}
	for _, v := range existing {
		im.validators[*v.Name] = *v.Id
	}
	for _, v := range im.doc.Validators {
		id, ok := im.validators[*v.Name]
		if !ok {
			added, err := im.addRequestValidator(v)
			if err != nil {
				return im.report("Unable to create request validator '"+*v.Name+"'", err)
			}
			im.validators[*v.Name] = *added.Id
			continue
		}
		v.Id = &id
		if err := im.put(im.definitionKey(validatorPrefix+id), &v); err != nil {
			return err
		}
	}
	return nil
}
