package dynamodb

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"github.com/postern-gateway/postern/shared/store"
)

// bulkWriters is how many writes a bulk operation has under way. They are
// ordinary ones: DynamoDB's batches cost the same, but neither count versions
// nor tell which chunks a row had.
const bulkWriters = 16

// PutAll writes any number of items without conditions; of several with the
// same key the last one stays.
func (s *Store) PutAll(ctx context.Context, items []store.Item) error {
	last := make(map[store.Key]int, len(items))
	for i, item := range items {
		if err := item.Validate(); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
		last[item.Key] = i
	}
	if err := s.ready(ctx); err != nil {
		return fmt.Errorf("put items: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(bulkWriters)
	for i, item := range items {
		if last[item.Key] != i {
			continue
		}
		group.Go(func() error {
			if err := s.transact(ctx, []store.Write{store.Put(item)}); err != nil {
				return fmt.Errorf("put %s: %w", item.Key, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// DeleteAll removes the items of a partition whose sort key has the prefix.
func (s *Store) DeleteAll(ctx context.Context, partition, sortPrefix string) error {
	if _, err := store.ValidateQuery(partition, sortPrefix, store.Page{}); err != nil {
		return err
	}
	if err := s.deleteAll(ctx, partition, sortPrefix); err != nil {
		return fmt.Errorf("delete %s/%s: %w", partition, sortPrefix, err)
	}
	return nil
}

func (s *Store) deleteAll(ctx context.Context, partition, prefix string) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	input := s.queryInput(partition, prefix)
	input.ExpressionAttributeNames["#"+AttributeSort] = AttributeSort
	input.ProjectionExpression = aws.String("#" + AttributePartition + ", #" + AttributeSort)

	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(bulkWriters)
	err := s.eachQueryPage(groupCtx, input, func(rows []row) bool {
		for _, r := range rows {
			group.Go(func() error {
				return s.transact(groupCtx, []store.Write{store.Delete(r.key, store.Any)})
			})
		}
		return true
	}, func() {})
	// A failed delete ends the query, too, and is the error that matters.
	if groupErr := group.Wait(); groupErr != nil {
		return groupErr
	}
	return err
}
