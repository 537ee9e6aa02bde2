package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/postern-gateway/postern/shared/store"
)

// Add changes an item's count and returns the new one; outside the bounds it
// returns the count as it stays, with a *store.ConditionError.
func (s *Store) Add(ctx context.Context, key store.Key, delta int64, bounds store.Bounds) (int64, error) {
	if err := key.Validate(); err != nil {
		return 0, err
	}
	count, err := s.add(ctx, key, delta, bounds)
	if err != nil {
		return count, fmt.Errorf("add to %s: %w", key, err)
	}
	return count, nil
}

func (s *Store) add(ctx context.Context, key store.Key, delta int64, bounds store.Bounds) (int64, error) {
	if err := s.ready(ctx); err != nil {
		return 0, fmt.Errorf("%w: %w", store.ErrNotApplied, err)
	}
	for range maxAttempts {
		now := s.now()
		count, r, err := s.update(ctx, key, addExpression(delta, bounds, now))
		if r == nil {
			return count, err
		}
		// The table refused, and has shown the row as it is.
		live := r.live(now)
		if !live {
			r.count = 0
		}
		sum, ok := bounds.Sum(r.count, delta)
		switch {
		case !ok:
			return r.count, &store.ConditionError{Key: key}
		case live && r.chunks.id != "":
			sum, err = s.addToLarge(ctx, key, delta, bounds)
			if err == nil || !errors.Is(err, errRowChanged) {
				return sum, err
			}
		case r.version > 0 && !live:
			sum, err = s.restart(ctx, key, sum, bounds)
			if err == nil || !errors.Is(err, errRowChanged) {
				return sum, err
			}
		}
		// Otherwise the row has changed between the refusal and now, or
		// another writer was quicker: begin again.
		if err := pause(ctx, 0); err != nil {
			return 0, fmt.Errorf("%w: %w", store.ErrNotApplied, err)
		}
	}
	return 0, fmt.Errorf("%w: %w", store.ErrNotApplied, errRowChanged)
}

// sendOnce keeps the SDK from repeating an addition whose answer was lost,
// which would do it twice. What was throttled is repeated by retry.
func sendOnce(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }

// errRowChanged says that others kept changing a row in the rare cases that
// take Add more than one request.
var errRowChanged = errors.New("the item kept changing")

// update sends an update that returns the new count. If the condition failed,
// r is the row as it is.
func (s *Store) update(ctx context.Context, key store.Key, e *addUpdate) (count int64, r *row, err error) {
	var out *dynamodb.UpdateItemOutput
	err = retry(ctx, func() (err error) {
		out, err = s.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.table, Key: keyAttributes(key),
			UpdateExpression: aws.String(e.text), ConditionExpression: e.condition(),
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
			ReturnValues:                        types.ReturnValueUpdatedNew,
			ReturnValuesOnConditionCheckFailure: returnOld,
		}, sendOnce)
		return err
	})
	found, unmet, decodeErr := refusedRow(err)
	switch {
	case decodeErr != nil:
		return 0, nil, decodeErr
	case unmet:
		return 0, &found, err
	case refused(err):
		return 0, nil, fmt.Errorf("%w: %w", store.ErrNotApplied, err)
	case err != nil:
		return 0, nil, err
	}
	updated, err := decodeRow(out.Attributes)
	return updated.count, nil, err
}

// addUpdate is an expression with a clause that expression does not know.
type addUpdate struct {
	*expression
	text string
}

// addExpression adds to a row that is live or not there.
func addExpression(delta int64, bounds store.Bounds, now time.Time) *addUpdate {
	e := newExpression()
	count := e.name(AttributeCount)
	clauses := []string{"ADD " + count + " " + e.value("delta", number(delta)) + ", " +
		e.name(AttributeVersion) + " " + e.value("one", number(1))}
	if !bounds.Expires.IsZero() {
		e.assign(AttributeTTL, number(store.ExpirySeconds(bounds.Expires)))
		clauses = append(clauses, *e.update())
		// The chunks of a value expire with it, and would have to be told.
		e.require("attribute_not_exists(" + e.name(AttributeChunkSet) + ")")
	}
	e.requireUnexpired(now)

	low, high, ok := bounds.Range(delta)
	if !ok {
		low, high = 1, 0 // which no count is between
	}
	within := count + " >= " + e.value("low", number(low)) + " AND " + count + " <= " + e.value("high", number(high))
	if low <= 0 && high >= 0 {
		within = "attribute_not_exists(" + count + ") OR (" + within + ")"
	}
	e.require(within)
	return &addUpdate{expression: e, text: strings.Join(clauses, " ")}
}

// restart begins a count anew over a row that has expired but is still there.
func (s *Store) restart(ctx context.Context, key store.Key, sum int64, bounds store.Bounds) (int64, error) {
	item := store.Item{Key: key, Count: sum, Expires: bounds.Expires}
	return sum, changed(s.transact(ctx, []store.Write{store.Create(item)}))
}

// addToLarge replaces a large value together with its count and expiry.
func (s *Store) addToLarge(ctx context.Context, key store.Key, delta int64, bounds store.Bounds) (int64, error) {
	item, err := s.get(ctx, key)
	if err != nil {
		if errors.Is(err, store.ErrNotFound) {
			err = errRowChanged
		}
		return 0, err
	}
	sum, ok := bounds.Sum(item.Count, delta)
	if !ok {
		return item.Count, &store.ConditionError{Key: key}
	}
	item.Count, item.Expires = sum, bounds.Expires
	return sum, changed(s.transact(ctx, []store.Write{store.Replace(item, item.Version)}))
}

// changed turns a failed condition into errRowChanged.
func changed(err error) error {
	if errors.Is(err, store.ErrConditionFailed) {
		return errRowChanged
	}
	return err
}
