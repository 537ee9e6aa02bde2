package dynamodb

import (
	"context"
	"fmt"
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/postern-gateway/postern/shared/store"
)

// Query returns the items of a partition whose sort key has the prefix, page
// by page. Items that are written while a page is read may be in it or not.
func (s *Store) Query(ctx context.Context, partition, sortPrefix string, page store.Page) (items []store.Item, next string, err error) {
	after, err := store.ValidateQuery(partition, sortPrefix, page)
	if err != nil {
		return nil, "", err
	}
	items, next, err = s.query(ctx, partition, sortPrefix, after, page)
	if err != nil {
		return nil, "", fmt.Errorf("query %s/%s: %w", partition, sortPrefix, err)
	}
	return items, next, nil
}

func (s *Store) query(ctx context.Context, partition, prefix, after string, page store.Page) ([]store.Item, string, error) {
	if err := s.ready(ctx); err != nil {
		return nil, "", err
	}
	input := s.queryInput(partition, prefix)
	input.ScanIndexForward = aws.Bool(!page.Descending)
	input.FilterExpression = liveFilter(input, s.now().Unix())
	if after != "" {
		input.ExclusiveStartKey = keyAttributes(store.Key{Partition: partition, Sort: after})
	}
	// One row more than the page tells whether another page follows.
	wanted := math.MaxInt
	limited := page.Limit > 0 && page.Limit < math.MaxInt32 // beyond that, DynamoDB's own type ends
	if limited {
		wanted = page.Limit + 1
	}
	var rows []row
	err := s.eachQueryPage(ctx, input, func(got []row) bool {
		rows = append(rows, got...)
		return len(rows) < wanted
	}, func() {
		if limited {
			// Filtered rows count against DynamoDB's limit, so it is asked
			// again for what is still missing.
			input.Limit = aws.Int32(int32(wanted - len(rows)))
		}
	})
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) == wanted {
		rows = rows[:page.Limit]
		next = store.EncodePosition(rows[page.Limit-1].key.Sort)
	}
	items, err := s.wholes(ctx, rows)
	return items, next, err
}

// queryInput selects rows by partition and prefix.
func (s *Store) queryInput(partition, prefix string) *dynamodb.QueryInput {
	e := newExpression()
	condition := e.name(AttributePartition) + " = " + e.value("partition", text(partition))
	if prefix != "" {
		condition += " AND begins_with(" + e.name(AttributeSort) + ", " + e.value("prefix", text(prefix)) + ")"
	}
	return &dynamodb.QueryInput{
		TableName:                 &s.table,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    &condition,
		ExpressionAttributeNames:  e.names,
		ExpressionAttributeValues: e.values,
	}
}

// liveFilter adds the names and values of its expression to the input.
func liveFilter(input *dynamodb.QueryInput, now int64) *string {
	input.ExpressionAttributeNames["#"+AttributeTTL] = AttributeTTL
	input.ExpressionAttributeValues[":now"] = number(now)
	return aws.String("attribute_not_exists(#" + AttributeTTL + ") OR #" + AttributeTTL + " > :now")
}

// eachQueryPage sends the query until more returns false or nothing is left;
// prepare is called before each request.
func (s *Store) eachQueryPage(ctx context.Context, input *dynamodb.QueryInput, more func([]row) bool, prepare func()) error {
	for {
		prepare()
		var out *dynamodb.QueryOutput
		err := retry(ctx, func() (err error) {
			out, err = s.api.Query(ctx, input)
			return err
		})
		if err != nil {
			return err
		}
		rows, err := decodeRows(out.Items)
		if err != nil {
			return err
		}
		if !more(rows) || len(out.LastEvaluatedKey) == 0 {
			return nil
		}
		input.ExclusiveStartKey = out.LastEvaluatedKey
	}
}
