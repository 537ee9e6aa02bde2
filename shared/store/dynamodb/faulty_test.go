package dynamodb_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/postern-gateway/postern/shared/store/dynamodb"
)

// faulty lets a test stand between the store and the table. intercept gets
// the name of each operation and decides whether and how often to call it.
type faulty struct {
	api       dynamodb.API
	intercept func(operation string, call func() error) error
}

type options = []func(*sdk.Options)

func through[In, Out any](f *faulty, operation string, ctx context.Context, in In, o options,
	call func(context.Context, In, ...func(*sdk.Options)) (Out, error)) (out Out, err error) {
	err = f.intercept(operation, func() (err error) {
		out, err = call(ctx, in, o...)
		return err
	})
	return out, err
}

func (f *faulty) GetItem(ctx context.Context, in *sdk.GetItemInput, o ...func(*sdk.Options)) (*sdk.GetItemOutput, error) {
	return through(f, "GetItem", ctx, in, o, f.api.GetItem)
}

func (f *faulty) BatchGetItem(ctx context.Context, in *sdk.BatchGetItemInput, o ...func(*sdk.Options)) (*sdk.BatchGetItemOutput, error) {
	return through(f, "BatchGetItem", ctx, in, o, f.api.BatchGetItem)
}

func (f *faulty) Query(ctx context.Context, in *sdk.QueryInput, o ...func(*sdk.Options)) (*sdk.QueryOutput, error) {
	return through(f, "Query", ctx, in, o, f.api.Query)
}

func (f *faulty) UpdateItem(ctx context.Context, in *sdk.UpdateItemInput, o ...func(*sdk.Options)) (*sdk.UpdateItemOutput, error) {
	return through(f, "UpdateItem", ctx, in, o, f.api.UpdateItem)
}

func (f *faulty) DeleteItem(ctx context.Context, in *sdk.DeleteItemInput, o ...func(*sdk.Options)) (*sdk.DeleteItemOutput, error) {
	return through(f, "DeleteItem", ctx, in, o, f.api.DeleteItem)
}

func (f *faulty) TransactWriteItems(ctx context.Context, in *sdk.TransactWriteItemsInput, o ...func(*sdk.Options)) (*sdk.TransactWriteItemsOutput, error) {
	return through(f, "TransactWriteItems", ctx, in, o, f.api.TransactWriteItems)
}

func (f *faulty) BatchWriteItem(ctx context.Context, in *sdk.BatchWriteItemInput, o ...func(*sdk.Options)) (*sdk.BatchWriteItemOutput, error) {
	return through(f, "BatchWriteItem", ctx, in, o, f.api.BatchWriteItem)
}

// lazy does only a part of each batch, as DynamoDB may.
type lazy struct{ dynamodb.API }

func (l lazy) BatchGetItem(ctx context.Context, in *sdk.BatchGetItemInput, o ...func(*sdk.Options)) (*sdk.BatchGetItemOutput, error) {
	for table, request := range in.RequestItems {
		done, left := request, request
		half := (len(request.Keys) + 1) / 2
		done.Keys, left.Keys = request.Keys[:half], request.Keys[half:]
		out, err := l.API.BatchGetItem(ctx, &sdk.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table: done}}, o...)
		if err == nil && len(left.Keys) > 0 {
			out.UnprocessedKeys = map[string]types.KeysAndAttributes{table: left}
		}
		return out, err
	}
	return nil, errors.New("no table")
}

func (l lazy) BatchWriteItem(ctx context.Context, in *sdk.BatchWriteItemInput, o ...func(*sdk.Options)) (*sdk.BatchWriteItemOutput, error) {
	for table, requests := range in.RequestItems {
		half := (len(requests) + 1) / 2
		out, err := l.API.BatchWriteItem(ctx, &sdk.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: requests[:half]}}, o...)
		if err == nil && half < len(requests) {
			out.UnprocessedItems = map[string][]types.WriteRequest{table: requests[half:]}
		}
		return out, err
	}
	return nil, errors.New("no table")
}

// idle leaves every batch undone.
type idle struct{ dynamodb.API }

func (idle) BatchGetItem(_ context.Context, in *sdk.BatchGetItemInput, _ ...func(*sdk.Options)) (*sdk.BatchGetItemOutput, error) {
	return &sdk.BatchGetItemOutput{UnprocessedKeys: in.RequestItems}, nil
}

func (idle) BatchWriteItem(_ context.Context, in *sdk.BatchWriteItemInput, _ ...func(*sdk.Options)) (*sdk.BatchWriteItemOutput, error) {
	return &sdk.BatchWriteItemOutput{UnprocessedItems: in.RequestItems}, nil
}

// conflict is a transaction's refusal for reasons like these.
func conflict(codes ...string) error {
	err := &types.TransactionCanceledException{Message: aws.String("Transaction cancelled")}
	for _, code := range codes {
		err.CancellationReasons = append(err.CancellationReasons, types.CancellationReason{Code: aws.String(code)})
	}
	return err
}

// wantClean reads the whole table and requires that the journal is empty and
// that its chunks are exactly those that some row names.
func wantClean(t *testing.T, s server, table string) {
	t.Helper()
	named, stored := map[string]bool{}, map[string]bool{}
	pages := sdk.NewScanPaginator(s.client, &sdk.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Items {
			partition := row[dynamodb.AttributePartition].(*types.AttributeValueMemberS).Value
			sort := row[dynamodb.AttributeSort].(*types.AttributeValueMemberS).Value
			if id, ok := strings.CutPrefix(partition, "~chunk#"); ok {
				stored[id+sort] = true
			} else if partition == "~journal" {
				t.Errorf("the journal still holds %s", sort)
			} else if set, ok := row[dynamodb.AttributeChunkSet]; ok {
				var count int
				fmt.Sscan(row[dynamodb.AttributeChunks].(*types.AttributeValueMemberN).Value, &count)
				for i := range count {
					named[fmt.Sprintf("%s%05d", set.(*types.AttributeValueMemberS).Value, i)] = true
				}
			}
		}
	}
	for chunk := range named {
		if !stored[chunk] {
			t.Errorf("chunk %s is named but not stored", chunk)
		}
	}
	for chunk := range stored {
		if !named[chunk] {
			t.Errorf("chunk %s is stored but not named", chunk)
		}
	}
}
