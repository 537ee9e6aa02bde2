package controlplane

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane/change"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
)

// editAttempts bounds how often an edit that lost a race is run again.
const editAttempts = 8

var errConcurrent = wire.Conflict("Unable to complete operation due to concurrent modification. Please try again later.")

// edit is one change of an API: a view that collects writes, which are then stored in one
// transaction.
type edit struct {
	*view
	// undo runs if the transaction did not go through, after says what to do once it has.
	undo, after []func()
	// dropped says that the API itself is to be deleted.
	dropped bool
	// rewrite says that the definition becomes a new generation however small the change is.
	rewrite bool
}

// editing runs fn on an API, stores what it changed and returns what it returned. If another
// process changed the API in the meantime, fn runs again on what is there now; after some
// attempts the answer is 409. missing is the answer when there is no such API.
func editing[T any](ctx context.Context, s *Service, apiID string, missing *wire.Error, fn func(*edit) (T, error)) (T, error) {
	var none T
	release, err := s.locks.acquire(ctx, apiID)
	if err != nil {
		return none, fmt.Errorf("wait for API %s: %w", apiID, err)
	}
	defer release()
	for attempt := range editAttempts {
		if err := pause(ctx, attempt); err != nil {
			return none, err
		}
		v, err := s.open(ctx, apiID)
		if errors.Is(err, errNoAPI) {
			return none, missing
		}
		if err != nil {
			return none, err
		}
		v.pending = map[store.Key]store.Write{}
		e := &edit{view: v}
		result, err := fn(e)
		if err == nil {
			err = e.commit()
		} else if e.overtaken() {
			err = store.ErrConditionFailed // fn may have failed on rows of two states
		}
		if err == nil {
			for _, f := range e.after {
				f()
			}
			return result, nil
		}
		for _, f := range e.undo {
			f()
		}
		if !errors.Is(err, store.ErrConditionFailed) {
			return none, err
		}
	}
	return none, errConcurrent
}

// removing is editing for operations without an answer.
func removing(ctx context.Context, s *Service, apiID string, missing *wire.Error, fn func(*edit) error) (*wire.Empty, error) {
	return editing(ctx, s, apiID, missing, func(e *edit) (*wire.Empty, error) { return &wire.Empty{}, fn(e) })
}

// pause waits before another attempt, longer each time and never equally long, so that rivals
// fall out of step.
func pause(ctx context.Context, attempt int) error {
	if attempt == 0 {
		return nil
	}
	longest := 5 * time.Millisecond << attempt
	timer := time.NewTimer(rand.N(longest) + time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *edit) overtaken() bool {
	now, err := e.s.open(e.ctx, e.id)
	return err == nil && now.version != e.version
}

// put stores a row, whether it exists or not: the version of the API guards it.
func (e *edit) put(key store.Key, row any) error {
	item, err := encodeRow(key, row)
	if err != nil {
		return err
	}
	return e.putItem(item)
}

func (e *edit) putItem(item store.Item) error {
	if err := item.Validate(); err != nil {
		return wire.BadRequest("%s", err.Error())
	}
	e.pending[item.Key] = store.Put(item)
	return nil
}

func (e *edit) delete(key store.Key) { e.pending[key] = store.Delete(key, store.Any) }

// freeID returns an identifier that no row of the definition has.
func (e *edit) freeID(prefix string, length int) (string, error) {
	return e.free(func(id string) store.Key { return e.definitionKey(prefix + id) }, length)
}

func (e *edit) free(key func(id string) store.Key, length int) (string, error) {
	for range editAttempts {
		id := e.s.cfg.NewID(length)
		row, err := get[struct{}](e.view, key(id))
		if err != nil {
			return "", err
		}
		if row == nil {
			return id, nil
		}
	}
	return "", fmt.Errorf("no free identifier of length %d after %d attempts", length, editAttempts)
}

// commit stores the changes. Those that do not fit into one transaction become a new generation
// of the definition, as imports do.
func (e *edit) commit() error {
	own, err := e.ownWrite()
	if err != nil {
		return err
	}
	writes := []store.Write{own}
	for _, key := range sortedKeys(e.pending) {
		writes = append(writes, e.pending[key])
	}
	if e.rewrite || len(writes) > store.MaxWrites {
		return e.commitGeneration()
	}
	if err := e.s.cfg.Store.Transact(e.ctx, writes); err != nil {
		return fmt.Errorf("change API %s: %w", e.id, err)
	}
	e.report()
	return nil
}

// report tells whoever listens from which revision to which the API went.
func (e *edit) report() {
	after := e.version + 1
	if e.dropped {
		after = 0
	}
	change.Report(e.ctx, apiKey(e.id).String(), e.version, after)
}

// ownWrite is the write of the API's own row, which guards the whole transaction.
func (e *edit) ownWrite() (store.Write, error) {
	if e.dropped {
		return store.Delete(apiKey(e.id), store.VersionIs(e.version)), nil
	}
	row, err := encodeRow(apiKey(e.id), e.row)
	if e.version == 0 {
		return store.Create(row), err
	}
	return store.Replace(row, e.version), err
}

// commitGeneration writes the whole definition, with the changes, as a new generation.
func (e *edit) commitGeneration() error {
	old := definitionPartition(e.id, e.row.Generation)
	items, err := e.items(old, "")
	if err != nil {
		return err
	}
	return e.replaceDefinition(items)
}

func sortedKeys(m map[store.Key]store.Write) []store.Key {
	return slices.SortedFunc(maps.Keys(m), func(a, b store.Key) int {
		if c := strings.Compare(a.Partition, b.Partition); c != 0 {
			return c
		}
		return strings.Compare(a.Sort, b.Sort)
	})
}
