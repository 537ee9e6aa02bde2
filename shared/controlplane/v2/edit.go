package v2

import (
	"context"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/change"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
)

// apisPartition holds the document of each API under its identifier.
const apisPartition = "v2apis"

func apiKey(apiID string) store.Key { return store.Key{Partition: apisPartition, Sort: apiID} }

func stageDocumentKey(apiID, stage string) store.Key {
	partition, sort := snapshot.StageKey(apiID, stage)
	return store.Key{Partition: partition, Sort: sort}
}

func snapshotKey(apiID, deploymentID string) store.Key {
	partition, sort := snapshot.DataKey(apiID, deploymentID)
	return store.Key{Partition: partition, Sort: sort}
}

// open returns the document of an API and its version.
func (s *Service) open(ctx context.Context, apiID string) (*definition.Document, int64, error) {
	key := apiKey(apiID)
	if key.Validate() != nil {
		return nil, 0, s.errNoAPI(apiID)
	}
	item, err := s.cfg.Store.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, s.errNoAPI(apiID)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read API %s: %w", apiID, err)
	}
	d, err := definition.Decode(item.Value)
	return d, item.Version, err
}

// view returns the document of an API.
func (s *Service) view(ctx context.Context, apiID *string) (*definition.Document, error) {
	d, _, err := s.open(ctx, definition.Value(apiID))
	return d, err
}

// edit is one change of an API: its document, and what belongs into the same transaction.
type edit struct {
	*definition.Document
	ctx     context.Context
	s       *Service
	id      string
	version int64 // 0 for a new API
	writes  []store.Write
	// undo runs if the transaction did not go through, after once it has.
	undo, after []func()
	// defined says that what a deployment captures has changed, moved lists the stages whose
	// documents have to be written, deleted says that the API goes.
	defined bool
	moved   []string
	deleted bool
}

// editing runs fn on an API and stores what it changed. A change of what a deployment captures is
// also deployed to the stages that want that.
func editing[T any](ctx context.Context, s *Service, apiID *string, fn func(*edit) (T, error)) (T, error) {
	var none T
	id := definition.Value(apiID)
	release, err := s.cfg.REST.Lock(ctx, "v2/"+id)
	if err != nil {
		return none, fmt.Errorf("wait for API %s: %w", id, err)
	}
	defer release()
	for attempt := range controlplane.Attempts {
		if err := controlplane.Pause(ctx, attempt); err != nil {
			return none, err
		}
		d, version, err := s.open(ctx, id)
		if err != nil {
			return none, err
		}
		e := &edit{Document: d, ctx: ctx, s: s, id: id, version: version}
		result, err := fn(e)
		if err == nil {
			err = e.commit()
		}
		if err == nil {
			return result, nil
		}
		for _, f := range e.undo {
			f()
		}
		if !errors.Is(err, store.ErrConditionFailed) {
			return none, err
		}
	}
	return none, controlplane.ErrConcurrent
}

// defining is editing for changes of what a deployment captures.
func defining[T any](ctx context.Context, s *Service, apiID *string, fn func(*edit) (T, error)) (T, error) {
	return editing(ctx, s, apiID, func(e *edit) (T, error) {
		e.defined = true
		return fn(e)
	})
}

// removing is defining for operations without an answer.
func removing(ctx context.Context, s *Service, apiID *string, fn func(*edit) error) (*wire.Empty, error) {
	return defining(ctx, s, apiID, func(e *edit) (*wire.Empty, error) { return &wire.Empty{}, fn(e) })
}

// commit stores the change, all or nothing.
func (e *edit) commit() error {
	if e.defined && !e.deleted {
		if err := e.autoDeploy(); err != nil {
			return err
		}
	}
	if err := e.writeStages(); err != nil {
		return err
	}
	own, err := e.own()
	if err != nil {
		return err
	}
	writes := append([]store.Write{own}, e.writes...)
	if len(writes) > store.MaxWrites {
		return wire.BadRequest("The change concerns too many stages and usage plans at once")
	}
	if err := e.s.cfg.Store.Transact(e.ctx, writes); err != nil {
		return fmt.Errorf("change API %s: %w", e.id, err)
	}
	after := e.version + 1
	if e.deleted {
		after = 0
	}
	change.Report(e.ctx, apiKey(e.id).String(), e.version, after)
	for _, f := range e.after {
		f()
	}
	return nil
}

// own is the write of the document.
func (e *edit) own() (store.Write, error) {
	if e.deleted {
		return store.Delete(apiKey(e.id), store.VersionIs(e.version)), nil
	}
	data, err := definition.Encode(e.Document)
	if err != nil {
		return store.Write{}, err
	}
	item := store.Item{Key: apiKey(e.id), Value: data}
	if e.version == 0 {
		return store.Create(item), nil
	}
	return store.Replace(item, e.version), nil
}

// freeID returns an identifier that nothing of a kind has.
func (e *edit) freeID(length int, taken func(id string) bool) (*string, error) {
	for range controlplane.Attempts {
		if id := e.s.cfg.NewID(length); !taken(id) {
			return &id, nil
		}
	}
	return nil, fmt.Errorf("no free identifier of length %d after %d attempts", length, controlplane.Attempts)
}
