package controlplane

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// leftover marks rows that are not part of any API yet, or no longer. A process that dies between
// writing and using them leaves the mark behind, and a later import or deployment clears up.
type leftover struct {
	Partition string    `json:"partition"`
	Prefix    string    `json:"prefix,omitempty"`
	Since     time.Time `json:"since"`
	// Dead rows are not used by anyone; others may still belong to a writer at work.
	Dead bool `json:"dead,omitempty"`
}

// writerPatience is how long a writer may take before its rows count as abandoned. Its own
// transaction then fails, since that requires the mark.
const writerPatience = 15 * time.Minute

func (l leftover) key() store.Key {
	return store.Key{Partition: leftoverPartition, Sort: l.Partition + "|" + l.Prefix}
}

func (l leftover) item() (store.Item, error) { return encodeRow(l.key(), l) }

// announce marks rows that are about to be written.
func (s *Service) announce(ctx context.Context, l leftover) error {
	item, err := l.item()
	if err != nil {
		return err
	}
	if err := s.cfg.Store.Transact(ctx, []store.Write{store.Put(item)}); err != nil {
		return fmt.Errorf("announce rows in %s: %w", l.Partition, err)
	}
	return nil
}

// discard deletes marked rows and the mark. It runs when the answer to the client is settled, so
// its failure is not reported: the mark stays, and sweep tries again.
func (s *Service) discard(ctx context.Context, l leftover) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	_ = s.clear(ctx, l)
}

func (s *Service) clear(ctx context.Context, l leftover) error {
	if err := s.cfg.Store.DeleteAll(ctx, l.Partition, l.Prefix); err != nil {
		return fmt.Errorf("clear %s %s: %w", l.Partition, l.Prefix, err)
	}
	if err := s.cfg.Store.Transact(ctx, []store.Write{store.Delete(l.key(), store.Any)}); err != nil {
		return fmt.Errorf("clear mark of %s %s: %w", l.Partition, l.Prefix, err)
	}
	return nil
}

// sweep clears up after processes that died.
func (s *Service) sweep(ctx context.Context) error {
	items, _, err := s.cfg.Store.Query(ctx, leftoverPartition, "", store.Page{Limit: 25})
	if err != nil {
		return fmt.Errorf("list leftovers: %w", err)
	}
	marks, err := decodeRows[leftover](items)
	if err != nil {
		return err
	}
	for _, l := range marks {
		if l.Dead || s.cfg.Now().Sub(l.Since) > writerPatience {
			if err := s.clear(ctx, *l); err != nil {
				return err
			}
		}
	}
	return nil
}

// replaceDefinition stores rows, which carry the keys of the old generation, as the whole new
// definition: written beside the old one, then put in its place by one transaction together with
// all pending changes of other rows. After any failure the old definition stands.
func (e *edit) replaceDefinition(items []store.Item) error {
	old := leftover{Partition: definitionPartition(e.id, e.row.Generation), Since: *e.s.now(), Dead: true}
	e.row.Generation = e.s.cfg.NewID(generationIDLength)
	fresh := leftover{Partition: definitionPartition(e.id, e.row.Generation), Since: *e.s.now()}
	e.undo = append(e.undo, func() { e.s.discard(e.ctx, fresh) })
	if err := e.s.announce(e.ctx, fresh); err != nil {
		return err
	}
	moved := make([]store.Item, len(items))
	for i, item := range items {
		item.Key.Partition = fresh.Partition
		moved[i] = item
	}
	if err := e.s.cfg.Store.PutAll(e.ctx, moved); err != nil {
		return fmt.Errorf("write definition of API %s: %w", e.id, err)
	}

	own, err := e.ownWrite()
	if err != nil {
		return err
	}
	writes := []store.Write{own, store.Delete(fresh.key(), store.Present)}
	if e.version != 0 {
		dead, err := old.item()
		if err != nil {
			return err
		}
		writes = append(writes, store.Put(dead))
		e.after = append(e.after, func() { e.s.discard(e.ctx, old) })
	}
	for _, key := range sortedKeys(e.pending) {
		if key.Partition != old.Partition {
			writes = append(writes, e.pending[key])
		}
	}
	if len(writes) > store.MaxWrites {
		return errors.New("a change of an API touches too many deployments and stages at once")
	}
	if err := e.s.cfg.Store.Transact(e.ctx, writes); err != nil {
		return fmt.Errorf("put the new definition of API %s in place: %w", e.id, err)
	}
	e.report()
	return nil
}
