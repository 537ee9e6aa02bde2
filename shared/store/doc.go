// Package store defines the vocabulary of Postern's state: keys, items,
// guarded writes, pages of a query, bounds of a counter, and the errors that
// every implementation gives.
//
// The package holds types and the rules that all implementations must share
// (what a condition means, what a position looks like, when an item counts as
// expired); it does no input or output. The implementations are
// store/dynamodb for the cloud and store/embedded for one process; both pass
// the contract suite of store/storetest. A package that needs state declares
// its own interface of one to five methods over these types.
//
// Floor 2: it imports nothing of Postern's.
//
// # The contract
//
//	Get(ctx, Key) (Item, error)
//	BatchGet(ctx, []Key) ([]Item, error)
//	Query(ctx, partition, sortPrefix string, Page) (items []Item, next string, err error)
//	Transact(ctx, []Write) error
//	Add(ctx, Key, delta int64, Bounds) (int64, error)
//	PutAll(ctx, []Item) error
//	DeleteAll(ctx, partition, sortPrefix string) error
//	Close() error
//
// Every read is consistent: it sees each write that was acknowledged before
// it began. Get of an absent item is ErrNotFound. BatchGet takes any number of
// keys and answers in the order of the keys; absent items are left out, and a
// key that is named twice is answered once, at its first place. Query answers
// in the order of the sort keys' bytes.
//
// Transact applies between one and MaxWrites writes, all or none, and at most
// one for each key. A failed condition is a *ConditionError that names the
// first write that failed. Versions are predictable, so none are returned: an
// item that was created has version 1, one that replaced version n has n+1,
// and an unconditional put has one more than what it replaced (1 if there was
// nothing; an expired item that has not been swept yet may count as
// something). Add counts as a write: it raises the version by one.
//
// Add changes an item's Count by delta in one atomic step and returns the new
// count; an absent item counts as zero and is created. A result outside the
// bounds is refused: the count then stays, and Add returns the count as it is
// with a *ConditionError. No Add is applied twice. One whose answer was lost on
// the network may have been applied; NotApplied tells of an error whether that
// is excluded, as it is for a call that was refused, throttled or never sent.
//
// PutAll and DeleteAll work on any number of items and are not atomic: after
// an error some of the items may have been written or deleted.
//
// An item whose Expires lies in the past is as good as absent for every read,
// condition and counter, whether or not it has been swept from the table.
package store
