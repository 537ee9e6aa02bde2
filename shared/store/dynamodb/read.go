package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"github.com/postern-gateway/postern/shared/store"
)

const (
	batchKeys    = 100 // the most keys of one BatchGetItem (DynamoDB API reference)
	batchReaders = 4   // batches that one call reads at a time
)

// Get returns one item, or store.ErrNotFound.
func (s *Store) Get(ctx context.Context, key store.Key) (store.Item, error) {
	if err := key.Validate(); err != nil {
		return store.Item{}, err
	}
	item, err := s.get(ctx, key)
	if err != nil {
		return store.Item{}, fmt.Errorf("get %s: %w", key, err)
	}
	return item, nil
}

func (s *Store) get(ctx context.Context, key store.Key) (store.Item, error) {
	if err := s.ready(ctx); err != nil {
		return store.Item{}, err
	}
	r, err := s.readRow(ctx, key)
	if err != nil {
		return store.Item{}, err
	}
	if !r.live(s.now()) {
		return store.Item{}, store.ErrNotFound
	}
	return s.whole(ctx, r)
}

// readRow returns the row as the table has it, expired or not; a row that is
// not there has version 0.
func (s *Store) readRow(ctx context.Context, key store.Key) (row, error) {
	var out *dynamodb.GetItemOutput
	err := retry(ctx, func() (err error) {
		out, err = s.api.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: &s.table, Key: keyAttributes(key), ConsistentRead: aws.Bool(true),
		})
		return err
	})
	if err != nil {
		return row{}, err
	}
	return decodeRow(out.Item)
}

// BatchGet returns the items of the keys that exist, in the order of the keys.
func (s *Store) BatchGet(ctx context.Context, keys []store.Key) ([]store.Item, error) {
	unique, err := store.UniqueKeys(keys)
	if err != nil {
		return nil, err
	}
	items, err := s.batchGet(ctx, unique)
	if err != nil {
		return nil, fmt.Errorf("get %d items: %w", len(unique), err)
	}
	return items, nil
}

func (s *Store) batchGet(ctx context.Context, keys []store.Key) ([]store.Item, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	found, err := s.readRows(ctx, keys)
	if err != nil {
		return nil, err
	}
	now := s.now()
	rows := make([]row, 0, len(found))
	for _, key := range keys {
		if r := found[key]; r.live(now) {
			rows = append(rows, r)
		}
	}
	return s.wholes(ctx, rows)
}

// readRows reads any number of different rows, several batches at a time.
func (s *Store) readRows(ctx context.Context, keys []store.Key) (map[store.Key]row, error) {
	found := make(map[store.Key]row, len(keys))
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(batchReaders)
	for start := 0; start < len(keys); start += batchKeys {
		batch := keys[start:min(start+batchKeys, len(keys))]
		group.Go(func() error {
			rows, err := s.readBatch(ctx, batch)
			mu.Lock()
			defer mu.Unlock()
			for _, r := range rows {
				found[r.key] = r
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return found, nil
}

// readBatch asks until no key is left unprocessed: DynamoDB leaves keys out
// when the answer gets too large or the table too busy.
func (s *Store) readBatch(ctx context.Context, keys []store.Key) ([]row, error) {
	request := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for _, key := range keys {
		request.Keys = append(request.Keys, keyAttributes(key))
	}
	var rows []row
	for stalled := 0; len(request.Keys) > 0; {
		var out *dynamodb.BatchGetItemOutput
		err := retry(ctx, func() (err error) {
			out, err = s.api.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
				RequestItems: map[string]types.KeysAndAttributes{s.table: request},
			})
			return err
		})
		if err != nil {
			return nil, err
		}
		got, err := decodeRows(out.Responses[s.table])
		if err != nil {
			return nil, err
		}
		rows = append(rows, got...)
		left := out.UnprocessedKeys[s.table].Keys
		if len(left) < len(request.Keys) {
			stalled = 0
		} else if stalled++; stalled == maxAttempts {
			return nil, errUnprocessed
		}
		request.Keys = left
		if len(left) > 0 {
			if err := pause(ctx, stalled); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// errUnprocessed says that DynamoDB kept leaving a batch undone.
var errUnprocessed = errors.New("the table is too busy: a batch stays unprocessed")
