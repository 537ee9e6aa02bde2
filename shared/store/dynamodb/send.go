package dynamodb

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"github.com/postern-gateway/postern/shared/store"
)

const returnOld = types.ReturnValuesOnConditionCheckFailureAllOld

// send sends the transaction once, and again after conflicts and throttles.
// If conditions failed, found holds the rows that failed them, by index of the
// write; a row that is not there is the zero row.
func (s *Store) send(ctx context.Context, a *attempt) (found map[int]row, err error) {
	if w := a.writes[0]; len(a.writes) == 1 && w.If == store.Any {
		return s.sendSingle(ctx, a, w)
	}
	input := &dynamodb.TransactWriteItemsInput{
		TransactItems: make([]types.TransactWriteItem, len(a.writes)),
		// One token for all repetitions, so that a transaction whose answer
		// was lost is not applied or judged a second time.
		ClientRequestToken: aws.String(uuid.NewString()),
	}
	for i, w := range a.writes {
		input.TransactItems[i] = s.transactItem(a, i, w)
	}
	err = retry(ctx, func() error {
		_, err := s.api.TransactWriteItems(ctx, input)
		return err
	})
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return nil, err
	}
	for i, reason := range cancelled.CancellationReasons {
		if aws.ToString(reason.Code) != "ConditionalCheckFailed" || i >= len(a.writes) {
			continue
		}
		r, decodeErr := decodeRow(reason.Item)
		if decodeErr != nil {
			return nil, errors.Join(decodeErr, err)
		}
		if found == nil {
			found = map[int]row{}
		}
		found[i] = r
	}
	return found, err
}

func (s *Store) transactItem(a *attempt, i int, w store.Write) types.TransactWriteItem {
	key := keyAttributes(w.Item.Key)
	switch w.Kind {
	case store.KindPut:
		e := a.expression(i, w)
		return types.TransactWriteItem{Update: &types.Update{
			TableName: &s.table, Key: key, UpdateExpression: e.update(), ConditionExpression: e.condition(),
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.valuesOrNil(),
			ReturnValuesOnConditionCheckFailure: returnOld,
		}}
	case store.KindDelete:
		e := a.expression(i, w)
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &s.table, Key: key, ConditionExpression: e.condition(),
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.valuesOrNil(),
			ReturnValuesOnConditionCheckFailure: returnOld,
		}}
	default:
		e := a.expression(i, w)
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &s.table, Key: key, ConditionExpression: e.condition(),
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.valuesOrNil(),
			ReturnValuesOnConditionCheckFailure: returnOld,
		}}
	}
}

// expression is the whole of a write: what it sets, the caller's condition,
// and the one on the chunks that it removes.
func (a *attempt) expression(i int, w store.Write) *expression {
	e := newExpression()
	if w.Kind == store.KindPut {
		e = putExpression(w, a.brings[i])
	}
	e.requireHolds(w.If, a.now)
	if w.Kind != store.KindCheck {
		e.requireChunks(a.removes[i])
	}
	return e
}

// sendSingle sends one unconditional write at the price of an ordinary one.
func (s *Store) sendSingle(ctx context.Context, a *attempt, w store.Write) (found map[int]row, err error) {
	e, key := a.expression(0, w), keyAttributes(w.Item.Key)
	err = retry(ctx, func() (err error) {
		if w.Kind == store.KindDelete {
			_, err = s.api.DeleteItem(ctx, &dynamodb.DeleteItemInput{
				TableName: &s.table, Key: key, ConditionExpression: e.condition(),
				ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.valuesOrNil(),
				ReturnValuesOnConditionCheckFailure: returnOld,
			})
			return err
		}
		_, err = s.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.table, Key: key, UpdateExpression: e.update(), ConditionExpression: e.condition(),
			ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.valuesOrNil(),
			ReturnValuesOnConditionCheckFailure: returnOld,
		})
		return err
	})
	r, refused, decodeErr := refusedRow(err)
	switch {
	case decodeErr != nil:
		return nil, decodeErr
	case refused:
		return map[int]row{0: r}, err
	}
	return nil, err
}

// refusedRow returns the row that failed a condition, zero if there is none.
func refusedRow(err error) (r row, refused bool, decodeErr error) {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return row{}, false, nil
	}
	if r, decodeErr = decodeRow(failed.Item); decodeErr != nil {
		return row{}, false, fmt.Errorf("%w, which failed a condition: %w", decodeErr, err)
	}
	return r, true, nil
}
