// Package definition is an HTTP or WebSocket API as the control plane keeps it: one document with
// all that a deployment captures and, beside it, the stages and the deployments. It also holds the
// rules: what follows from the rest of a resource, and what no resource can be.
//
// What belongs here: the document, its stored form, and one file of rules for each kind of resource,
// which the operations and the import from OpenAPI share. What an operation means is for package v2,
// what is served for package compile.
//
// Floor 4, in the tree of shared/controlplane. Imports shared/wire, shared/mapping,
// shared/jsonschema, shared/integration, shared/policy and the control plane of REST APIs for the
// rules that both have.
package definition
