// Package audit is the audit trail of the control plane: one record in CloudTrail's event format
// for every operation that changes something, successful or refused, kept in the store for a
// limited time and read at GET /audit.
//
// What belongs here: the record and where its fields come from, what is a secret and how it is
// kept out, and the query. The trail hears of operations through wire.Mux.Observe, of callers
// through edge.Info and of revisions through the package change; it does not know what an
// operation means. Reads are not recorded, nor are requests that fail authentication: whoever
// cannot sign must not be able to fill the store.
//
// Floor 4, in the tree of shared/controlplane. Imports shared/wire, shared/store, shared/edge and
// shared/controlplane/change.
package audit
