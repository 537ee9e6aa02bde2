package controlplane

import (
	"context"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const authorizerPrefix = "authorizer#"

func (s *Service) authorizers() kind {
	return kind{
		endpoints: []wire.Endpoint{
			wire.Bind(&apigateway.CreateAuthorizerOperation, s.CreateAuthorizer),
			wire.Bind(&apigateway.GetAuthorizerOperation, s.GetAuthorizer),
			wire.Bind(&apigateway.GetAuthorizersOperation, s.GetAuthorizers),
			wire.Bind(&apigateway.UpdateAuthorizerOperation, s.UpdateAuthorizer),
			wire.Bind(&apigateway.DeleteAuthorizerOperation, s.DeleteAuthorizer),
		},
		adopt: adoptAuthorizers,
	}
}

var errNoAuthorizer = wire.NotFound("Invalid Authorizer identifier specified")

var authorizerPatches = patch.Table[apigateway.Authorizer]{
	Paths: []patch.Path[apigateway.Authorizer]{
		{Pattern: "/name", Replace: patch.Text(func(a *apigateway.Authorizer) **string { return &a.Name })},
		{Pattern: "/type", Replace: patch.Choice(func(a *apigateway.Authorizer) **string { return &a.Type }, apigateway.AuthorizerTypeValues...)},
		{Pattern: "/providerARNs", Add: patch.Append(providerARNs), Remove: patch.DropValue(providerARNs)},
		{Pattern: "/authType", Replace: patch.Reference(func(a *apigateway.Authorizer) **string { return &a.AuthType })},
		{Pattern: "/authorizerUri", Replace: patch.Reference(func(a *apigateway.Authorizer) **string { return &a.AuthorizerUri })},
		{Pattern: "/authorizerCredentials", Replace: patch.Reference(func(a *apigateway.Authorizer) **string { return &a.AuthorizerCredentials })},
		{Pattern: "/identitySource", Add: patch.Reference(identitySource), Replace: patch.Reference(identitySource), Remove: patch.Clear(identitySource)},
		{Pattern: "/identityValidationExpression", Replace: patch.Reference(func(a *apigateway.Authorizer) **string { return &a.IdentityValidationExpression })},
		{Pattern: "/authorizerResultTtlInSeconds", Replace: patch.Int32(func(a *apigateway.Authorizer) **int32 { return &a.AuthorizerResultTtlInSeconds }, 0, maxAuthorizerTTL)},
	},
	Refusals: patch.Common,
}

func providerARNs(a *apigateway.Authorizer) *[]string  { return &a.ProviderARNs }
func identitySource(a *apigateway.Authorizer) **string { return &a.IdentitySource }

// CreateAuthorizer creates an authorizer.
func (s *Service) CreateAuthorizer(ctx context.Context, in *apigateway.CreateAuthorizerRequest) (*apigateway.Authorizer, error) {
	return editing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) (*apigateway.Authorizer, error) {
		a := &apigateway.Authorizer{
			Name:                         in.Name,
			Type:                         in.Type,
			ProviderARNs:                 in.ProviderARNs,
			AuthType:                     in.AuthType,
			AuthorizerUri:                in.AuthorizerUri,
			AuthorizerCredentials:        in.AuthorizerCredentials,
			IdentitySource:               in.IdentitySource,
			IdentityValidationExpression: in.IdentityValidationExpression,
			AuthorizerResultTtlInSeconds: in.AuthorizerResultTtlInSeconds,
		}
		completeAuthorizer(a)
		if err := checkAuthorizer(a); err != nil {
			return nil, err
		}
		id, err := e.freeID(authorizerPrefix, idLength)
		if err != nil {
			return nil, err
		}
		a.Id = &id
		return a, e.putAuthorizer(a)
	})
}

// putAuthorizer stores an authorizer under a name that no other has.
func (e *edit) putAuthorizer(a *apigateway.Authorizer) error {
	others, err := definition[apigateway.Authorizer](e.view, authorizerPrefix)
	if err != nil {
		return err
	}
	for _, other := range others {
		if *other.Name == *a.Name && *other.Id != *a.Id {
			return wire.BadRequest("Authorizer name must be unique. Authorizer %s already exists in this RestApi.", *a.Name)
		}
	}
	return e.put(e.definitionKey(authorizerPrefix+*a.Id), a)
}

// GetAuthorizer returns an authorizer.
func (s *Service) GetAuthorizer(ctx context.Context, in *apigateway.GetAuthorizerRequest) (*apigateway.Authorizer, error) {
	return viewing(ctx, s, *in.RestApiId, errNoAuthorizer, func(v *view) (*apigateway.Authorizer, error) {
		return v.authorizer(*in.AuthorizerId)
	})
}

// authorizer returns an existing authorizer.
func (v *view) authorizer(id string) (*apigateway.Authorizer, error) {
	a, err := get[apigateway.Authorizer](v, v.definitionKey(authorizerPrefix+id))
	if err == nil && a == nil {
		return nil, errNoAuthorizer
	}
	return a, err
}

