package controlplane

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// APIMapping is a base path mapping as the operations of apigatewayv2 see it.
type APIMapping struct {
	// ID stays with a mapping whose key changes.
	ID string
	// Key is the base path; it may have several levels, and is empty for the catch-all.
	Key   string
	APIID string
	// Stage is empty if the path names it, which only the operations of apigateway can ask for.
	Stage string
}

// The rows of mappings have base paths alone. A mapping whose identifier does not follow from its
// domain and base path has a row with it.
const (
	mappingIDPrefix   = "mappingid#"
	maxMultiLevelKeys = 200
)

// apiMappingKey is what a mapping key of apigatewayv2 may be (HTTP API spec, 1).
var apiMappingKey = regexp.MustCompile(`^[A-Za-z0-9$\-_.+!*'()]+(?:/[A-Za-z0-9$\-_.+!*'()]+)*$`)

const maxMappingKey = 300

type mappingID struct {
	ID string `json:"id"`
}

func mappingIDKey(domain, basePath string) store.Key {
	return mappingTable(domain).key(mappingIDPrefix + basePath)
}

// withIDs are mappings with their identifiers, in the order of the identifiers.
func (s *Service) withIDs(ctx context.Context, domain string, mappings []*apigateway.BasePathMapping) ([]APIMapping, error) {
	items, _, err := s.cfg.Store.Query(ctx, mappingTable(domain).partition, mappingIDPrefix, store.Page{})
	if err != nil {
		return nil, err
	}
	stored, taken := map[string]string{}, map[string]bool{}
	for _, item := range items {
		row, err := decodeRow[mappingID](item)
		if err != nil {
			return nil, err
		}
		stored[strings.TrimPrefix(item.Sort, mappingIDPrefix)] = row.ID
	}
	var out []APIMapping
	for _, m := range mappings {
		if id := stored[*m.BasePath]; id != "" {
			taken[id] = true
		}
	}
	for _, m := range mappings {
		id := stored[*m.BasePath]
		for purpose := "mapping"; id == ""; purpose += "+" {
			if derived := s.derive(purpose, domain+"/"+*m.BasePath, idLength); !taken[derived] {
				id, taken[derived] = derived, true
			}
		}
		out = append(out, APIMapping{ID: id, Key: trimNone(*m.BasePath), APIID: *m.RestApiId, Stage: value(m.Stage)})
	}
	slices.SortFunc(out, func(a, b APIMapping) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// APIMappings returns the mappings of a domain, in the order of their identifiers.
func (s *Service) APIMappings(ctx context.Context, domain string) ([]APIMapping, error) {
	if _, err := domainTable.get(ctx, s, domain); err != nil {
		return nil, err
	}
	mappings, err := s.mappings(ctx, domain)
	if err != nil {
		return nil, err
	}
	return s.withIDs(ctx, domain, mappings)
}

func checkMappingKey(d *apigateway.DomainName, key string) error {
	switch {
	case key == "":
		return nil
	case len(key) > maxMappingKey || !apiMappingKey.MatchString(key):
		return wire.BadRequest("API mapping key should not start with a '/' or have consecutive '/'s, and may have up to 300 letters, digits and the symbols $-_.+!*'()/.")
	case strings.Contains(key, "/") && (!has(d, apigateway.EndpointTypeRegional) || *d.SecurityPolicy == apigateway.SecurityPolicyTls1_0):
		return wire.BadRequest("Multi-level API mappings are supported for REGIONAL domain names with the security policy %s only.", apigateway.SecurityPolicyTls1_2)
	}
	return nil
}

// CreateAPIMapping maps a key of a domain to a stage of an API of any type.
func (s *Service) CreateAPIMapping(ctx context.Context, domain string, m APIMapping) (APIMapping, error) {
	err := s.changeMappings(ctx, domain, func(c *mappingChange) error {
		if *c.domain.RoutingMode == apigateway.RoutingModeRoutingRuleOnly {
			return wire.BadRequest("API mappings cannot be created while the routing mode is %s.", *c.domain.RoutingMode)
		}
		m.ID = s.cfg.NewID(idLength)
		return c.putAPIMapping(ctx, m)
	})
	return m, err
}

// putAPIMapping adds a mapping with its identifier.
func (c *mappingChange) putAPIMapping(ctx context.Context, m APIMapping) error {
	if err := checkMappingKey(c.domain, m.Key); err != nil {
		return err
	}
	levels := 0
	for _, other := range c.mappings {
		if strings.Contains(*other.BasePath, "/") {
			levels++
		}
	}
	if strings.Contains(m.Key, "/") && levels >= maxMultiLevelKeys {
		return wire.LimitExceeded("Maximum number of multi-level API mappings for this domain name has been reached: %d", maxMultiLevelKeys)
	}
	row := &apigateway.BasePathMapping{BasePath: ptr(orNone(m.Key)), RestApiId: &m.APIID}
	if m.Stage != "" {
		row.Stage = &m.Stage
	}
	if err := c.check(ctx, row); err != nil {
		return err
	}
	if c.find(*row.BasePath) != nil {
		return wire.Conflict("ApiMapping key already exists for this domain name")
	}
	if err := c.put(row); err != nil {
		return err
	}
	item, err := encodeRow(mappingIDKey(c.id, *row.BasePath), mappingID{ID: m.ID})
	c.writes = slices.DeleteFunc(c.writes, func(w store.Write) bool { return w.Item.Key == item.Key })
	c.writes = append(c.writes, store.Put(item))
	return err
}

// findAPIMapping returns the row of a mapping by its identifier.
func (c *mappingChange) findAPIMapping(ctx context.Context, id string) (*APIMapping, *apigateway.BasePathMapping, error) {
	all, err := c.s.withIDs(ctx, c.id, c.mappings)
	if err != nil {
		return nil, nil, err
	}
	for i := range all {
		if all[i].ID == id {
			return &all[i], c.find(orNone(all[i].Key)), nil
		}
	}
	return nil, nil, ErrNoAPIMapping
}

// ErrNoAPIMapping is the answer for an identifier that no mapping has.
var ErrNoAPIMapping = wire.NotFound("The api mapping resource specified in the request was not found.")

// UpdateAPIMapping changes a mapping by fn, which may run again.
func (s *Service) UpdateAPIMapping(ctx context.Context, domain, id string, fn func(*APIMapping)) (APIMapping, error) {
	var changed APIMapping
	err := s.changeMappings(ctx, domain, func(c *mappingChange) error {
		m, row, err := c.findAPIMapping(ctx, id)
		if err != nil {
			return err
		}
		fn(m)
		changed = *m
		c.drop(row)
		return c.putAPIMapping(ctx, *m)
	})
	return changed, err
}

// DeleteAPIMapping deletes a mapping.
func (s *Service) DeleteAPIMapping(ctx context.Context, domain, id string) error {
	return s.changeMappings(ctx, domain, func(c *mappingChange) error {
		_, row, err := c.findAPIMapping(ctx, id)
		if err != nil {
			return err
		}
		c.drop(row)
		return nil
	})
}
