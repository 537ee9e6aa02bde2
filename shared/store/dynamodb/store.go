package dynamodb

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/postern-gateway/postern/shared/store"
)

// API is the part of the DynamoDB client that the store uses;
// *dynamodb.Client has it.
type API interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error)
}

// Options of a store; the zero value is the usual one.
type Options struct {
	// Now is the clock that decides what has expired; nil is time.Now.
	Now func() time.Time
}

// Store is a table. All methods may be used concurrently.
type Store struct {
	api    API
	table  string
	now    func() time.Time
	closed atomic.Bool

	// recovered is when this process last looked at the journal, in seconds
	// since 1970.
	recovered atomic.Int64
}

// New returns the store in an existing table. It sends no request.
func New(api API, table string, o Options) *Store {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Store{api: api, table: table, now: o.Now}
}

// Close makes later calls return store.ErrClosed. The client is its owner's to
// end, so calls under way go on.
func (s *Store) Close() error {
	s.closed.Store(true)
	return nil
}

// ready refuses calls to a closed store and with an ended context.
func (s *Store) ready(ctx context.Context) error {
	if s.closed.Load() {
		return store.ErrClosed
	}
	return ctx.Err()
}
