package v2

import (
	"context"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) integrations() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateIntegrationOperation, s.CreateIntegration),
		wire.Bind(&v2.GetIntegrationOperation, s.GetIntegration),
		wire.Bind(&v2.GetIntegrationsOperation, s.GetIntegrations),
		wire.Bind(&v2.UpdateIntegrationOperation, s.UpdateIntegration),
		wire.Bind(&v2.DeleteIntegrationOperation, s.DeleteIntegration),
	}
}

// CreateIntegration creates an integration.
func (s *Service) CreateIntegration(ctx context.Context, in *v2.CreateIntegrationRequest) (*v2.CreateIntegrationResult, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.CreateIntegrationResult, error) {
		i := &definition.Integration{Integration: v2.Integration{
			ConnectionId:                in.ConnectionId,
			ConnectionType:              in.ConnectionType,
			ContentHandlingStrategy:     in.ContentHandlingStrategy,
			CredentialsArn:              in.CredentialsArn,
			Description:                 in.Description,
			IntegrationMethod:           in.IntegrationMethod,
			IntegrationSubtype:          in.IntegrationSubtype,
			IntegrationType:             in.IntegrationType,
			IntegrationUri:              in.IntegrationUri,
			PassthroughBehavior:         in.PassthroughBehavior,
			PayloadFormatVersion:        in.PayloadFormatVersion,
			RequestParameters:           in.RequestParameters,
			RequestTemplates:            in.RequestTemplates,
			ResponseParameters:          in.ResponseParameters,
			TemplateSelectionExpression: in.TemplateSelectionExpression,
			TimeoutInMillis:             in.TimeoutInMillis,
		}}
		if in.TlsConfig != nil {
			i.TlsConfig = &v2.TlsConfig{ServerNameToVerify: in.TlsConfig.ServerNameToVerify}
		}
		if err := e.addIntegration(i); err != nil {
			return nil, err
		}
		out := v2.CreateIntegrationResult(*printIntegration(i))
		return &out, nil
	})
}

func (e *edit) addIntegration(i *definition.Integration) error {
	if len(e.Integrations) >= definition.MaxRoutes {
		return errQuota("integrations")
	}
	if err := e.completeIntegration(i); err != nil {
		return err
	}
	id, err := e.freeID(routeIDLength, func(id string) bool { return e.Integration(id) != nil })
	if err != nil {
		return err
	}
	i.IntegrationId = id
	e.Integrations = append(e.Integrations, i)
	return nil
}

// completeIntegration also wants the VPC link of a private integration to exist, as far as it is
// known before a request.
func (e *edit) completeIntegration(i *definition.Integration) error {
	if err := e.CompleteIntegration(i); err != nil {
		return err
	}
	link := definition.Value(i.ConnectionId)
	if link == "" || strings.Contains(link, "${stageVariables.") {
		return nil
	}
	if err := e.s.checkVPCLink(e.ctx, link, e.HTTP()); err != nil {
		return err
	}
	return nil
}

func printIntegration(i *definition.Integration) *v2.Integration {
	out := i.Integration
	return &out
}

// GetIntegration returns an integration.
func (s *Service) GetIntegration(ctx context.Context, in *v2.GetIntegrationRequest) (*v2.GetIntegrationResult, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	i := d.Integration(*in.IntegrationId)
	if i == nil {
		return nil, errNoIntegration(*in.IntegrationId)
	}
	out := v2.GetIntegrationResult(*printIntegration(i))
	return &out, nil
}

// GetIntegrations lists integrations, in pages.
func (s *Service) GetIntegrations(ctx context.Context, in *v2.GetIntegrationsRequest) (*v2.GetIntegrationsResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := pageOf(d.Integrations, func(i *definition.Integration) *string { return i.IntegrationId },
		func(i *definition.Integration) v2.Integration { return *printIntegration(i) }, in.MaxResults, in.NextToken)
	return &v2.GetIntegrationsResponse{Items: items, NextToken: next}, err
}

