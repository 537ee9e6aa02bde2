package controlplane

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// document returns the write of the document by which the data plane serves a domain; a private
// one has none.
func (s *Service) document(d *apigateway.DomainName, mappings []*apigateway.BasePathMapping) ([]store.Write, error) {
	if isPrivate(d) {
		return nil, nil
	}
	doc := snapshot.Domain{Name: *d.DomainName, RoutingMode: *d.RoutingMode, MutualTLS: d.MutualTlsAuthentication != nil}
	for _, m := range mappings {
		doc.Mappings = append(doc.Mappings, snapshot.DomainMapping{BasePath: trimNone(*m.BasePath), APIID: *m.RestApiId, Stage: value(m.Stage)})
	}
	b, err := snapshot.EncodeDomain(doc)
	if err != nil {
		return nil, err
	}
	return []store.Write{store.Put(store.Item{Key: domainKey(*d.DomainName), Value: b})}, nil
}

// publish returns the writes that make the data plane know a new domain.
func (s *Service) publish(ctx context.Context, d *apigateway.DomainName, mappings []*apigateway.BasePathMapping) ([]store.Write, error) {
	writes, err := s.document(d, mappings)
	if err != nil {
		return nil, err
	}
	list, err := s.listDomains(ctx, func(names []string) []string {
		if !slices.Contains(names, *d.DomainName) {
			names = append(names, *d.DomainName)
		}
		return names
	})
	return append(writes, list), err
}

// unpublish returns the writes that make the data plane forget a domain.
func (s *Service) unpublish(ctx context.Context, d *apigateway.DomainName) ([]store.Write, error) {
	list, err := s.listDomains(ctx, func(names []string) []string {
		return slices.DeleteFunc(names, func(n string) bool { return n == *d.DomainName })
	})
	return []store.Write{store.Delete(domainKey(*d.DomainName), store.Any), list}, err
}

// listDomains returns the write that changes the list of public domain names. It fails if somebody
// else changes the list in the meantime.
func (s *Service) listDomains(ctx context.Context, change func([]string) []string) (store.Write, error) {
	partition, sort := snapshot.DomainsKey()
	key := store.Key{Partition: partition, Sort: sort}
	var names []string
	item, err := s.cfg.Store.Get(ctx, key)
	missing := errors.Is(err, store.ErrNotFound)
	if err == nil {
		names, err = snapshot.DecodeDomains(item.Value)
	}
	if err != nil && !missing {
		return store.Write{}, fmt.Errorf("read the list of domain names: %w", err)
	}
	b, err := snapshot.EncodeDomains(change(names))
	if err != nil {
		return store.Write{}, err
	}
	if missing {
		return store.Create(store.Item{Key: key, Value: b}), nil
	}
	return store.Replace(store.Item{Key: key, Value: b}, item.Version), nil
}

func domainKey(name string) store.Key {
	partition, sort := snapshot.DomainKey(name)
	return store.Key{Partition: partition, Sort: sort}
}
