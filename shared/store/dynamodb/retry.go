package dynamodb

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// How often a request is repeated that met another transaction or a throttle,
// and the pauses in between: a random part of a time that doubles. This comes
// on top of what the SDK repeats by itself; it does not repeat conflicts.
const (
	maxAttempts = 10
	firstPause  = 10 * time.Millisecond
	longestWait = 500 * time.Millisecond
)

// retry calls send until it succeeds, fails for a lasting reason, or has
// failed often enough; it returns the last error.
func retry(ctx context.Context, send func() error) error {
	for attempt := 0; ; attempt++ {
		err := send()
		if err == nil || !transient(err) || attempt == maxAttempts-1 {
			return err
		}
		if pause(ctx, attempt) != nil {
			return errors.Join(ctx.Err(), err)
		}
	}
}

// pause waits before attempt+1, or returns the context's error.
func pause(ctx context.Context, attempt int) error {
	longest := min(firstPause<<min(attempt, 10), longestWait)
	timer := time.NewTimer(rand.N(longest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// transient tells whether the same request can succeed a moment later.
func transient(err error) bool {
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		found := false
		for _, reason := range cancelled.CancellationReasons {
			code := aws.ToString(reason.Code)
			if code == "" || code == "None" {
				continue
			}
			if !transientCode(code) {
				return false
			}
			found = true
		}
		return found
	}
	var api smithy.APIError
	return errors.As(err, &api) && transientCode(api.ErrorCode())
}

// transientCode knows the error codes, and the cancellation reasons of a
// transaction, after which the same request can succeed a moment later
// (DynamoDB API reference, TransactWriteItems, "Errors").
func transientCode(code string) bool {
	switch code {
	case "TransactionConflict", "TransactionConflictException", "TransactionInProgressException",
		"ThrottlingError", "ThrottlingException", "Throttling", "RequestLimitExceeded",
		"ProvisionedThroughputExceeded", "ProvisionedThroughputExceededException":
		return true
	}
	return false
}

// unapplied tells whether a failed write certainly changed nothing: the
// service judged and refused it. After any other failure the write may have
// been applied, even after a throttle: the SDK may have sent it before that
// and lost the answer.
func unapplied(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch api.ErrorCode() {
	case "TransactionCanceledException", "ConditionalCheckFailedException", "ValidationException":
		return true
	}
	return false
}

// refused tells whether a write failed that was sent once for each time that
// the service judged it, and certainly changed nothing: the service's last word
// was a throttle or another error of the client's kind.
func refused(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	var answer *http.ResponseError
	return transientCode(api.ErrorCode()) || errors.As(err, &answer) && answer.HTTPStatusCode()/100 == 4
}