// UpdateIntegration changes the members that are given. Parameters are added to those that there
// are; an empty value takes one away (HTTP API spec, 10).
func (s *Service) UpdateIntegration(ctx context.Context, in *v2.UpdateIntegrationRequest) (*v2.UpdateIntegrationResult, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.UpdateIntegrationResult, error) {
		i := e.Integration(*in.IntegrationId)
		if i == nil {
			return nil, errNoIntegration(*in.IntegrationId)
		}
		setText(&i.ConnectionId, in.ConnectionId)
		set(&i.ConnectionType, in.ConnectionType)
		set(&i.ContentHandlingStrategy, in.ContentHandlingStrategy)
		setText(&i.CredentialsArn, in.CredentialsArn)
		setText(&i.Description, in.Description)
		set(&i.IntegrationMethod, in.IntegrationMethod)
		setText(&i.IntegrationSubtype, in.IntegrationSubtype)
		set(&i.IntegrationType, in.IntegrationType)
		setText(&i.IntegrationUri, in.IntegrationUri)
		set(&i.PassthroughBehavior, in.PassthroughBehavior)
		set(&i.PayloadFormatVersion, in.PayloadFormatVersion)
		mergeText(&i.RequestParameters, in.RequestParameters)
		setMap(&i.RequestTemplates, in.RequestTemplates)
		for status, parameters := range in.ResponseParameters {
			if i.ResponseParameters == nil {
				i.ResponseParameters = map[string]map[string]string{}
			}
			own := i.ResponseParameters[status]
			mergeText(&own, parameters)
			i.ResponseParameters[status] = own
			if len(own) == 0 {
				delete(i.ResponseParameters, status)
			}
		}
		setText(&i.TemplateSelectionExpression, in.TemplateSelectionExpression)
		set(&i.TimeoutInMillis, in.TimeoutInMillis)
		if in.TlsConfig != nil {
			i.TlsConfig = &v2.TlsConfig{ServerNameToVerify: in.TlsConfig.ServerNameToVerify}
		}
		if err := e.completeIntegration(i); err != nil {
			return nil, err
		}
		out := v2.UpdateIntegrationResult(*printIntegration(i))
		return &out, nil
	})
}

// mergeText adds entries to a map; an empty value takes one away.
func mergeText(member *map[string]string, given map[string]string) {
	for key, v := range given {
		if *member == nil {
			*member = map[string]string{}
		}
		(*member)[key] = v
		if v == "" {
			delete(*member, key)
		}
	}
	if len(*member) == 0 {
		*member = nil
	}
}

// DeleteIntegration deletes an integration that no route has as its target.
func (s *Service) DeleteIntegration(ctx context.Context, in *v2.DeleteIntegrationRequest) (*wire.Empty, error) {
	return removing(ctx, s, in.ApiId, func(e *edit) error {
		i := e.Integration(*in.IntegrationId)
		if i == nil {
			return errNoIntegration(*in.IntegrationId)
		}
		for _, r := range e.Routes {
			if definition.TargetOf(&r.Route) == *i.IntegrationId {
				return wire.Conflict("Cannot delete Integration '%s' because it is referenced by Route '%s'.", *i.IntegrationId, *r.RouteId)
			}
		}
		e.Integrations = definition.Remove(e.Integrations, i)
		return nil
	})
}

func (s *Service) integrationResponses() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateIntegrationResponseOperation, s.CreateIntegrationResponse),
		wire.Bind(&v2.GetIntegrationResponseOperation, s.GetIntegrationResponse),
		wire.Bind(&v2.GetIntegrationResponsesOperation, s.GetIntegrationResponses),
		wire.Bind(&v2.UpdateIntegrationResponseOperation, s.UpdateIntegrationResponse),
		wire.Bind(&v2.DeleteIntegrationResponseOperation, s.DeleteIntegrationResponse),
	}
}

// integrationResponse returns an integration and one of its responses, which may be nil.
func integrationResponse(d *definition.Document, integrationID, id string) (*definition.Integration, *v2.IntegrationResponse, error) {
	i := d.Integration(integrationID)
	if i == nil {
		return nil, nil, errNoIntegration(integrationID)
	}
	at := slices.IndexFunc(i.Responses, func(r *v2.IntegrationResponse) bool { return *r.IntegrationResponseId == id })
	if at < 0 {
		return i, nil, errNoIntegrationResponse(id)
	}
	return i, i.Responses[at], nil
}

