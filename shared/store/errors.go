package store

import (
	"errors"
	"fmt"
)

var (
	// ErrNotFound says that the item does not exist or has expired.
	ErrNotFound = errors.New("item not found")

	// ErrConditionFailed says that a guard did not hold, so that nothing was
	// written. The error is always a *ConditionError.
	ErrConditionFailed = errors.New("condition failed")

	// ErrInvalid says that the call itself is wrong: a key or value that
	// cannot be stored, a position that no query gave, no writes or too many.
	// Repeating the call cannot help.
	ErrInvalid = errors.New("invalid store request")

	// ErrClosed says that the store was closed before the call.
	ErrClosed = errors.New("store is closed")

	// ErrNotApplied says, beside the cause, that an Add failed and certainly
	// changed nothing (see NotApplied).
	ErrNotApplied = errors.New("nothing was changed")
)

// NotApplied tells whether a failed Add certainly changed nothing, so that it
// can be repeated without being done twice. After any other error the Add may
// have been applied, or may still be.
func NotApplied(err error) bool {
	return errors.Is(err, ErrNotApplied) || errors.Is(err, ErrConditionFailed) || errors.Is(err, ErrInvalid) || errors.Is(err, ErrClosed)
}

// ConditionError tells which write of a transaction was refused. It unwraps
// to ErrConditionFailed.
type ConditionError struct {
	// Index is the place of the write in the transaction; 0 for Add. If
	// several conditions failed, it is the lowest.
	Index int
	Key   Key
}

func (e *ConditionError) Error() string {
	return fmt.Sprintf("write %d (%s): %v", e.Index, e.Key, ErrConditionFailed)
}

func (e *ConditionError) Unwrap() error { return ErrConditionFailed }
