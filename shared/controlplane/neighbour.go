package controlplane

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// HTTP and WebSocket APIs are another service's (package v2), but they share with REST APIs what
// belongs to the account: domain names, usage plans, and the rules for names and tags. What that
// service needs of this one is here.

// Attempts bounds how often a change that lost a race is run again.
const Attempts = editAttempts

// ErrConcurrent is the answer to a change that lost every race.
var ErrConcurrent = errConcurrent

// V2StageKey is the row that exists as long as a stage of an HTTP or WebSocket API does.
func V2StageKey(apiID, stage string) store.Key {
	return store.Key{Partition: "v2stages", Sort: apiID + apiStageSeparator + stage}
}

// V2ProtocolKey is the row that exists as long as an HTTP or WebSocket API does; its value is the
// protocol (snapshot.ProtocolKey).
func V2ProtocolKey(apiID string) store.Key {
	partition, sort := snapshot.ProtocolKey(apiID)
	return store.Key{Partition: partition, Sort: sort}
}

// CheckTags refuses tags that no resource can have.
func CheckTags(tags map[string]string) error { return checkTags(tags) }

// CheckStageVariables refuses variables that no stage can have.
func CheckStageVariables(variables map[string]string) error { return checkVariables(variables) }

// CheckAccessLog refuses a destination or a format that no access log can have.
func CheckAccessLog(destinationARN, format *string) error {
	return checkAccessLog(&apigateway.AccessLogSettings{DestinationArn: destinationARN, Format: format})
}

// Partition is the ARN partition of a region.
func Partition(region string) string { return partition(region) }

// DomainSuffix is the domain of a region's endpoints.
func DomainSuffix(region string) string { return domainSuffix(region) }

// Lock waits until no other change of the same name runs in this process; release must be called
// once.
func (s *Service) Lock(ctx context.Context, name string) (release func(), err error) {
	return s.locks.acquire(ctx, name)
}

// Pause waits before another attempt, longer each time; not at all before attempt 0.
func Pause(ctx context.Context, attempt int) error { return pause(ctx, attempt) }

// Sweep clears up rows that processes left behind which died.
func (s *Service) Sweep(ctx context.Context) error { return s.sweep(ctx) }

// Announce marks rows that are about to be written ahead of the transaction that needs them.
// That transaction includes use; if it fails, discard deletes the rows.
func (s *Service) Announce(ctx context.Context, partition, prefix string) (use store.Write, discard func(), err error) {
	l := leftover{Partition: partition, Prefix: prefix, Since: *s.now()}
	return store.Delete(l.key(), store.Present), func() { s.discard(ctx, l) }, s.announce(ctx, l)
}

// Abandon returns the write that marks rows as used by nobody once its transaction has gone
// through; discard then deletes them, or else a later sweep does.
func (s *Service) Abandon(ctx context.Context, partition, prefix string) (mark store.Write, discard func(), err error) {
	l := leftover{Partition: partition, Prefix: prefix, Since: *s.now(), Dead: true}
	item, err := l.item()
	return store.Put(item), func() { s.discard(ctx, l) }, err
}

// MappedDomains returns the domains whose mappings lead to an API, or to a stage of it if stage is
// not empty.
func (s *Service) MappedDomains(ctx context.Context, apiID, stage string) ([]string, error) {
	return (&view{ctx: ctx, s: s, id: apiID}).mappedDomains(stage)
}

// LeavePlans returns the writes that take stages, which their transaction deletes, out of their
// usage plans.
func (s *Service) LeavePlans(ctx context.Context, apiID string, stages []string) ([]store.Write, error) {
	e := &edit{view: &view{ctx: ctx, s: s, id: apiID, pending: map[store.Key]store.Write{}}}
	for _, stage := range stages {
		if err := e.leavePlans(stage); err != nil {
			return nil, err
		}
	}
	var writes []store.Write
	for _, key := range sortedKeys(e.pending) {
		writes = append(writes, e.pending[key])
	}
	return writes, nil
}

