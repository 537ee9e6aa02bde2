package v2

import (
	"context"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) apiMappings() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateApiMappingOperation, s.CreateApiMapping),
		wire.Bind(&v2.GetApiMappingOperation, s.GetApiMapping),
		wire.Bind(&v2.GetApiMappingsOperation, s.GetApiMappings),
		wire.Bind(&v2.UpdateApiMappingOperation, s.UpdateApiMapping),
		wire.Bind(&v2.DeleteApiMappingOperation, s.DeleteApiMapping),
	}
}

func printMapping(m controlplane.APIMapping) *v2.ApiMapping {
	return &v2.ApiMapping{ApiId: &m.APIID, ApiMappingId: &m.ID, ApiMappingKey: &m.Key, Stage: &m.Stage}
}

// CreateApiMapping maps a key of a domain name to a stage of an API of any type.
func (s *Service) CreateApiMapping(ctx context.Context, in *v2.CreateApiMappingRequest) (*v2.CreateApiMappingResponse, error) {
	if definition.Value(in.Stage) == "" {
		return nil, wire.BadRequest("Invalid stage identifier specified")
	}
	m, err := s.cfg.REST.CreateAPIMapping(ctx, *in.DomainName, controlplane.APIMapping{
		Key: definition.Value(in.ApiMappingKey), APIID: *in.ApiId, Stage: *in.Stage,
	})
	if err != nil {
		return nil, errDomain(err)
	}
	out := v2.CreateApiMappingResponse(*printMapping(m))
	return &out, nil
}

// GetApiMapping returns a mapping.
func (s *Service) GetApiMapping(ctx context.Context, in *v2.GetApiMappingRequest) (*v2.GetApiMappingResponse, error) {
	all, err := s.cfg.REST.APIMappings(ctx, *in.DomainName)
	if err != nil {
		return nil, errDomain(err)
	}
	at := slices.IndexFunc(all, func(m controlplane.APIMapping) bool { return m.ID == *in.ApiMappingId })
	if at < 0 {
		return nil, controlplane.ErrNoAPIMapping
	}
	out := v2.GetApiMappingResponse(*printMapping(all[at]))
	return &out, nil
}

// GetApiMappings lists the mappings of a domain name, in pages.
func (s *Service) GetApiMappings(ctx context.Context, in *v2.GetApiMappingsRequest) (*v2.GetApiMappingsResponse, error) {
	all, err := s.cfg.REST.APIMappings(ctx, *in.DomainName)
	if err != nil {
		return nil, errDomain(err)
	}
	var list []*controlplane.APIMapping
	for i := range all {
		list = append(list, &all[i])
	}
	items, next, err := pageOf(list, func(m *controlplane.APIMapping) *string { return &m.ID },
		func(m *controlplane.APIMapping) v2.ApiMapping { return *printMapping(*m) }, in.MaxResults, in.NextToken)
	return &v2.GetApiMappingsResponse{Items: items, NextToken: next}, err
}

// UpdateApiMapping changes the members that are given. A mapping to another API needs a stage.
func (s *Service) UpdateApiMapping(ctx context.Context, in *v2.UpdateApiMappingRequest) (*v2.UpdateApiMappingResponse, error) {
	m, err := s.cfg.REST.UpdateAPIMapping(ctx, *in.DomainName, *in.ApiMappingId, func(m *controlplane.APIMapping) {
		if in.ApiId != nil {
			m.APIID = *in.ApiId
		}
		if in.ApiMappingKey != nil {
			m.Key = *in.ApiMappingKey
		}
		if in.Stage != nil {
			m.Stage = *in.Stage
		}
	})
	if err != nil {
		return nil, errDomain(err)
	}
	out := v2.UpdateApiMappingResponse(*printMapping(m))
	return &out, nil
}

// DeleteApiMapping deletes a mapping.
func (s *Service) DeleteApiMapping(ctx context.Context, in *v2.DeleteApiMappingRequest) (*wire.Empty, error) {
	return &wire.Empty{}, errDomain(s.cfg.REST.DeleteAPIMapping(ctx, *in.DomainName, *in.ApiMappingId))
}
