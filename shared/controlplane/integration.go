package controlplane

import (
	"context"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (s *Service) integrations() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.PutIntegrationOperation, s.PutIntegration),
		wire.Bind(&apigateway.GetIntegrationOperation, s.GetIntegration),
		wire.Bind(&apigateway.UpdateIntegrationOperation, s.UpdateIntegration),
		wire.Bind(&apigateway.DeleteIntegrationOperation, s.DeleteIntegration),
	}}
}

var integrationPatches = patch.Table[apigateway.Integration]{
	Paths: []patch.Path[apigateway.Integration]{
		{
			Pattern: "/cacheKeyParameters/{name}",
			Add:     patch.Element(cacheKeys), Replace: patch.Exchange(cacheKeys), Remove: patch.DropElement(cacheKeys),
		},
		{
			Pattern: "/requestParameters/{name}",
			Add:     patch.Entry(requestMappings), Replace: patch.Entry(requestMappings),
			Remove: patch.Existing(requestMappings, errNoParameter, patch.Delete(requestMappings)),
		},
		{
			Pattern: "/requestTemplates/{contentType}",
			Add:     patch.Entry(requestTemplates), Replace: patch.Entry(requestTemplates),
			Remove: patch.Existing(requestTemplates, errNoContentType, patch.Delete(requestTemplates)),
		},
		{Pattern: "/cacheNamespace", Replace: patch.Text(func(i *apigateway.Integration) **string { return &i.CacheNamespace })},
		{Pattern: "/connectionId", Replace: patch.Reference(func(i *apigateway.Integration) **string { return &i.ConnectionId })},
		{Pattern: "/connectionType", Replace: patch.Choice(func(i *apigateway.Integration) **string { return &i.ConnectionType }, apigateway.ConnectionTypeValues...)},
		{Pattern: "/contentHandling", Replace: patch.Choice(func(i *apigateway.Integration) **string { return &i.ContentHandling }, apigateway.ContentHandlingStrategyValues...)},
		{Pattern: "/credentials", Replace: patch.Reference(func(i *apigateway.Integration) **string { return &i.Credentials })},
		{Pattern: "/integrationTarget", Replace: patch.Reference(func(i *apigateway.Integration) **string { return &i.IntegrationTarget })},
		{Pattern: "/passthroughBehavior", Replace: patch.Choice(func(i *apigateway.Integration) **string { return &i.PassthroughBehavior }, passthroughBehaviors...)},
		{Pattern: "/responseTransferMode", Replace: patch.Choice(func(i *apigateway.Integration) **string { return &i.ResponseTransferMode }, apigateway.ResponseTransferModeValues...)},
		{Pattern: "/timeoutInMillis", Replace: func(i *apigateway.Integration, c patch.Change) error {
			if patch.Int32(func(i *apigateway.Integration) **int32 { return &i.TimeoutInMillis }, minTimeout, maxStreamTimeout)(i, c) != nil {
				return errTimeout
			}
			return nil
		}},
		{Pattern: "/tlsConfig/insecureSkipVerification", Replace: func(i *apigateway.Integration, c patch.Change) error {
			skip, err := patch.ParseBool(c)
			i.TlsConfig = &apigateway.TlsConfig{InsecureSkipVerification: &skip}
			return err
		}},
		{Pattern: "/httpMethod", Replace: notMock(patch.Text(func(i *apigateway.Integration) **string { return &i.HttpMethod }))},
		{Pattern: "/uri", Replace: notMock(patch.Text(func(i *apigateway.Integration) **string { return &i.Uri }))},
	},
	Refusals: patch.Common,
}

func cacheKeys(i *apigateway.Integration) *[]string                 { return &i.CacheKeyParameters }
func requestMappings(i *apigateway.Integration) *map[string]string  { return &i.RequestParameters }
func requestTemplates(i *apigateway.Integration) *map[string]string { return &i.RequestTemplates }

