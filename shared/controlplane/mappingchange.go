package controlplane

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

var mappingPatches = patch.Table[apigateway.BasePathMapping]{
	Paths: []patch.Path[apigateway.BasePathMapping]{
		{Pattern: "/basePath", Replace: replaceBasePath},
		{Pattern: "/restapiId", Replace: patch.Text(mappedAPI)},
		{Pattern: "/stage", Replace: patch.Reference(func(m *apigateway.BasePathMapping) **string { return &m.Stage })},
		// Clients and documentation do not agree on the capitals.
		{Pattern: "/basepath", Replace: replaceBasePath},
		{Pattern: "/restApiId", Replace: patch.Text(mappedAPI)},
	},
	Refusals: patch.Common,
}

func mappedAPI(m *apigateway.BasePathMapping) **string { return &m.RestApiId }

func replaceBasePath(m *apigateway.BasePathMapping, c patch.Change) error {
	m.BasePath = ptr(orNone(c.Text()))
	return nil
}

// orNone is a base path as rows and answers have it.
func orNone(basePath string) string {
	if basePath == "" {
		return nonePath
	}
	return basePath
}

// trimNone is a base path as URLs have it.
func trimNone(basePath string) string {
	if basePath == nonePath {
		return ""
	}
	return basePath
}

// basePathText is what a base path may consist of (domains and edge, 4).
var basePathText = regexp.MustCompile(`^[A-Za-z0-9$\-_.+!*'()]{1,300}$`)

func checkBasePath(basePath string) error {
	switch {
	case basePath == nonePath:
		return nil
	case strings.Contains(basePath, "/"):
		return wire.BadRequest("API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.")
	case !basePathText.MatchString(basePath):
		return wire.BadRequest("Invalid base path specified: %s. Please use up to 300 letters, digits and the symbols $-_.+!*'().", basePath)
	}
	return nil
}

// mappingChange is a change of the mappings of one domain.
type mappingChange struct {
	s        *Service
	id       string
	domain   *apigateway.DomainName
	mappings []*apigateway.BasePathMapping
	writes   []store.Write
}

// changeMappings runs fn on the mappings of a domain and stores what it changed, with the document
// of the domain. fn may run again if somebody else was faster.
func (s *Service) changeMappings(ctx context.Context, domainID string, fn func(*mappingChange) error) error {
	d, err := domainTable.edit(ctx, s, domainID, func(d *apigateway.DomainName) ([]store.Write, error) {
		mappings, err := s.mappings(ctx, domainID)
		if err != nil {
			return nil, err
		}
		c := &mappingChange{s: s, id: domainID, domain: d, mappings: mappings}
		if err := fn(c); err != nil {
			return nil, err
		}
		document, err := s.document(d, c.mappings)
		return append(c.writes, document...), err
	})
	if err == nil && !isPrivate(d) {
		s.cfg.DomainChanged(*d.DomainName)
	}
	return err
}

func (c *mappingChange) find(basePath string) *apigateway.BasePathMapping {
	for _, m := range c.mappings {
		if *m.BasePath == basePath {
			return m
		}
	}
	return nil
}

func (c *mappingChange) put(m *apigateway.BasePathMapping) error {
	for _, key := range []store.Key{mappingTable(c.id).key(mappingPrefix + *m.BasePath), mappedByKey(*m.RestApiId, c.id, *m.BasePath)} {
		item, err := encodeRow(key, m)
		if err != nil {
			return err
		}
		// An update may have deleted the row in the same change: a key is written once.
		c.writes = slices.DeleteFunc(c.writes, func(w store.Write) bool { return w.Item.Key == key })
		c.writes = append(c.writes, store.Put(item))
	}
	c.mappings = append(c.mappings, m)
	return nil
}

func (c *mappingChange) drop(m *apigateway.BasePathMapping) {
	c.writes = append(c.writes, dropMapping(c.id, m)...)
	c.mappings = slices.DeleteFunc(c.mappings, func(other *apigateway.BasePathMapping) bool { return other == m })
}

// check refuses a mapping to what does not exist or may not be mapped, and makes the change depend
// on its existence.
func (c *mappingChange) check(ctx context.Context, m *apigateway.BasePathMapping) error {
	if err := c.checkCompany(ctx, m); err != nil {
		return err
	}
	if ok, err := c.checkV2(ctx, m); ok || err != nil {
		return err
	}
	v, err := c.s.open(ctx, value(m.RestApiId))
	if errors.Is(err, errNoAPI) {
		return wire.BadRequest("Invalid REST API identifier specified")
	}
	if err != nil {
		return err
	}
	c.writes = append(c.writes, store.Check(apiKey(v.id), store.Present))
	if c.domain.MutualTlsAuthentication != nil && !slices.Contains(v.row.API.EndpointConfiguration.Types, apigateway.EndpointTypeRegional) {
		return wire.BadRequest("Mutual TLS authentication is supported for Regional APIs only")
	}
	if m.Stage == nil {
		return nil
	}
	stage, err := get[apigateway.Stage](v, v.liveKey(stagePrefix+*m.Stage))
	if err != nil {
		return err
	}
	if stage == nil {
		return wire.BadRequest("Invalid stage identifier specified")
	}
	c.writes = append(c.writes, store.Check(v.liveKey(stagePrefix+*m.Stage), store.Present))
	return nil
}

// thinOut deletes mappings of a domain until one transaction can delete the rest.
func (s *Service) thinOut(ctx context.Context, domainID string) error {
	for {
		mappings, err := s.mappings(ctx, domainID)
		if err != nil || len(mappings) <= mappingsAtOnce {
			return err
		}
		err = s.changeMappings(ctx, domainID, func(c *mappingChange) error {
			for _, m := range slices.Clone(c.mappings[:min(mappingsAtOnce, len(c.mappings))]) {
				c.drop(m)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// mappedDomains returns the domains whose mappings lead to an API, or to a stage of it if stage is
// not empty.
func (v *view) mappedDomains(stage string) ([]string, error) {
	items, err := v.items(livePartition(v.id), mappedByPrefix)
	if err != nil {
		return nil, err
	}
	var domains []string
	for _, item := range items {
		m, err := decodeRow[apigateway.BasePathMapping](item)
		if err != nil {
			return nil, err
		}
		id, _, _ := strings.Cut(strings.TrimPrefix(item.Sort, mappedByPrefix), "#")
		if name, _, _ := strings.Cut(id, "+"); (stage == "" || value(m.Stage) == stage) && !slices.Contains(domains, name) {
			domains = append(domains, name)
		}
	}
	return domains, nil
}

// refuseWhileMapped refuses to delete an API that mappings lead to.
func (v *view) refuseWhileMapped() error {
	domains, err := v.mappedDomains("")
	if err == nil && len(domains) > 0 {
		return wire.BadRequest("Deleting RestApi failed. Please remove all base path mappings related to the RestApi in your domains: %s", strings.Join(domains, ", "))
	}
	return err
}

// refuseWhileStageMapped refuses to delete a stage that mappings lead to.
func (v *view) refuseWhileStageMapped(stage string) error {
	domains, err := v.mappedDomains(stage)
	if err == nil && len(domains) > 0 {
		return wire.BadRequest("Deleting stage %s failed. Please remove all base path mappings related to the stage in your domains: %s", stage, strings.Join(domains, ", "))
	}
	return err
}
