// Package openapi reads OpenAPI 3.0 documents of HTTP APIs, with the extensions of API Gateway and
// those of Postern, and writes them (control-plane operations, 2.4 and 2.5; package v2 names the
// extensions of Postern). Reading what was written gives the same definition.
//
// What belongs here: the form of the documents, in one set of structures for both directions. What a
// resource may be is for package definition; resources are created by package v2.
//
// Floor 4, in the tree of shared/controlplane. Imports package definition, the reader of documents
// of REST APIs, shared/wire and a YAML encoder.
package openapi
