// Package dynamodb keeps Postern's state in one DynamoDB table, with the
// semantics of package store.
//
// # The table
//
// String keys pk and sk, time to live on ttl, nothing else; the constants
// below name the attributes. An item is one row, except for a value that does
// not fit into one: its row then names a set of chunk rows in a partition of
// their own, written before the row that names them and deleted after the row
// that names others. A set never changes, so a reader that finds all chunks of
// a set has the whole value, and one that misses some reads the row again.
//
// Sets that a crash leaves without an owner are found again through a journal:
// see journal.go.
//
// # What a call costs
//
// A read, an Add and an unconditional Put or Delete of an ordinary value are
// one request at its plain price. A guarded write or one of several is one
// TransactWriteItems request, at twice the price, because its idempotency
// token is what makes the SDK's own repetitions harmless: a guarded UpdateItem
// whose answer is lost would be refused by its own success.
//
// Floor 2: it imports package store and the AWS SDK.
package dynamodb
