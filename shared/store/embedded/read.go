package embedded

import (
	"bytes"
	"context"
	"fmt"

	"github.com/postern-gateway/postern/shared/store"
)

// Get returns one item, or store.ErrNotFound.
func (s *Store) Get(ctx context.Context, key store.Key) (store.Item, error) {
	if err := key.Validate(); err != nil {
		return store.Item{}, err
	}
	var item store.Item
	err := s.view(ctx, func(rows reader) error {
		r, ok, err := s.live(rows, key)
		if err != nil {
			return err
		}
		if !ok {
			return store.ErrNotFound
		}
		item = r.item(key)
		return nil
	})
	if err != nil {
		return store.Item{}, fmt.Errorf("get %s: %w", key, err)
	}
	return item, nil
}

// BatchGet returns the items of the keys that exist, in the order of the keys.
func (s *Store) BatchGet(ctx context.Context, keys []store.Key) ([]store.Item, error) {
	unique, err := store.UniqueKeys(keys)
	if err != nil {
		return nil, err
	}
	items := make([]store.Item, 0, len(unique))
	err = s.view(ctx, func(rows reader) error {
		for _, key := range unique {
			r, ok, err := s.live(rows, key)
			if err != nil {
				return err
			}
			if ok {
				items = append(items, r.item(key))
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("get %d items: %w", len(unique), err)
	}
	return items, nil
}

// Query returns the items of a partition whose sort key has the prefix, page
// by page. One page is one state of the store.
func (s *Store) Query(ctx context.Context, partition, sortPrefix string, page store.Page) (items []store.Item, next string, err error) {
	after, err := store.ValidateQuery(partition, sortPrefix, page)
	if err != nil {
		return nil, "", err
	}
	selected := scanRange{partition: partition, prefix: sortPrefix, after: after, descending: page.Descending}
	err = s.view(ctx, func(rows reader) error {
		now := s.now()
		return rows.scan(selected, func(sort string, r row) bool {
			if store.Expired(r.expires, now) {
				return ctx.Err() == nil
			}
			if page.Limit > 0 && len(items) == page.Limit {
				next = store.EncodePosition(items[len(items)-1].Sort)
				return false
			}
			items = append(items, r.item(store.Key{Partition: partition, Sort: sort}))
			return ctx.Err() == nil
		})
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, "", fmt.Errorf("query %s/%s: %w", partition, sortPrefix, err)
	}
	return items, next, nil
}

// live is get without the expired rows.
func (s *Store) live(rows reader, key store.Key) (row, bool, error) {
	r, ok, err := rows.get(key)
	if err != nil || !ok || store.Expired(r.expires, s.now()) {
		return row{}, false, err
	}
	return r, true, nil
}

func (r row) item(key store.Key) store.Item {
	item := store.Item{Key: key, Count: r.count, Version: r.version, Expires: store.ExpiryTime(r.expires)}
	if len(r.value) > 0 {
		item.Value = bytes.Clone(r.value)
	}
	return item
}