// ModelTemplate makes a sample mapping template for the named one of the models of an API.
func (s *Service) ModelTemplate(ctx context.Context, apiID, name string, models []*apigateway.Model) (string, error) {
	v := &view{ctx: ctx, s: s, id: apiID, row: apiRow{Generation: "v2"}, pending: map[store.Key]store.Write{}, blank: true}
	for _, m := range models {
		key := v.definitionKey(modelPrefix + value(m.Name))
		item, err := encodeRow(key, m)
		if err != nil {
			return "", err
		}
		v.pending[key] = store.Put(item)
	}
	return v.modelTemplate(name)
}

// stageRow returns the row that exists as long as a stage of an API of any type does, ok false if
// there is no such stage.
func (s *Service) stageRow(ctx context.Context, apiID, stage string) (key store.Key, ok bool, err error) {
	if apiID == "" || stage == "" {
		return store.Key{}, false, nil
	}
	for _, key := range []store.Key{stageKey(apiID, stage), V2StageKey(apiID, stage)} {
		if key.Validate() != nil {
			continue
		}
		_, err := s.cfg.Store.Get(ctx, key)
		if err == nil {
			return key, true, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return store.Key{}, false, fmt.Errorf("read stage %s of API %s: %w", stage, apiID, err)
		}
	}
	return store.Key{}, false, nil
}

// protocolOf is the protocol of an HTTP or WebSocket API, empty if there is no such API.
func (s *Service) protocolOf(ctx context.Context, apiID string) (string, error) {
	key := V2ProtocolKey(apiID)
	if strings.TrimSpace(apiID) == "" || key.Validate() != nil {
		return "", nil
	}
	item, err := s.cfg.Store.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the protocol of API %s: %w", apiID, err)
	}
	return string(item.Value), nil
}

// checkV2 is check for a mapping to an HTTP or WebSocket API; ok is false if there is no such API.
func (c *mappingChange) checkV2(ctx context.Context, m *apigateway.BasePathMapping) (ok bool, err error) {
	protocol, err := c.s.protocolOf(ctx, value(m.RestApiId))
	if err != nil || protocol == "" {
		return false, err
	}
	c.writes = append(c.writes, store.Check(V2ProtocolKey(*m.RestApiId), store.Present))
	if c.domain.EndpointConfiguration != nil && !has(c.domain, apigateway.EndpointTypeRegional) {
		return true, wire.BadRequest("Only REGIONAL domain names can be managed through the API Gateway V2 API. For EDGE domain names, please use the API Gateway V1 API. Also note that only REST APIs can be attached to EDGE domain names.")
	}
	if m.Stage == nil {
		return true, wire.BadRequest("Invalid stage identifier specified")
	}
	key := V2StageKey(*m.RestApiId, *m.Stage)
	if key.Validate() != nil {
		return true, wire.BadRequest("Invalid stage identifier specified")
	}
	if _, err := c.s.cfg.Store.Get(ctx, key); errors.Is(err, store.ErrNotFound) {
		return true, wire.BadRequest("Invalid stage identifier specified")
	} else if err != nil {
		return true, fmt.Errorf("read stage %s of API %s: %w", *m.Stage, *m.RestApiId, err)
	}
	c.writes = append(c.writes, store.Check(key, store.Present))
	return true, nil
}

// checkCompany refuses a WebSocket API and APIs of other types on one domain (HTTP API spec, 1).
func (c *mappingChange) checkCompany(ctx context.Context, m *apigateway.BasePathMapping) error {
	own, err := c.s.protocolOf(ctx, value(m.RestApiId))
	if err != nil {
		return err
	}
	for _, other := range c.mappings {
		if other == m || value(other.BasePath) == value(m.BasePath) {
			continue
		}
		protocol, err := c.s.protocolOf(ctx, value(other.RestApiId))
		if err != nil {
			return err
		}
		if (own == snapshot.ProtocolWebSocket) != (protocol == snapshot.ProtocolWebSocket) {
			return wire.BadRequest("WebSocket APIs cannot be mixed with REST APIs or HTTP APIs on one domain name.")
		}
	}
	return nil
}

// RandomID makes an identifier of so many lower-case letters and digits.
func RandomID(length int) string { return randomID(length) }

// RESTAPIKey is the row of a REST API.
func RESTAPIKey(apiID string) store.Key { return apiKey(apiID) }
