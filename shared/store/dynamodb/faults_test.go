package dynamodb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	nethttp "net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/transport/http"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/uuid"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/store/dynamodb/dynamodblocal"
	"github.com/postern-gateway/postern/shared/store/storetest"
)

func key(sort string) store.Key { return store.Key{Partition: "p", Sort: sort} }

func large(b byte) []byte { return bytes.Repeat([]byte{b}, 900<<10) }

// TestFaults runs on one server what needs the table to misbehave.
func TestFaults(t *testing.T) {
	s := startServer(t)
	for name, test := range map[string]func(*testing.T, server){
		"Requests": testRequests, "Transient": testTransient, "Lasting": testLasting, "Unprocessed": testUnprocessed,
		"SentTwice": testSentTwice, "CrashPoints": testCrashPoints, "HeldUp": testHeldUp, "MissingChunk": testMissingChunk,
		"ChunksExpire": testChunksExpire, "CancelledWhileWaiting": testCancelledWhileWaiting,
		"AddNotApplied": testAddNotApplied,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

// testRequests pins down what calls cost in the ordinary case.
func testRequests(t *testing.T, s server) {
	counts := map[string]int{}
	f := &faulty{api: s.client, intercept: func(operation string, call func() error) error {
		counts[operation]++
		return call()
	}}
	st := dynamodb.New(f, s.table(t), dynamodb.Options{})
	ctx := t.Context()
	ceiling := int64(1)
	item := store.Item{Key: key("a"), Value: []byte("x")}
	for _, test := range []struct {
		name string
		call func() error
		want map[string]int
	}{
		{"create", func() error { return st.Transact(ctx, []store.Write{store.Create(item)}) }, map[string]int{"TransactWriteItems": 1}},
		{"put", func() error { return st.Transact(ctx, []store.Write{store.Put(item)}) }, map[string]int{"UpdateItem": 1}},
		{"get", func() error { _, err := st.Get(ctx, item.Key); return err }, map[string]int{"GetItem": 1}},
		{"query", func() error { _, _, err := st.Query(ctx, "p", "", store.Page{Limit: 5}); return err }, map[string]int{"Query": 1}},
		{"add", func() error { _, err := st.Add(ctx, item.Key, 1, store.Bounds{Ceiling: &ceiling}); return err }, map[string]int{"UpdateItem": 1}},
		{"refused add", func() error {
			if _, err := st.Add(ctx, item.Key, 1, store.Bounds{Ceiling: &ceiling}); !errors.Is(err, store.ErrConditionFailed) {
				return fmt.Errorf("not refused: %w", err)
			}
			return nil
		}, map[string]int{"UpdateItem": 1}},
		{"two writes", func() error {
			return st.Transact(ctx, []store.Write{store.Put(item), store.Put(store.Item{Key: key("b")})})
		}, map[string]int{"TransactWriteItems": 1}},
		{"delete", func() error { return st.Transact(ctx, []store.Write{store.Delete(item.Key, store.Any)}) }, map[string]int{"DeleteItem": 1}},
	} {
		clear(counts)
		if err := test.call(); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if !maps.Equal(counts, test.want) {
			t.Errorf("%s sent %v; want %v", test.name, counts, test.want)
		}
	}
}

// testTransient lets every operation fail twice for reasons that pass.
func testTransient(t *testing.T, s server) {
	reasons := []error{
		conflict("None", "TransactionConflict"),
		conflict("ThrottlingError", "ProvisionedThroughputExceeded"),
		&types.TransactionConflictException{},
		&types.ThrottlingException{},
		&types.ProvisionedThroughputExceededException{},
		&types.RequestLimitExceeded{},
	}
	n := 0
	f := &faulty{api: s.client, intercept: func(_ string, call func() error) error {
		if n++; n%3 != 0 {
			return reasons[n%len(reasons)]
		}
		return call()
	}}
	table := s.table(t)
	st := dynamodb.New(f, table, dynamodb.Options{})
	for i, value := range [][]byte{[]byte("small"), large('a'), large('b'), nil} {
		item := store.Item{Key: key("a"), Value: value}
		w := store.Create(item)
		if i > 0 {
			w = store.Replace(item, int64(i))
		}
		if err := st.Transact(t.Context(), []store.Write{w}); err != nil {
			t.Fatal(err)
		}
		items, _, err := st.Query(t.Context(), "p", "", store.Page{})
		if err != nil || len(items) != 1 || !bytes.Equal(items[0].Value, value) {
			t.Fatalf("Query: %d items, %v", len(items), err)
		}
	}
	if count, err := st.Add(t.Context(), key("a"), 3, store.Bounds{}); err != nil || count != 3 {
		t.Errorf("Add = %d, %v", count, err)
	}
	wantClean(t, s, table)
}

// testLasting requires that what does not pass is returned as it is.
func testLasting(t *testing.T, s server) {
	var fault error
	requests := 0
	f := &faulty{api: s.client, intercept: func(string, func() error) error {
		requests++
		return fault
	}}
	st := dynamodb.New(f, s.table(t), dynamodb.Options{})
	for _, test := range []struct {
		fault    error
		requests int
	}{
		{conflict("TransactionConflict"), 10},
		{conflict("None", "ValidationError"), 1},
		{conflict("TransactionConflict", "ItemCollectionSizeLimitExceeded"), 1},
		{&types.ResourceNotFoundException{}, 1},
		{errors.New("connection reset"), 1},
	} {
		fault, requests = test.fault, 0
		err := st.Transact(t.Context(), []store.Write{store.Create(store.Item{Key: key("a")})})
		if !errors.Is(err, test.fault) || errors.Is(err, store.ErrConditionFailed) || requests != test.requests {
			t.Errorf("%v: %d requests, error %v; want %d requests and the same error", test.fault, requests, err, test.requests)
		}
	}
}

// testAddNotApplied requires that a failed addition says that nothing was changed if and only if that
// is certain, and that the SDK is told not to repeat it.
func testAddNotApplied(t *testing.T, s server) {
	table := s.table(t)
	answer := func(status int) error {
		return &http.ResponseError{ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &nethttp.Response{StatusCode: status}}, Err: &smithy.GenericAPIError{Code: "SomeException"},
		}}
	}
	for _, test := range []struct {
		fault    error
		applied  bool // the write was done before the fault
		certain  bool
		requests int
	}{
		{&types.ProvisionedThroughputExceededException{}, false, true, 10},
		{&types.RequestLimitExceeded{}, false, true, 10},
		{answer(400), false, true, 1},
		{answer(500), true, false, 1},
		{errors.New("connection reset"), true, false, 1},
		{context.DeadlineExceeded, true, false, 1},
	} {
		requests, k := 0, key(fmt.Sprintf("%T %v", test.fault, test.applied)+uuid.NewString())
		f := &faulty{api: s.client, intercept: func(_ string, call func() error) error {
			requests++
			if test.applied {
				if err := call(); err != nil {
					t.Error(err)
				}
			}
			return test.fault
		}}
		_, err := dynamodb.New(f, table, dynamodb.Options{}).Add(t.Context(), k, 3, store.Bounds{})
		if !errors.Is(err, test.fault) || store.NotApplied(err) != test.certain || requests != test.requests {
			t.Errorf("%v: %d requests, %v, certainly not applied %t", test.fault, requests, err, store.NotApplied(err))
		}
	}
	// A server that fails gets one request from a client that would repeat it.
	asked := 0
	broken := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, _ *nethttp.Request) {
		asked++
		w.WriteHeader(nethttp.StatusInternalServerError)
	}))
	defer broken.Close()
	if _, err := dynamodb.New(dynamodblocal.Client(broken.URL), table, dynamodb.Options{}).Add(t.Context(), key("a"), 1, store.Bounds{}); err == nil || store.NotApplied(err) || asked != 1 {
		t.Errorf("%d requests, %v", asked, err)
	}
}

