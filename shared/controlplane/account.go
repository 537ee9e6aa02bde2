package controlplane

import (
	"context"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/controlplane/change"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
)

// accountTable is a kind of rows that belong to the account rather than to an API, such as API
// keys: all in one partition, each changed under its own version.
type accountTable[T any] struct {
	partition string
	// missing is the answer when there is no such row.
	missing *wire.Error
}

func (t accountTable[T]) key(id string) store.Key {
	return store.Key{Partition: t.partition, Sort: id}
}

// get returns a row, or missing.
func (t accountTable[T]) get(ctx context.Context, s *Service, id string) (*T, error) {
	row, _, err := t.read(ctx, s, id)
	return row, err
}

func (t accountTable[T]) read(ctx context.Context, s *Service, id string) (*T, int64, error) {
	key := t.key(id)
	if key.Validate() != nil {
		return nil, 0, t.missing // an identifier that no row can have
	}
	item, err := s.cfg.Store.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, t.missing
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read %s: %w", key, err)
	}
	row, err := decodeRow[T](item)
	return row, item.Version, err
}

// all returns every row whose identifier starts with a prefix, in the order of the identifiers.
func (t accountTable[T]) all(ctx context.Context, s *Service, prefix string) ([]*T, error) {
	items, _, err := s.cfg.Store.Query(ctx, t.partition, prefix, store.Page{})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", t.partition, err)
	}
	return decodeRows[T](items)
}

// page returns one page of the rows whose identifier starts with a prefix, and the position of
// the next one, nil at the end.
func (t accountTable[T]) page(ctx context.Context, s *Service, prefix string, position *string, limit *int32) ([]*T, *string, error) {
	page, err := pageOf(position, limit)
	if err != nil {
		return nil, nil, err
	}
	items, next, err := s.cfg.Store.Query(ctx, t.partition, prefix, page)
	if errors.Is(err, store.ErrInvalid) {
		return nil, nil, errPosition
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list %s: %w", t.partition, err)
	}
	rows, err := decodeRows[T](items)
	return rows, positionOf(next), err
}

// create stores a new row with further writes that belong to it, all or nothing. exists is the
// answer when the identifier is taken.
func (t accountTable[T]) create(ctx context.Context, s *Service, id string, row *T, exists *wire.Error, also ...store.Write) error {
	item, err := encodeRow(t.key(id), row)
	if err != nil {
		return err
	}
	if err := item.Validate(); err != nil {
		return wire.BadRequest("%s", err.Error())
	}
	err = s.cfg.Store.Transact(ctx, append([]store.Write{store.Create(item)}, also...))
	var failed *store.ConditionError
	switch {
	case errors.As(err, &failed) && failed.Index == 0:
		return exists
	case errors.Is(err, store.ErrConditionFailed):
		return errConcurrent
	case err != nil:
		return fmt.Errorf("create %s: %w", t.key(id), err)
	}
	change.Report(ctx, t.key(id).String(), 0, 1)
	return nil
}

// freeID returns an identifier that no row has.
func (t accountTable[T]) freeID(ctx context.Context, s *Service, length int) (string, error) {
	for range editAttempts {
		id := s.cfg.NewID(length)
		_, err := s.cfg.Store.Get(ctx, t.key(id))
		if errors.Is(err, store.ErrNotFound) {
			return id, nil
		}
		if err != nil {
			return "", fmt.Errorf("look for a free identifier: %w", err)
		}
	}
	return "", fmt.Errorf("no free identifier of length %d after %d attempts", length, editAttempts)
}

// edit changes a row under its version, together with the writes that fn returns, all or nothing.
// If somebody else was faster, fn runs again on what is there now; after some attempts the answer
// is 409.
func (t accountTable[T]) edit(ctx context.Context, s *Service, id string, fn func(row *T) (also []store.Write, err error)) (*T, error) {
	return t.change(ctx, s, id, func(row *T, version int64) ([]store.Write, error) {
		also, err := fn(row)
		if err != nil {
			return nil, err
		}
		item, err := encodeRow(t.key(id), row)
		if err != nil {
			return nil, err
		}
		if err := item.Validate(); err != nil {
			return nil, wire.BadRequest("%s", err.Error())
		}
		return append([]store.Write{store.Replace(item, version)}, also...), nil
	})
}

// remove deletes a row, together with the writes that fn returns, all or nothing. It returns what
// was deleted.
func (t accountTable[T]) remove(ctx context.Context, s *Service, id string, fn func(row *T) (also []store.Write, err error)) (*T, error) {
	return t.change(ctx, s, id, func(row *T, version int64) ([]store.Write, error) {
		also, err := fn(row)
		if err != nil {
			return nil, err
		}
		return append([]store.Write{store.Delete(t.key(id), store.VersionIs(version))}, also...), nil
	})
}

func (t accountTable[T]) change(ctx context.Context, s *Service, id string, fn func(row *T, version int64) ([]store.Write, error)) (*T, error) {
	release, err := s.locks.acquire(ctx, t.partition+"/"+id)
	if err != nil {
		return nil, fmt.Errorf("wait for %s: %w", t.key(id), err)
	}
	defer release()
	for attempt := range editAttempts {
		if err := pause(ctx, attempt); err != nil {
			return nil, err
		}
		row, version, err := t.read(ctx, s, id)
		if err != nil {
			return nil, err
		}
		writes, err := fn(row, version)
		if err != nil {
			return nil, err
		}
		err = s.cfg.Store.Transact(ctx, writes)
		if err == nil {
			after := version + 1
			if writes[0].Kind == store.KindDelete { // the row's own write comes first
				after = 0
			}
			change.Report(ctx, t.key(id).String(), version, after)
			return row, nil
		}
		if !errors.Is(err, store.ErrConditionFailed) {
			return nil, fmt.Errorf("change %s: %w", t.key(id), err)
		}
	}
	return nil, errConcurrent
}
