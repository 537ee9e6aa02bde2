package v2

import (
	"context"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) authorizers() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateAuthorizerOperation, s.CreateAuthorizer),
		wire.Bind(&v2.GetAuthorizerOperation, s.GetAuthorizer),
		wire.Bind(&v2.GetAuthorizersOperation, s.GetAuthorizers),
		wire.Bind(&v2.UpdateAuthorizerOperation, s.UpdateAuthorizer),
		wire.Bind(&v2.DeleteAuthorizerOperation, s.DeleteAuthorizer),
	}
}

// CreateAuthorizer creates an authorizer. The discovery document of a JWT issuer is not fetched here:
// the control plane may run where the issuer cannot be reached, and the data plane says at the first
// request what is wrong.
func (s *Service) CreateAuthorizer(ctx context.Context, in *v2.CreateAuthorizerRequest) (*v2.CreateAuthorizerResponse, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.CreateAuthorizerResponse, error) {
		a := &v2.Authorizer{
			AuthorizerCredentialsArn:       in.AuthorizerCredentialsArn,
			AuthorizerPayloadFormatVersion: in.AuthorizerPayloadFormatVersion,
			AuthorizerResultTtlInSeconds:   in.AuthorizerResultTtlInSeconds,
			AuthorizerType:                 in.AuthorizerType,
			AuthorizerUri:                  in.AuthorizerUri,
			EnableSimpleResponses:          in.EnableSimpleResponses,
			IdentitySource:                 in.IdentitySource,
			IdentityValidationExpression:   in.IdentityValidationExpression,
			JwtConfiguration:               in.JwtConfiguration,
			Name:                           in.Name,
		}
		if err := e.addAuthorizer(a); err != nil {
			return nil, err
		}
		out := v2.CreateAuthorizerResponse(*a)
		return &out, nil
	})
}

func (e *edit) addAuthorizer(a *v2.Authorizer) error {
	if err := e.CheckAuthorizerQuota(); err != nil {
		return err
	}
	if err := e.CompleteAuthorizer(a); err != nil {
		return err
	}
	id, err := e.freeID(idLength, func(id string) bool { return e.Authorizer(id) != nil })
	if err != nil {
		return err
	}
	a.AuthorizerId = id
	e.Authorizers = append(e.Authorizers, a)
	return nil
}

// GetAuthorizer returns an authorizer.
func (s *Service) GetAuthorizer(ctx context.Context, in *v2.GetAuthorizerRequest) (*v2.GetAuthorizerResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	a := d.Authorizer(*in.AuthorizerId)
	if a == nil {
		return nil, errNoAuthorizer(*in.AuthorizerId)
	}
	out := v2.GetAuthorizerResponse(*a)
	return &out, nil
}

// GetAuthorizers lists authorizers, in pages.
func (s *Service) GetAuthorizers(ctx context.Context, in *v2.GetAuthorizersRequest) (*v2.GetAuthorizersResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := pageOf(d.Authorizers, func(a *v2.Authorizer) *string { return a.AuthorizerId },
		func(a *v2.Authorizer) v2.Authorizer { return *a }, in.MaxResults, in.NextToken)
	return &v2.GetAuthorizersResponse{Items: items, NextToken: next}, err
}

// UpdateAuthorizer changes the members that are given.
func (s *Service) UpdateAuthorizer(ctx context.Context, in *v2.UpdateAuthorizerRequest) (*v2.UpdateAuthorizerResponse, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.UpdateAuthorizerResponse, error) {
		a := e.Authorizer(*in.AuthorizerId)
		if a == nil {
			return nil, errNoAuthorizer(*in.AuthorizerId)
		}
		if in.AuthorizerType != nil && *in.AuthorizerType != *a.AuthorizerType {
			return nil, wire.BadRequest("The type of an authorizer cannot be changed")
		}
		setText(&a.AuthorizerCredentialsArn, in.AuthorizerCredentialsArn)
		set(&a.AuthorizerPayloadFormatVersion, in.AuthorizerPayloadFormatVersion)
		set(&a.AuthorizerResultTtlInSeconds, in.AuthorizerResultTtlInSeconds)
		set(&a.AuthorizerUri, in.AuthorizerUri)
		set(&a.EnableSimpleResponses, in.EnableSimpleResponses)
		if in.IdentitySource != nil {
			a.IdentitySource = in.IdentitySource
		}
		setText(&a.IdentityValidationExpression, in.IdentityValidationExpression)
		if c := in.JwtConfiguration; c != nil {
			merged := definition.Value(a.JwtConfiguration)
			set(&merged.Issuer, c.Issuer)
			if c.Audience != nil {
				merged.Audience = c.Audience
			}
			a.JwtConfiguration = &merged
		}
		set(&a.Name, in.Name)
		if err := e.CompleteAuthorizer(a); err != nil {
			return nil, err
		}
		out := v2.UpdateAuthorizerResponse(*a)
		return &out, nil
	})
}

// DeleteAuthorizer deletes an authorizer that no route names.
func (s *Service) DeleteAuthorizer(ctx context.Context, in *v2.DeleteAuthorizerRequest) (*wire.Empty, error) {
	return removing(ctx, s, in.ApiId, func(e *edit) error {
		a := e.Authorizer(*in.AuthorizerId)
		if a == nil {
			return errNoAuthorizer(*in.AuthorizerId)
		}
		for _, r := range e.Routes {
			if definition.Value(r.AuthorizerId) == *a.AuthorizerId {
				return wire.Conflict("Cannot delete authorizer '%s', is referenced by route: %s", *a.Name, *r.RouteKey)
			}
		}
		e.Authorizers = definition.Remove(e.Authorizers, a)
		return nil
	})
}
