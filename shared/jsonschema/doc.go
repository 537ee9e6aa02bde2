// Package jsonschema checks JSON documents against the models of an API: JSON schemas of draft 4.
// It accepts and refuses what API Gateway's request validation does, and says why in the same
// words, which are those of the Java library json-schema-validator (REST data plane spec, 10).
//
// What belongs here: reading schemas and the references between models, decoding and checking
// documents, and the messages. A schema is compiled once; a document is checked as it lies in its
// text, without being turned into values. Nothing is ever loaded from a network or a file.
//
// Documents come from strangers: nesting, the time of regular expressions, the number of steps and
// the length of the messages are bounded, and equal member names are found by keyed hashes.
//
// Floor 1. Imports no other package of the project.
package jsonschema
