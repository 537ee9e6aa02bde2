package embedded

import (
	"context"

	"github.com/postern-gateway/postern/shared/store"
)

// row is an item as an engine keeps it.
type row struct {
	version int64
	count   int64
	expires int64 // seconds since 1970, 0 for never

	// value belongs to the engine and lasts only as long as the function
	// that was given it; whoever returns it copies it.
	value []byte
}

// scanRange selects rows of one partition: those whose sort key has the
// prefix, beyond the sort key after (empty: from the start, or from the end
// when descending).
type scanRange struct {
	partition, prefix, after string
	descending               bool
}

// reader sees one state of all rows.
type reader interface {
	get(key store.Key) (row, bool, error)

	// scan visits rows in order until visit returns false.
	scan(r scanRange, visit func(sort string, r row) bool) error
}

// writer is a reader that sees its own writes.
type writer interface {
	reader
	put(key store.Key, r row) error
	delete(key store.Key) error

	// due returns the keys of up to limit rows that expired by now, the
	// oldest first.
	due(now int64, limit int) ([]store.Key, error)
}

// engine keeps rows. Updates happen one after the other; a view sees all of
// an update or nothing.
type engine interface {
	view(fn func(reader) error) error

	// update makes fn's writes lasting before it returns nil, and drops them
	// if fn returns an error. An engine may run fn more than once, so fn must
	// overwrite its results, not add to them. Once fn has been started,
	// update ignores the context: its outcome is then always known.
	update(ctx context.Context, fn func(writer) error) error

	close() error
}
