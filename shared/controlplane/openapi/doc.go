// Package openapi reads an OpenAPI 3.0, OpenAPI 3.1 or Swagger 2.0 document with x-amazon-apigateway-* extensions and turns it
// into the definition of a REST API, in the structures of the wire.
//
// What belongs here: the position-keeping document tree (JSON and YAML), references, and the meaning that API Gateway gives
// to each part of a document (control-plane operations 2.4 and 2.5, recorded behaviour 14). Writing documents belongs to package
// export. Storing the definition, its
// identifiers and the comparison with what is stored already belong to package controlplane, the caller.
//
// No OpenAPI object model of a library is used. API Gateway reads documents that validators refuse (operations without
// responses, numbers where strings are expected), gives its own meaning to some parts (servers, security, default
// responses), and lives mostly in extensions that such models carry as untyped values without positions; and a refusal here
// must name line and column.
//
// Floor 4, below controlplane. Imports the wire structures, a YAML parser and the standard library, nothing else of the
// project.
package openapi
