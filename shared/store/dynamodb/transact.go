package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// Transact applies 1 to store.MaxWrites writes, all or none.
func (s *Store) Transact(ctx context.Context, writes []store.Write) error {
	if err := store.ValidateWrites(writes); err != nil {
		return err
	}
	if err := s.transact(ctx, writes); err != nil {
		return fmt.Errorf("transact %d writes: %w", len(writes), err)
	}
	return nil
}

// attempt is one transaction on its way to the table.
type attempt struct {
	writes []store.Write
	now    time.Time // the time by which its conditions judge expiry

	// brings and removes are, by index of the write, the chunks of its value
	// and those that its row names so far. The latter are learnt from the
	// refusal of a first try that expects none, since rows with chunks are
	// few and knowing beforehand would cost each write a read.
	brings, removes []chunkSet

	// replaced are sets that a row named at an earlier try and does not name
	// any more: another writer has removed them, or this one, whose answer
	// was lost.
	replaced []chunkSet

	journal *journal
}

func (s *Store) newAttempt(writes []store.Write) *attempt {
	now := s.now()
	a := &attempt{
		writes:  writes,
		now:     now,
		brings:  make([]chunkSet, len(writes)),
		removes: make([]chunkSet, len(writes)),
		journal: newJournal(now),
	}
	for _, i := range oversized(writes) {
		a.brings[i] = newChunkSet(writes[i].Item.Value)
		a.journal.list(writes[i].Item.Key, a.brings[i])
	}
	return a
}

// oversized returns the writes whose values go into chunks: those too large
// for a row, and the largest of the others until the rest fits into one
// transaction.
func oversized(writes []store.Write) []int {
	var bySize []int
	total := 0
	for i, w := range writes {
		if w.Kind == store.KindPut && len(w.Item.Value) > 0 {
			bySize = append(bySize, i)
			total += len(w.Item.Value)
		}
	}
	slices.SortFunc(bySize, func(a, b int) int { return len(writes[b].Item.Value) - len(writes[a].Item.Value) })
	n := 0
	for n < len(bySize) && (len(writes[bySize[n]].Item.Value) > rowBytes || total > transactionBytes) {
		total -= len(writes[bySize[n]].Item.Value)
		n++
	}
	return bySize[:n]
}

func (s *Store) transact(ctx context.Context, writes []store.Write) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	a := s.newAttempt(writes)
	if err := s.prepare(ctx, a); err != nil {
		s.giveUp(ctx, a)
		return err
	}
	// Each turn either ends or has learnt of chunks that another writer put
	// there a moment ago.
	for range maxAttempts {
		if s.now().Sub(a.journal.started) > journalGrace/2 {
			s.giveUp(ctx, a)
			return errors.New("the write was held up for too long")
		}
		found, err := s.send(ctx, a)
		switch {
		case err == nil:
			s.finish(ctx, a)
			return nil
		case found == nil:
			if unapplied(err) {
				s.giveUp(ctx, a)
			}
			return err
		}
		again, err := a.learn(found)
		if err == nil && again {
			err = s.writeJournal(ctx, a.journal)
		}
		switch {
		case err != nil:
			s.giveUp(ctx, a)
			return err
		case !again:
			s.finish(ctx, a)
			return nil
		}
	}
	s.giveUp(ctx, a)
	return errors.New("the large values that it replaces kept changing")
}

// finish clears up after a transaction that was applied.
func (s *Store) finish(ctx context.Context, a *attempt) {
	s.settle(ctx, a.journal, append(a.replaced, a.removes...))
}

// giveUp clears up after a transaction that certainly was not.
func (s *Store) giveUp(ctx context.Context, a *attempt) {
	s.settle(ctx, a.journal, append(a.replaced, a.brings...))
}

// prepare writes the chunks that the transaction brings, the journal first.
func (s *Store) prepare(ctx context.Context, a *attempt) error {
	if len(a.journal.entry.Sets) == 0 {
		return nil
	}
	if err := s.writeJournal(ctx, a.journal); err != nil {
		return err
	}
	for i, set := range a.brings {
		if set.id == "" {
			continue
		}
		if err := s.writeChunks(ctx, set, a.writes[i].Item); err != nil {
			return fmt.Errorf("write the chunks of %s: %w", a.writes[i].Item.Key, err)
		}
	}
	return nil
}

// learn judges the rows for which the table refused the transaction, by index
// of the write. The error is the caller's refusal. Otherwise the transaction
// only met chunks that it did not know of, and goes again with a longer
// journal entry. If again is false, it has in fact been applied: a first
// sending, whose answer was lost, has refused the second.
func (a *attempt) learn(found map[int]row) (again bool, err error) {
	for i, w := range a.writes {
		r, refused := found[i]
		if !refused {
			continue
		}
		if a.brings[i].id != "" && r.chunks.id == a.brings[i].id {
			return false, nil
		}
		if !w.If.Holds(r.live(a.now), r.version) {
			return false, &store.ConditionError{Index: i, Key: w.Item.Key}
		}
	}
	for i, w := range a.writes {
		r, refused := found[i]
		if !refused || r.chunks == a.removes[i] {
			continue
		}
		if a.removes[i].id != "" {
			a.replaced = append(a.replaced, a.removes[i])
		}
		if a.removes[i] = r.chunks; r.chunks.id != "" {
			a.journal.list(w.Item.Key, r.chunks)
		}
	}
	return true, nil
}