func testUnprocessed(t *testing.T, s server) {
	table := s.table(t)
	st := dynamodb.New(lazy{s.client}, table, dynamodb.Options{})
	var items []store.Item
	var keys []store.Key
	for i := range 230 {
		items = append(items, store.Item{Key: key(fmt.Sprint(i)), Value: []byte{byte(i)}})
		keys = append(keys, items[i].Key)
	}
	value := bytes.Repeat([]byte("0123456789abcdef"), 5<<16) // 5 MB in 13 chunks
	items[5].Value = value
	if err := st.PutAll(t.Context(), items); err != nil {
		t.Fatal(err)
	}
	got, err := st.BatchGet(t.Context(), keys)
	if err != nil || len(got) != len(items) {
		t.Fatalf("BatchGet returned %d items, %v", len(got), err)
	}
	for i := range got {
		if got[i].Key != keys[i] || !bytes.Equal(got[i].Value, items[i].Value) {
			t.Errorf("item %d is %s with %d bytes", i, got[i].Key, len(got[i].Value))
		}
	}
	if err := st.DeleteAll(t.Context(), "p", ""); err != nil {
		t.Fatal(err)
	}
	wantClean(t, s, table)

	st = dynamodb.New(idle{s.client}, table, dynamodb.Options{})
	if _, err := st.BatchGet(t.Context(), keys[:1]); err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("BatchGet of a table that does nothing: %v", err)
	}
	if err := st.Transact(t.Context(), []store.Write{store.Put(items[5])}); err == nil {
		t.Error("Transact of a table that writes no chunks succeeded")
	}
}

