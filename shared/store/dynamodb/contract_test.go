package dynamodb_test

import (
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/uuid"

	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/store/dynamodb/dynamodblocal"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/store/storetest"
)

// server is one DynamoDB Local for all tests of a kind.
type server struct{ client *sdk.Client }

func startServer(t testing.TB) server {
	return server{dynamodblocal.Client(dynamodblocal.Start(t))}
}

// open makes a store in a table of its own.
func (s server) open(t testing.TB, now func() time.Time) storetest.Store {
	return dynamodb.New(s.client, s.table(t), dynamodb.Options{Now: now})
}

func (s server) table(t testing.TB) string {
	table := uuid.NewString()
	if err := dynamodb.CreateTable(t.Context(), s.client, table); err != nil {
		t.Fatal(err)
	}
	return table
}

func TestContract(t *testing.T) { storetest.Run(t, startServer(t).open) }

func TestAgainstMemory(t *testing.T) {
	storetest.RunDifferential(t, 25, startServer(t).open, func(t testing.TB, now func() time.Time) storetest.Store {
		s, err := embedded.Open(embedded.Memory, embedded.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	})
}

func BenchmarkAdd(b *testing.B) { storetest.BenchmarkAdd(b, startServer(b).open) }
