// Package controlplane is what the management API means: definitions of REST APIs as rows in the
// store, the operations that read and change them, import from OpenAPI, and deployments, which
// compile a definition into a snapshot and move a stage to it.
//
// What belongs here: one file per resource kind with its operations, its table of patchable paths
// and its rows. A kind is added by its own file and one line in Service.kinds. The package does
// not know how a request is decoded (shared/wire), how rows are stored (shared/store) or how a
// snapshot is served; it meets the data plane only through shared/snapshot.
//
// Every change of an API is an edit: one transaction that also replaces the API's row under its
// version, so that an API changes one transaction at a time and what an edit reads is consistent.
//
// Floor 4. Imports shared/wire, shared/store, shared/snapshot, shared/mapping,
// shared/telemetry/accesslog and the packages of its own tree.
package controlplane