// testSentTwice sends every write a second time, as the SDK does when it has
// lost the answer to the first, and requires the outcome of a single one.
func testSentTwice(t *testing.T, s server) {
	f := &faulty{api: s.client, intercept: func(operation string, call func() error) error {
		if err := call(); err != nil || operation == "GetItem" || operation == "Query" {
			return err
		}
		return call()
	}}
	table := s.table(t)
	st := dynamodb.New(f, table, dynamodb.Options{})
	for i, w := range []store.Write{
		store.Create(store.Item{Key: key("a"), Value: []byte("x")}),
		store.Replace(store.Item{Key: key("a"), Value: large('a')}, 1),
		store.Put(store.Item{Key: key("b"), Value: large('b')}),
		store.Put(store.Item{Key: key("b"), Value: large('c')}),
		store.Delete(key("b"), store.Any),
		store.Delete(key("a"), store.VersionIs(2)),
	} {
		if err := st.Transact(t.Context(), []store.Write{w}); err != nil {
			t.Errorf("write %d: %v", i, err)
		}
	}
	for _, sort := range []string{"a", "b"} {
		if _, err := st.Get(t.Context(), key(sort)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Get(%s): %v; want ErrNotFound", sort, err)
		}
	}
	wantClean(t, s, table)
}

// testCrashPoints ends the process, as far as the table can tell, at each
// request of each kind of large write, before and after the request takes
// effect. A reader must see the old value or the new one, and once the
// journal is settled, nothing may be left over.
func testCrashPoints(t *testing.T, s server) {
	crash := errors.New("crash")
	for name, write := range map[string]store.Write{
		"create":        store.Create(store.Item{Key: key("new"), Value: large('n')}),
		"replace":       store.Replace(store.Item{Key: key("old"), Value: large('n')}, 1),
		"put":           store.Put(store.Item{Key: key("old"), Value: large('n')}),
		"shrink":        store.Put(store.Item{Key: key("old"), Value: []byte("n")}),
		"delete":        store.Delete(key("old"), store.Any),
		"refused":       store.Create(store.Item{Key: key("old"), Value: large('n')}),
		"grow by count": store.Put(store.Item{Key: key("old"), Value: large('n'), Count: 1}),
	} {
		t.Run(name, func(t *testing.T) {
			for point, finished := 0, false; !finished; point++ {
				for _, applied := range []bool{false, true} {
					clock := storetest.NewClock()
					table := s.table(t)
					healthy := dynamodb.New(s.client, table, dynamodb.Options{Now: clock.Now})
					if err := healthy.Transact(t.Context(), []store.Write{store.Create(store.Item{Key: key("old"), Value: large('o')})}); err != nil {
						t.Fatal(err)
					}
					requests := 0
					f := &faulty{api: s.client, intercept: func(_ string, call func() error) error {
						requests++
						if requests <= point {
							return call()
						}
						if applied && requests == point+1 {
							return errors.Join(crash, call())
						}
						return crash
					}}
					err := dynamodb.New(f, table, dynamodb.Options{Now: clock.Now}).Transact(t.Context(), []store.Write{write})
					finished = requests <= point
					wantOldOrNew(t, healthy, write, err)

					clock.Move(25 * time.Hour)
					for {
						settled, err := healthy.Recover(t.Context())
						if err != nil {
							t.Fatal(err)
						}
						if settled == 0 {
							break
						}
					}
					wantOldOrNew(t, healthy, write, err)
					wantClean(t, s, table)
					if t.Failed() {
						t.Fatalf("crash at request %d, applied %v", point, applied)
					}
				}
			}
		})
	}
}

