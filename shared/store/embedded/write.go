package embedded

import (
	"context"
	"fmt"

	"github.com/postern-gateway/postern/shared/store"
)

// Transact applies 1 to store.MaxWrites writes, all or none.
func (s *Store) Transact(ctx context.Context, writes []store.Write) error {
	if err := store.ValidateWrites(writes); err != nil {
		return err
	}
	err := s.update(ctx, func(rows writer) error {
		// All conditions are judged before the first write, so that a
		// refusal leaves nothing to take back.
		versions := make([]int64, len(writes))
		for i, w := range writes {
			r, ok, err := s.live(rows, w.Item.Key)
			if err != nil {
				return err
			}
			if !w.If.Holds(ok, r.version) {
				return &store.ConditionError{Index: i, Key: w.Item.Key}
			}
			versions[i] = r.version
		}
		for i, w := range writes {
			if err := apply(rows, w, versions[i]+1); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("transact %d writes: %w", len(writes), err)
	}
	return nil
}

func apply(rows writer, w store.Write, version int64) error {
	switch w.Kind {
	case store.KindPut:
		return rows.put(w.Item.Key, rowOf(w.Item, version))
	case store.KindDelete:
		return rows.delete(w.Item.Key)
	}
	return nil
}

func rowOf(item store.Item, version int64) row {
	return row{version: version, count: item.Count, expires: store.ExpirySeconds(item.Expires), value: item.Value}
}

// Add changes an item's count and returns the new one; outside the bounds it
// returns the count as it stays, with a *store.ConditionError.
func (s *Store) Add(ctx context.Context, key store.Key, delta int64, bounds store.Bounds) (int64, error) {
	if err := key.Validate(); err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, fmt.Errorf("add to %s: %w: %w", key, store.ErrNotApplied, err)
	}
	var count int64
	err := s.update(ctx, func(rows writer) error {
		r, _, err := s.live(rows, key)
		if err != nil {
			return err
		}
		sum, ok := bounds.Sum(r.count, delta)
		count = sum
		if !ok {
			return &store.ConditionError{Key: key}
		}
		r.count = sum
		r.version++
		if !bounds.Expires.IsZero() {
			r.expires = store.ExpirySeconds(bounds.Expires)
		}
		return rows.put(key, r)
	})
	if err != nil {
		return count, fmt.Errorf("add to %s: %w", key, err)
	}
	return count, nil
}

// bulkWrites bounds how many items one synchronisation carries in the bulk
// operations, so that other writers get their turn in between.
const bulkWrites = 1000

// PutAll writes any number of items without conditions; of several with the
// same key the last one stays.
func (s *Store) PutAll(ctx context.Context, items []store.Item) error {
	for i, item := range items {
		if err := item.Validate(); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	for len(items) > 0 {
		part := items[:min(bulkWrites, len(items))]
		items = items[len(part):]
		err := s.update(ctx, func(rows writer) error {
			for _, item := range part {
				r, _, err := s.live(rows, item.Key)
				if err != nil {
					return err
				}
				if err := rows.put(item.Key, rowOf(item, r.version+1)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("put items: %w", err)
		}
	}
	return nil
}

// DeleteAll removes the items of a partition whose sort key has the prefix.
func (s *Store) DeleteAll(ctx context.Context, partition, sortPrefix string) error {
	if _, err := store.ValidateQuery(partition, sortPrefix, store.Page{}); err != nil {
		return err
	}
	selected := scanRange{partition: partition, prefix: sortPrefix}
	for {
		var keys []store.Key
		err := s.update(ctx, func(rows writer) error {
			keys = keys[:0]
			err := rows.scan(selected, func(sort string, _ row) bool {
				keys = append(keys, store.Key{Partition: partition, Sort: sort})
				return len(keys) < bulkWrites
			})
			if err != nil {
				return err
			}
			for _, key := range keys {
				if err := rows.delete(key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("delete %s/%s: %w", partition, sortPrefix, err)
		}
		if len(keys) < bulkWrites {
			return nil
		}
		selected.after = keys[len(keys)-1].Sort
	}
}
