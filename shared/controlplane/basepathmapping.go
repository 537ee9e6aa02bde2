package controlplane

import (
	"context"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// nonePath is how the empty base path is written.
const nonePath = "(none)"

// A mapping has two rows: one of its domain, and one of its API, by which the API knows what leads
// to it. One transaction always writes both, the document of the domain and the domain's own row,
// under whose version the mappings of a domain change one after the other.
const (
	mappingPrefix   = "mapping#"
	mappedByPrefix  = "mappedby#"
	mappingsAtOnce  = 30 // that fit into one transaction with the rest
	errMappingExist = "Base path already exists for this domain name"
)

var errNoMapping = wire.NotFound("Invalid base path mapping identifier specified")

func (s *Service) basePathMappings() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.CreateBasePathMappingOperation, s.CreateBasePathMapping),
		wire.Bind(&apigateway.GetBasePathMappingOperation, s.GetBasePathMapping),
		wire.Bind(&apigateway.GetBasePathMappingsOperation, s.GetBasePathMappings),
		wire.Bind(&apigateway.UpdateBasePathMappingOperation, s.UpdateBasePathMapping),
		wire.Bind(&apigateway.DeleteBasePathMappingOperation, s.DeleteBasePathMapping),
	}}
}

// CreateBasePathMapping maps a base path of a domain name to a stage of an API, or to an API whose
// stage the path names.
func (s *Service) CreateBasePathMapping(ctx context.Context, in *apigateway.CreateBasePathMappingRequest) (*apigateway.BasePathMapping, error) {
	m := &apigateway.BasePathMapping{BasePath: ptr(orNone(value(in.BasePath))), RestApiId: in.RestApiId, Stage: in.Stage}
	if value(m.Stage) == "" {
		m.Stage = nil
	}
	err := s.changeMappings(ctx, domainID(*in.DomainName, in.DomainNameId), func(c *mappingChange) error {
		if err := checkBasePath(*m.BasePath); err != nil {
			return err
		}
		if *c.domain.RoutingMode == apigateway.RoutingModeRoutingRuleOnly {
			return wire.BadRequest("Base path mappings cannot be created while the routing mode is %s.", *c.domain.RoutingMode)
		}
		if err := c.check(ctx, m); err != nil {
			return err
		}
		if c.find(*m.BasePath) != nil {
			return wire.Conflict(errMappingExist)
		}
		return c.put(m)
	})
	return m, err
}

// GetBasePathMapping returns a mapping.
func (s *Service) GetBasePathMapping(ctx context.Context, in *apigateway.GetBasePathMappingRequest) (*apigateway.BasePathMapping, error) {
	id := domainID(*in.DomainName, in.DomainNameId)
	if _, err := domainTable.get(ctx, s, id); err != nil {
		return nil, err
	}
	return mappingTable(id).get(ctx, s, mappingPrefix+orNone(*in.BasePath))
}

// GetBasePathMappings lists the mappings of a domain name, in pages.
func (s *Service) GetBasePathMappings(ctx context.Context, in *apigateway.GetBasePathMappingsRequest) (*apigateway.BasePathMappings, error) {
	id := domainID(*in.DomainName, in.DomainNameId)
	if _, err := domainTable.get(ctx, s, id); err != nil {
		return nil, err
	}
	rows, next, err := mappingTable(id).page(ctx, s, mappingPrefix, in.Position, in.Limit)
	return &apigateway.BasePathMappings{Items: deref(rows), Position: next}, err
}

// UpdateBasePathMapping changes a mapping by patch operations. It may get another base path.
func (s *Service) UpdateBasePathMapping(ctx context.Context, in *apigateway.UpdateBasePathMappingRequest) (*apigateway.BasePathMapping, error) {
	var changed *apigateway.BasePathMapping
	err := s.changeMappings(ctx, domainID(*in.DomainName, in.DomainNameId), func(c *mappingChange) error {
		old := c.find(orNone(*in.BasePath))
		if old == nil {
			return errNoMapping
		}
		m := *old
		if err := mappingPatches.Apply(&m, operations(in.PatchOperations)); err != nil {
			return err
		}
		if *m.BasePath != *old.BasePath {
			if err := checkBasePath(*m.BasePath); err != nil {
				return err
			}
			if c.find(*m.BasePath) != nil {
				return wire.Conflict(errMappingExist)
			}
		}
		if err := c.check(ctx, &m); err != nil {
			return err
		}
		c.drop(old)
		changed = &m
		return c.put(&m)
	})
	return changed, err
}

// DeleteBasePathMapping deletes a mapping.
func (s *Service) DeleteBasePathMapping(ctx context.Context, in *apigateway.DeleteBasePathMappingRequest) (*wire.Empty, error) {
	err := s.changeMappings(ctx, domainID(*in.DomainName, in.DomainNameId), func(c *mappingChange) error {
		m := c.find(orNone(*in.BasePath))
		if m == nil {
			return errNoMapping
		}
		c.drop(m)
		return nil
	})
	return &wire.Empty{}, err
}

// mappingTable is that of the rows of a domain.
func mappingTable(domainID string) accountTable[apigateway.BasePathMapping] {
	return accountTable[apigateway.BasePathMapping]{partition: "domainname#" + domainID, missing: errNoMapping}
}

// mappings returns all mappings of a domain, in the order of the base paths.
func (s *Service) mappings(ctx context.Context, domainID string) ([]*apigateway.BasePathMapping, error) {
	return mappingTable(domainID).all(ctx, s, mappingPrefix)
}

// dropMapping returns the writes that delete a mapping.
func dropMapping(domainID string, m *apigateway.BasePathMapping) []store.Write {
	return []store.Write{
		store.Delete(mappingTable(domainID).key(mappingPrefix+*m.BasePath), store.Any),
		store.Delete(mappedByKey(*m.RestApiId, domainID, *m.BasePath), store.Any),
		store.Delete(mappingIDKey(domainID, *m.BasePath), store.Any),
	}
}

// mappedByKey is where an API knows of a mapping; the row holds the mapping.
func mappedByKey(apiID, domainID, basePath string) store.Key {
	return store.Key{Partition: livePartition(apiID), Sort: mappedByPrefix + domainID + "#" + basePath}
}
