package dynamodb

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/postern-gateway/postern/shared/store"
)

const (
	// rowBytes is what fits into the value of a row: DynamoDB's limit of an
	// item, 400 KB, less the longest key, the other attributes and the names.
	rowBytes = 400<<10 - store.MaxPartitionBytes - store.MaxSortBytes - 128

	// transactionBytes is what fits into the values of one transaction's
	// rows: DynamoDB's limit is 4 MB; the longest keys need 300 KB of it.
	transactionBytes = 3500 << 10

	// chunkBatch is the most chunks of one request: 25 are allowed, but a
	// request of fewer bytes is repeated more cheaply.
	chunkBatch = 8

	// chunkTTLGrace is how long, in seconds, the chunks of a value that
	// expires stay after it: a reader that found the row may still be on its
	// way to them.
	chunkTTLGrace = 24 * 60 * 60

	chunkPartition = "~chunk#"
)

// chunkSet names the chunks of one value. Sets are written once, under an id
// that is never used again.
type chunkSet struct {
	id    string
	count int
}

func newChunkSet(value []byte) chunkSet {
	return chunkSet{id: uuid.NewString(), count: (len(value) + rowBytes - 1) / rowBytes}
}

func (c chunkSet) keys() []store.Key {
	keys := make([]store.Key, c.count)
	for i := range keys {
		keys[i] = store.Key{Partition: chunkPartition + c.id, Sort: fmt.Sprintf("%05d", i)}
	}
	return keys
}

// writeChunks writes a new set. The chunks of an item that expires do so, too.
func (s *Store) writeChunks(ctx context.Context, set chunkSet, item store.Item) error {
	requests := make([]types.WriteRequest, set.count)
	for i, key := range set.keys() {
		a := keyAttributes(key)
		a[AttributeVersion] = number(1)
		a[AttributeValue] = binary(item.Value[i*rowBytes : min((i+1)*rowBytes, len(item.Value))])
		if ttl := store.ExpirySeconds(item.Expires); ttl != 0 {
			a[AttributeTTL] = number(ttl + chunkTTLGrace)
		}
		requests[i] = types.WriteRequest{PutRequest: &types.PutRequest{Item: a}}
	}
	return s.batchWrite(ctx, requests)
}

// deleteChunks deletes sets that no row names any more; chunks that are gone
// already are no error.
func (s *Store) deleteChunks(ctx context.Context, sets []chunkSet) error {
	var requests []types.WriteRequest
	for _, set := range sets {
		for _, key := range set.keys() {
			requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: keyAttributes(key)}})
		}
	}
	return s.batchWrite(ctx, requests)
}

// batchWrite sends the requests a few at a time, and again those that DynamoDB
// left unprocessed.
func (s *Store) batchWrite(ctx context.Context, requests []types.WriteRequest) error {
	for stalled := 0; len(requests) > 0; {
		batch := requests[:min(chunkBatch, len(requests))]
		var out *dynamodb.BatchWriteItemOutput
		err := retry(ctx, func() (err error) {
			out, err = s.api.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{s.table: batch},
			})
			return err
		})
		if err != nil {
			return err
		}
		left := out.UnprocessedItems[s.table]
		if len(left) < len(batch) {
			stalled = 0
		} else if stalled++; stalled == maxAttempts {
			return errUnprocessed
		}
		requests = append(left, requests[len(batch):]...)
		if len(left) > 0 {
			if err := pause(ctx, stalled); err != nil {
				return err
			}
		}
	}
	return nil
}

// errChunksMissing says that a row names chunks that are not there, although
// nobody has replaced it.
var errChunksMissing = errors.New("chunks of the value are missing")

// whole returns the row's item with the value from its chunks. If a writer
// has replaced the row in the meantime, the item is the newer one.
func (s *Store) whole(ctx context.Context, r row) (store.Item, error) {
	for {
		if r.chunks.id == "" {
			return r.item(), nil
		}
		value, err := s.readChunks(ctx, r.chunks)
		if err == nil {
			r.value = value
			return r.item(), nil
		}
		if !errors.Is(err, errChunksMissing) {
			return store.Item{}, err
		}
		before := r.chunks
		if r, err = s.readRow(ctx, r.key); err != nil {
			return store.Item{}, err
		}
		switch {
		case !r.live(s.now()):
			return store.Item{}, store.ErrNotFound
		case r.chunks == before:
			return store.Item{}, fmt.Errorf("%w (set %s)", errChunksMissing, before.id)
		}
	}
}

// wholes is whole for many rows; those that are gone by now are left out.
func (s *Store) wholes(ctx context.Context, rows []row) ([]store.Item, error) {
	items := make([]store.Item, len(rows))
	gone := make([]bool, len(rows))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(batchReaders)
	for i, r := range rows {
		if r.chunks.id == "" {
			items[i] = r.item()
			continue
		}
		group.Go(func() (err error) {
			items[i], err = s.whole(ctx, r)
			if gone[i] = errors.Is(err, store.ErrNotFound); gone[i] {
				return nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	kept := items[:0]
	for i, item := range items {
		if !gone[i] {
			kept = append(kept, item)
		}
	}
	return kept, nil
}

func (s *Store) readChunks(ctx context.Context, set chunkSet) ([]byte, error) {
	keys := set.keys()
	found, err := s.readRows(ctx, keys)
	if err != nil {
		return nil, err
	}
	var size int
	for _, key := range keys {
		r, ok := found[key]
		if !ok {
			return nil, errChunksMissing
		}
		size += len(r.value)
	}
	value := make([]byte, 0, size)
	for _, key := range keys {
		value = append(value, found[key].value...)
	}
	return value, nil
}