// GetAuthorizers lists authorizers, in pages.
func (s *Service) GetAuthorizers(ctx context.Context, in *apigateway.GetAuthorizersRequest) (*apigateway.Authorizers, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.Authorizers, error) {
		rows, next, err := pageDefinition[apigateway.Authorizer](v, authorizerPrefix, in.Position, in.Limit)
		return &apigateway.Authorizers{Items: deref(rows), Position: next}, err
	})
}

// UpdateAuthorizer changes an authorizer by patch operations.
func (s *Service) UpdateAuthorizer(ctx context.Context, in *apigateway.UpdateAuthorizerRequest) (*apigateway.Authorizer, error) {
	return editing(ctx, s, *in.RestApiId, errNoAuthorizer, func(e *edit) (*apigateway.Authorizer, error) {
		a, err := e.authorizer(*in.AuthorizerId)
		if err != nil {
			return nil, err
		}
		before := authorizationOf(a)
		if err := authorizerPatches.Apply(a, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		completeAuthorizer(a)
		// After all operations: a change of the type needs several.
		if err := checkAuthorizer(a); err != nil {
			return nil, err
		}
		if authorizationOf(a) != before {
			if err := e.checkAuthorizerUnused("change the type of", a); err != nil {
				return nil, err
			}
		}
		return a, e.putAuthorizer(a)
	})
}

// DeleteAuthorizer deletes an authorizer that no method refers to.
func (s *Service) DeleteAuthorizer(ctx context.Context, in *apigateway.DeleteAuthorizerRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoAuthorizer, func(e *edit) error {
		a, err := e.authorizer(*in.AuthorizerId)
		if err != nil {
			return err
		}
		if err := e.checkAuthorizerUnused("delete", a); err != nil {
			return err
		}
		e.delete(e.definitionKey(authorizerPrefix + *a.Id))
		return nil
	})
}

// checkAuthorizerUnused refuses what cannot be done to an authorizer that a method refers to. API
// Gateway names the method with a slash between the verb and the path: GET//pets.
func (e *edit) checkAuthorizerUnused(action string, a *apigateway.Authorizer) error {
	resources, err := definition[apigateway.Resource](e.view, resourcePrefix)
	if err != nil {
		return err
	}
	var users []string
	for _, r := range resources {
		for verb, m := range r.ResourceMethods {
			if value(m.AuthorizerId) == *a.Id {
				users = append(users, verb+"/"+*r.Path)
			}
		}
	}
	if len(users) == 0 {
		return nil
	}
	return wire.Conflict("Cannot %s authorizer '%s', is referenced in method: %s", action, *a.Name, slices.Min(users))
}

// adoptAuthorizers stores the authorizers of a document. One whose name exists keeps its
// identifier.
func adoptAuthorizers(im *importing) error {
	existing, err := definition[apigateway.Authorizer](im.view, authorizerPrefix)
	if err != nil {
		return err
	}
	for _, a := range existing {
		im.authorizers[*a.Name] = *a.Id
	}
	for _, a := range im.doc.Authorizers {
		completeAuthorizer(&a)
		if err := checkImportedAuthorizer(&a); err != nil {
			if err := im.report("Unable to create authorizer '"+*a.Name+"'", err); err != nil {
				return err
			}
			// The methods that need it get no errors of their own: this one explains them.
		}
		id, ok := im.authorizers[*a.Name]
		if !ok {
			if id, err = im.freeID(authorizerPrefix, idLength); err != nil {
				return err
			}
			im.authorizers[*a.Name] = id
		}
		a.Id = &id
		if err := im.put(im.definitionKey(authorizerPrefix+id), &a); err != nil {
			return err
		}
	}
	return nil
}

var authorizationTypes = []string{"NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"}

// authorizationOf is the authorization type of the methods that an authorizer is for.
func authorizationOf(a *apigateway.Authorizer) string {
	if value(a.Type) == apigateway.AuthorizerTypeCognitoUserPools {
		return "COGNITO_USER_POOLS"
	}
	return "CUSTOM"
}

// checkAuthorization checks a method's authorization type and that the authorizer it needs exists
// and is of the matching type (recorded answers, 4).
func (v *view) checkAuthorization(m *apigateway.Method) error {
	kind := value(m.AuthorizationType)
	if !slices.Contains(authorizationTypes, kind) {
		return wire.BadRequest("Invalid authorization type specified. Valid options are %s", strings.Join(authorizationTypes, ","))
	}
	if kind != "CUSTOM" && kind != "COGNITO_USER_POOLS" {
		return nil
	}
	a, err := get[apigateway.Authorizer](v, v.definitionKey(authorizerPrefix+value(m.AuthorizerId)))
	if err != nil {
		return err
	}
	if a == nil || authorizationOf(a) != kind {
		return wire.BadRequest("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.")
	}
	return nil
}
