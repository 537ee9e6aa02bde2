package store

import (
	"fmt"
	"time"
)

// MaxValueBytes is the largest value that an item can hold. Values beyond
// DynamoDB's item limit of 400 KB are stored in chunks by the implementation;
// users do not notice.
const MaxValueBytes = 64 << 20

// Item is one row. Value and Count are independent of each other: puts write
// both, Add changes Count alone.
type Item struct {
	Key

	// Value is the document; its format is its user's. An empty value reads
	// back as nil.
	Value []byte

	// Count is the number that Add works on.
	Count int64

	// Version counts the writes of the item, starting at 1. Reads fill it in;
	// writes take no notice of it (a guard is a Condition).
	Version int64

	// Expires is when the item stops to exist, rounded up to a whole second.
	// The zero time means never.
	Expires time.Time
}

// Validate returns ErrInvalid for an item that cannot be stored.
func (i Item) Validate() error {
	if err := i.Key.Validate(); err != nil {
		return err
	}
	if len(i.Value) > MaxValueBytes {
		return fmt.Errorf("%w: the value of %s has %d bytes; at most %d fit", ErrInvalid, i.Key, len(i.Value), MaxValueBytes)
	}
	return nil
}

// ExpirySeconds turns an expiry into the form in which it is stored: seconds
// since 1970, rounded up so that nothing expires early, and 0 for never.
func ExpirySeconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	s := t.Unix()
	if t.Nanosecond() > 0 {
		s++
	}
	// A time before 1970 has expired like any other past one, and must not
	// be taken for "never".
	return max(s, 1)
}

// ExpiryTime is the reverse of ExpirySeconds, in UTC.
func ExpiryTime(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// Expired tells whether an item with this stored expiry is gone at now, which
// counts whole seconds because DynamoDB's TTL does.
func Expired(seconds int64, now time.Time) bool {
	return seconds != 0 && seconds <= now.Unix()
}