func wantOldOrNew(t *testing.T, s *dynamodb.Store, w store.Write, outcome error) {
	t.Helper()
	got, err := s.Get(t.Context(), w.Item.Key)
	isOld := err == nil && bytes.Equal(got.Value, large('o'))
	isNew := err == nil && bytes.Equal(got.Value, w.Item.Value)
	if w.Kind == store.KindDelete {
		isNew = errors.Is(err, store.ErrNotFound)
	}
	if w.Item.Key == key("new") {
		isOld = errors.Is(err, store.ErrNotFound)
	}
	switch {
	case outcome == nil && !isNew:
		t.Errorf("acknowledged, but the table holds %d bytes, %v", len(got.Value), err)
	case errors.Is(outcome, store.ErrConditionFailed) && !isOld:
		t.Errorf("refused, but the table holds %d bytes, %v", len(got.Value), err)
	case !isOld && !isNew:
		t.Errorf("neither old nor new: %d bytes, %v", len(got.Value), err)
	}
}

// testHeldUp lets a writer sleep for so long that its journal entry might be
// settled by another: it must give up.
func testHeldUp(t *testing.T, s server) {
	clock := storetest.NewClock()
	f := &faulty{api: s.client, intercept: func(operation string, call func() error) error {
		if operation == "BatchWriteItem" {
			clock.Move(13 * time.Hour)
		}
		return call()
	}}
	table := s.table(t)
	st := dynamodb.New(f, table, dynamodb.Options{Now: clock.Now})
	if err := st.Transact(t.Context(), []store.Write{store.Put(store.Item{Key: key("a"), Value: large('a')})}); err == nil {
		t.Error("a transaction was sent half a day after its chunks")
	}
	wantClean(t, s, table)
}

func testMissingChunk(t *testing.T, s server) {
	table := s.table(t)
	st := dynamodb.New(s.client, table, dynamodb.Options{})
	if err := st.Transact(t.Context(), []store.Write{store.Put(store.Item{Key: key("a"), Value: large('a')})}); err != nil {
		t.Fatal(err)
	}
	out, err := s.client.GetItem(t.Context(), &sdk.GetItemInput{TableName: &table, Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "p"}, "sk": &types.AttributeValueMemberS{Value: "a"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	set := out.Item[dynamodb.AttributeChunkSet].(*types.AttributeValueMemberS).Value
	if _, err := s.client.DeleteItem(t.Context(), &sdk.DeleteItemInput{TableName: &table, Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "~chunk#" + set}, "sk": &types.AttributeValueMemberS{Value: "00001"},
	}}); err != nil {
		t.Fatal(err)
	}
	got, err := st.Get(t.Context(), key("a"))
	if err == nil || errors.Is(err, store.ErrNotFound) || got.Value != nil {
		t.Errorf("Get returned %d bytes, %v; want an error of its own", len(got.Value), err)
	}
}

// testChunksExpire requires that chunks carry the expiry of their item, a
// grace later, and those of an item without expiry none.
func testChunksExpire(t *testing.T, s server) {
	table := s.table(t)
	st := dynamodb.New(s.client, table, dynamodb.Options{})
	expires := time.Now().Add(time.Hour)
	for sort, e := range map[string]time.Time{"never": {}, "soon": expires} {
		if err := st.Transact(t.Context(), []store.Write{store.Put(store.Item{Key: key(sort), Value: large('a'), Expires: e})}); err != nil {
			t.Fatal(err)
		}
	}
	input := &sdk.ScanInput{
		TableName:                &table,
		FilterExpression:         aws.String("begins_with(pk, :c) AND #t > :t"),
		ExpressionAttributeNames: map[string]string{"#t": dynamodb.AttributeTTL},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":c": &types.AttributeValueMemberS{Value: "~chunk#"},
			":t": &types.AttributeValueMemberN{Value: fmt.Sprint(expires.Add(23 * time.Hour).Unix())},
		},
	}
	var found int32
	for pages := sdk.NewScanPaginator(s.client, input); pages.HasMorePages(); {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		found += out.Count
	}
	if found != 3 {
		t.Errorf("%d chunks expire some time after their item; want 3", found)
	}
}

func testCancelledWhileWaiting(t *testing.T, s server) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f := &faulty{api: s.client, intercept: func(string, func() error) error {
		cancel()
		return &types.ThrottlingException{}
	}}
	_, err := dynamodb.New(f, s.table(t), dynamodb.Options{}).Get(ctx, key("a"))
	var throttled *types.ThrottlingException
	if !errors.Is(err, context.Canceled) || !errors.As(err, &throttled) {
		t.Errorf("error is %v; want both the context's and the table's", err)
	}
}