// CreateIntegrationResponse creates an integration response.
func (s *Service) CreateIntegrationResponse(ctx context.Context, in *v2.CreateIntegrationResponseRequest) (*v2.CreateIntegrationResponseResponse, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.CreateIntegrationResponseResponse, error) {
		i := e.Integration(*in.IntegrationId)
		if i == nil {
			return nil, errNoIntegration(*in.IntegrationId)
		}
		r := &v2.IntegrationResponse{
			ContentHandlingStrategy: in.ContentHandlingStrategy, IntegrationResponseKey: in.IntegrationResponseKey,
			ResponseParameters: in.ResponseParameters, ResponseTemplates: in.ResponseTemplates,
			TemplateSelectionExpression: in.TemplateSelectionExpression,
		}
		if err := e.CompleteIntegrationResponse(i, r); err != nil {
			return nil, err
		}
		id, err := e.freeID(routeIDLength, func(id string) bool {
			_, taken, _ := integrationResponse(e.Document, *in.IntegrationId, id)
			return taken != nil
		})
		if err != nil {
			return nil, err
		}
		r.IntegrationResponseId = id
		i.Responses = append(i.Responses, r)
		out := v2.CreateIntegrationResponseResponse(*r)
		return &out, nil
	})
}

// GetIntegrationResponse returns an integration response.
func (s *Service) GetIntegrationResponse(ctx context.Context, in *v2.GetIntegrationResponseRequest) (*v2.GetIntegrationResponseResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	_, r, err := integrationResponse(d, *in.IntegrationId, *in.IntegrationResponseId)
	if err != nil {
		return nil, err
	}
	out := v2.GetIntegrationResponseResponse(*r)
	return &out, nil
}

// GetIntegrationResponses lists the responses of an integration, in pages.
func (s *Service) GetIntegrationResponses(ctx context.Context, in *v2.GetIntegrationResponsesRequest) (*v2.GetIntegrationResponsesResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	i := d.Integration(*in.IntegrationId)
	if i == nil {
		return nil, errNoIntegration(*in.IntegrationId)
	}
	items, next, err := pageOf(i.Responses, func(r *v2.IntegrationResponse) *string { return r.IntegrationResponseId },
		func(r *v2.IntegrationResponse) v2.IntegrationResponse { return *r }, in.MaxResults, in.NextToken)
	return &v2.GetIntegrationResponsesResponse{Items: items, NextToken: next}, err
}

// UpdateIntegrationResponse changes the members that are given.
func (s *Service) UpdateIntegrationResponse(ctx context.Context, in *v2.UpdateIntegrationResponseRequest) (*v2.UpdateIntegrationResponseResponse, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.UpdateIntegrationResponseResponse, error) {
		i, r, err := integrationResponse(e.Document, *in.IntegrationId, *in.IntegrationResponseId)
		if err != nil {
			return nil, err
		}
		set(&r.ContentHandlingStrategy, in.ContentHandlingStrategy)
		set(&r.IntegrationResponseKey, in.IntegrationResponseKey)
		setMap(&r.ResponseParameters, in.ResponseParameters)
		setMap(&r.ResponseTemplates, in.ResponseTemplates)
		setText(&r.TemplateSelectionExpression, in.TemplateSelectionExpression)
		if err := e.CompleteIntegrationResponse(i, r); err != nil {
			return nil, err
		}
		out := v2.UpdateIntegrationResponseResponse(*r)
		return &out, nil
	})
}

// DeleteIntegrationResponse deletes an integration response.
func (s *Service) DeleteIntegrationResponse(ctx context.Context, in *v2.DeleteIntegrationResponseRequest) (*wire.Empty, error) {
	return removing(ctx, s, in.ApiId, func(e *edit) error {
		i, r, err := integrationResponse(e.Document, *in.IntegrationId, *in.IntegrationResponseId)
		if err != nil {
			return err
		}
		i.Responses = definition.Remove(i.Responses, r)
		return nil
	})
}
