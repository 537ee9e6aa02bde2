// Package cache keeps the answers of integrations for the stages that have a cache, whatever the
// type of the API: in the memory of the process first, then in the store that all environments
// share. It knows keys, lifetimes, flushes, refreshes and encryption; what of a request makes its
// key, who may refresh an entry, and what of an answer is kept is decided by the data plane of
// each API type.
//
// Floor 3. Imports the vocabulary of the store and the library that bounds what is kept in memory.
//
// # Staleness
//
// An entry carries the flush mark of the stage (snapshot.Stage.CacheFlushed) that was known to the
// request that made it, and serves only requests that know the same. An environment that learns of
// a flush late therefore goes on with the entries from before it, and those that it makes meanwhile
// are of no use to the others, nor to itself once it has learned. So the age of a request's stage
// document alone bounds for how long entries from before a flush are served.
//
// A refresh of an entry, unlike a flush, is known to other environments as soon as they look at the
// entry in the store again: at the latest with the first request more than 5 seconds after they
// last did.
package cache
