// Package compile turns the definition of an HTTP or WebSocket API into a snapshot, which the data
// plane serves, and says with the path of each field what could not be served.
//
// What belongs here: one function for each type of API, and what holds between resources: single
// resources were checked by package definition when they were written.
//
// Floor 4, in the tree of shared/controlplane. Imports package definition, shared/snapshot and
// shared/wire.
package compile
