package controlplane

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// apiRow is the row of an API. Its version in the store is the revision of the whole API.
type apiRow struct {
	API        apigateway.RestApi `json:"api"`
	Generation string             `json:"generation"`
}

// view is one API as an operation sees it, with the changes that an edit has made so far.
type view struct {
	ctx     context.Context
	s       *Service
	id      string
	row     apiRow
	version int64
	pending map[store.Key]store.Write
	// blank hides the stored definition: an import that overwrites it starts from nothing.
	blank bool
}

// errNoAPI says that the API of a view does not exist.
var errNoAPI = errors.New("no such API")

func (s *Service) open(ctx context.Context, apiID string) (*view, error) {
	key := apiKey(apiID)
	if key.Validate() != nil {
		return nil, errNoAPI
	}
	item, err := s.cfg.Store.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, errNoAPI
	}
	if err != nil {
		return nil, fmt.Errorf("read API %s: %w", apiID, err)
	}
	row, err := decodeRow[apiRow](item)
	if err != nil {
		return nil, err
	}
	return &view{ctx: ctx, s: s, id: apiID, row: *row, version: item.Version}, nil
}

// viewing runs fn on an API and returns what it returns. If an import replaced the definition in
// the meantime, fn may have seen only a part of the old one, so it runs again. missing is the
// answer when there is no such API.
func viewing[T any](ctx context.Context, s *Service, apiID string, missing *wire.Error, fn func(*view) (T, error)) (T, error) {
	var none T
	v, err := s.open(ctx, apiID)
	for range editAttempts {
		if errors.Is(err, errNoAPI) {
			return none, missing
		}
		if err != nil {
			return none, err
		}
		result, failure := fn(v)
		var now *view
		if now, err = s.open(ctx, apiID); err == nil && now.row.Generation == v.row.Generation {
			return result, failure
		}
		v = now
	}
	return none, errConcurrent
}

func (v *view) definitionKey(sort string) store.Key {
	return store.Key{Partition: definitionPartition(v.id, v.row.Generation), Sort: sort}
}

func (v *view) liveKey(sort string) store.Key {
	return store.Key{Partition: livePartition(v.id), Sort: sort}
}

func (v *view) hides(partition string) bool {
	return v.blank && partition == definitionPartition(v.id, v.row.Generation)
}

// get returns the row at a key, or nil.
func get[T any](v *view, key store.Key) (*T, error) {
	if key.Validate() != nil {
		return nil, nil // an identifier that no row can have
	}
	if w, ok := v.pending[key]; ok {
		if w.Kind == store.KindDelete {
			return nil, nil
		}
		return decodeRow[T](w.Item)
	}
	if v.hides(key.Partition) {
		return nil, nil
	}
	item, err := v.s.cfg.Store.Get(v.ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return decodeRow[T](item)
}

// all returns the rows of a partition whose sort keys start with a prefix, in the order of the
// sort keys.
func all[T any](v *view, partition, prefix string) ([]*T, error) {
	items, err := v.items(partition, prefix)
	if err != nil {
		return nil, err
	}
	return decodeRows[T](items)
}

func (v *view) items(partition, prefix string) ([]store.Item, error) {
	var items []store.Item
	if !v.hides(partition) {
		var err error
		if items, _, err = v.s.cfg.Store.Query(v.ctx, partition, prefix, store.Page{}); err != nil {
			return nil, fmt.Errorf("list %s in %s: %w", prefix, partition, err)
		}
	}
	if len(v.pending) == 0 {
		return items, nil
	}
	items = slices.DeleteFunc(items, func(i store.Item) bool { _, changed := v.pending[i.Key]; return changed })
	for key, w := range v.pending {
		if w.Kind == store.KindPut && key.Partition == partition && strings.HasPrefix(key.Sort, prefix) {
			items = append(items, w.Item)
		}
	}
	slices.SortFunc(items, func(a, b store.Item) int { return strings.Compare(a.Sort, b.Sort) })
	return items, nil
}

// definition returns all rows of the definition with a prefix.
func definition[T any](v *view, prefix string) ([]*T, error) {
	return all[T](v, definitionPartition(v.id, v.row.Generation), prefix)
}

// live returns all rows beside the definition with a prefix.
func live[T any](v *view, prefix string) ([]*T, error) {
	return all[T](v, livePartition(v.id), prefix)
}