func notMock(set patch.Set[apigateway.Integration]) patch.Set[apigateway.Integration] {
	return func(i *apigateway.Integration, c patch.Change) error {
		if *i.Type == apigateway.IntegrationTypeMock {
			return wire.BadRequest("Invalid patch path  '%s' specified for op '%s'. Please choose supported operations", c.Path, c.Op)
		}
		return set(i, c)
	}
}

// PutIntegration replaces the integration of a method. Its integration responses belong to the
// integration and go with it.
func (s *Service) PutIntegration(ctx context.Context, in *apigateway.PutIntegrationRequest) (*apigateway.Integration, error) {
	return editing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) (*apigateway.Integration, error) {
		r, m, err := e.method(*in.ResourceId, *in.HttpMethod)
		if err != nil {
			return nil, err
		}
		i := &apigateway.Integration{
			Type:                 in.Type,
			HttpMethod:           in.IntegrationHttpMethod,
			Uri:                  in.Uri,
			ConnectionType:       in.ConnectionType,
			ConnectionId:         in.ConnectionId,
			Credentials:          in.Credentials,
			RequestParameters:    in.RequestParameters,
			RequestTemplates:     in.RequestTemplates,
			PassthroughBehavior:  in.PassthroughBehavior,
			ContentHandling:      in.ContentHandling,
			TimeoutInMillis:      in.TimeoutInMillis,
			CacheNamespace:       in.CacheNamespace,
			CacheKeyParameters:   in.CacheKeyParameters,
			TlsConfig:            in.TlsConfig,
			ResponseTransferMode: in.ResponseTransferMode,
			IntegrationTarget:    in.IntegrationTarget,
		}
		return i, e.putIntegration(r, m, i)
	})
}

// PutIntegration completes and checks an integration and stores it in its method.
func (e *edit) putIntegration(r *apigateway.Resource, m *apigateway.Method, i *apigateway.Integration) error {
	completeIntegration(i, *r.Id)
	if err := checkIntegration(m, i); err != nil {
		return err
	}
	m.MethodIntegration = i
	return e.putMethod(r, m)
}

// GetIntegration returns an integration.
func (s *Service) GetIntegration(ctx context.Context, in *apigateway.GetIntegrationRequest) (*apigateway.Integration, error) {
	return viewing(ctx, s, *in.RestApiId, errNoResource, func(v *view) (*apigateway.Integration, error) {
		_, m, err := v.methodWithIntegration(*in.ResourceId, *in.HttpMethod)
		if err != nil {
			return nil, err
		}
		return m.MethodIntegration, nil
	})
}

// methodWithIntegration returns an existing method that has an integration, and its resource.
func (v *view) methodWithIntegration(resourceID, verb string) (*apigateway.Resource, *apigateway.Method, error) {
	r, m, err := v.method(resourceID, verb)
	if err != nil {
		return nil, nil, err
	}
	if m.MethodIntegration == nil {
		return nil, nil, errNoIntegration
	}
	return r, m, nil
}

// UpdateIntegration changes an integration by patch operations.
func (s *Service) UpdateIntegration(ctx context.Context, in *apigateway.UpdateIntegrationRequest) (*apigateway.Integration, error) {
	return editing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) (*apigateway.Integration, error) {
		r, m, err := e.methodWithIntegration(*in.ResourceId, *in.HttpMethod)
		if err != nil {
			return nil, err
		}
		i := m.MethodIntegration
		if err := integrationPatches.Apply(i, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		return i, e.putIntegration(r, m, i)
	})
}

// DeleteIntegration deletes an integration.
func (s *Service) DeleteIntegration(ctx context.Context, in *apigateway.DeleteIntegrationRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) error {
		r, m, err := e.methodWithIntegration(*in.ResourceId, *in.HttpMethod)
		if err != nil {
			return err
		}
		m.MethodIntegration = nil
		return e.putMethod(r, m)
	})
}
