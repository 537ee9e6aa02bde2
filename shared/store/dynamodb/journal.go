package dynamodb

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/postern-gateway/postern/shared/store"
)

// The journal makes sure that no set of chunks is left behind for ever. A
// transaction that brings or removes sets first writes an entry that lists
// them with the rows that name them, and deletes the entry after it has
// deleted the sets that lost. If the process dies in between, the entry stays;
// once it is older than journalGrace, any later transaction with chunks (or a
// call of Recover) looks for each set at the row that should name it, deletes
// the sets that are not named there, and then the entry. Losing a set that is
// in use would be far worse than keeping one that is not, so the writer of an
// entry sends no transaction any more after half that time.
const (
	journalPartition = "~journal"
	journalGrace     = 24 * time.Hour

	// recoverEvery is the least time between two looks at the journal by one
	// process, and recoverEntries how many old entries one look settles.
	recoverEvery   = 10 * time.Minute
	recoverEntries = 20

	// settleTime bounds the work after a transaction whose outcome is known,
	// which goes on even if the caller has stopped waiting.
	settleTime = 20 * time.Second
)

// journalEntry is the value of an entry, as JSON.
type journalEntry struct {
	Sets []journalSet `json:"sets"`
}

type journalSet struct {
	Partition string `json:"partition"`
	Sort      string `json:"sort"`
	ID        string `json:"id"`
	Count     int    `json:"count"`
}

// journal is the entry of one transaction, written when it first has a set.
type journal struct {
	key     store.Key
	started time.Time
	entry   journalEntry
	written bool
}

func newJournal(now time.Time) *journal {
	// Sort keys begin with the time, so that the oldest entries come first.
	return &journal{
		key:     store.Key{Partition: journalPartition, Sort: fmt.Sprintf("%012d#%s", now.Unix(), uuid.NewString())},
		started: now,
	}
}

func (j *journal) list(key store.Key, set chunkSet) {
	j.entry.Sets = append(j.entry.Sets, journalSet{Partition: key.Partition, Sort: key.Sort, ID: set.id, Count: set.count})
}

func (s *Store) writeJournal(ctx context.Context, j *journal) error {
	value, err := json.Marshal(j.entry)
	if err != nil {
		return fmt.Errorf("encode journal entry: %w", err)
	}
	e := newExpression()
	e.assign(AttributeValue, binary(value))
	e.assign(AttributeVersion, number(1))
	err = retry(ctx, func() error {
		_, err := s.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName:                 &s.table,
			Key:                       keyAttributes(j.key),
			UpdateExpression:          e.update(),
			ExpressionAttributeNames:  e.names,
			ExpressionAttributeValues: e.values,
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("write journal entry: %w", err)
	}
	j.written = true
	return nil
}

func (s *Store) deleteJournal(ctx context.Context, key store.Key) error {
	return retry(ctx, func() error {
		_, err := s.api.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: keyAttributes(key)})
		return err
	})
}

// settle deletes the sets that lost and then the entry. It reports nothing:
// the transaction's outcome stands, and what could not be deleted is still in
// the journal.
func (s *Store) settle(ctx context.Context, j *journal, lost []chunkSet) {
	if !j.written {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	if s.deleteChunks(ctx, lost) == nil && s.deleteJournal(ctx, j.key) == nil {
		s.recoverSometimes(ctx)
	}
}

func (s *Store) recoverSometimes(ctx context.Context) {
	now, last := s.now().Unix(), s.recovered.Load()
	if now-last < int64(recoverEvery/time.Second) || !s.recovered.CompareAndSwap(last, now) {
		return
	}
	// A failure here is none of the caller's: the entries stay for the next.
	_, _ = s.Recover(ctx)
}

// Recover settles journal entries that processes have left behind when they
// died more than a day ago, at most a few at a time, and returns how many it
// settled. Transactions with large values do this by themselves now and then;
// a maintenance task may call it until it returns 0.
func (s *Store) Recover(ctx context.Context) (settled int, err error) {
	if err := s.ready(ctx); err != nil {
		return 0, err
	}
	var old []row
	oldest := fmt.Sprintf("%012d", s.now().Add(-journalGrace).Unix())
	limit := int32(recoverEntries)
	input := s.queryInput(journalPartition, "")
	input.Limit = &limit
	err = s.eachQueryPage(ctx, input, func(rows []row) bool {
		for _, r := range rows {
			if r.key.Sort < oldest {
				old = append(old, r)
			}
		}
		return false
	}, func() {})
	if err != nil {
		return 0, fmt.Errorf("read the journal: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(batchReaders)
	for _, r := range old {
		group.Go(func() error { return s.recoverEntry(ctx, r) })
	}
	if err := group.Wait(); err != nil {
		return 0, fmt.Errorf("settle journal entries: %w", err)
	}
	return len(old), nil
}

func (s *Store) recoverEntry(ctx context.Context, r row) error {
	var entry journalEntry
	if err := json.Unmarshal(r.value, &entry); err != nil {
		return fmt.Errorf("decode journal entry %s: %w", r.key.Sort, err)
	}
	var lost []chunkSet
	for _, set := range entry.Sets {
		named, err := s.readRow(ctx, store.Key{Partition: set.Partition, Sort: set.Sort})
		if err != nil {
			return err
		}
		if named.chunks.id != set.ID {
			lost = append(lost, chunkSet{id: set.ID, count: set.Count})
		}
	}
	if err := s.deleteChunks(ctx, lost); err != nil {
		return err
	}
	return s.deleteJournal(ctx, r.key)
}
