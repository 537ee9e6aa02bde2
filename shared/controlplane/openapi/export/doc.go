// Package export writes a REST API as an OpenAPI 3.0.1 or Swagger 2.0 document, the way API Gateway prints the deployment of
// a stage (control-plane operations, 2.4). Reading the document back with package openapi gives the same definition, as far
// as the chosen format and extensions can express it.
//
// What belongs here: the shape of both formats, their JSON and YAML text, and the documentation that goes into them. What is
// exported, and under which name it is sent, is decided by package controlplane.
//
// Floor 4, below controlplane. Imports package openapi for the definition, the wire structures, a YAML encoder and the
// standard library.
package export
