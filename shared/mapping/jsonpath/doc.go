// Package jsonpath compiles and evaluates JSONPath expressions as API Gateway does, which runs
// Jayway JsonPath over json-smart (REST data plane spec, 8.1). A path is compiled once into
// steps that never change, and evaluated any number of times, also concurrently, on the values
// of package vtl, which keep the order of members and the text of numbers.
//
// What decides is Jayway JsonPath 2.9.0 with its default configuration: a missing leaf of a
// definite path is "not found", an indefinite path answers a list, unless its definite beginning leads nowhere, and a definite path
// that meets several values answers the last. Oddities that a caller can see are kept, since
// definitions that run today rely on what they get: one last character after a complete step
// is ignored, max() of negative numbers is Double.MIN_VALUE, last() of one element fails, and
// after a deep scan a leaf under a list counts only if the step before it names its index.
//
// Departures, each because Jayway changes state that outlives an evaluation: append() answers
// a longer copy and leaves the document alone, and a function whose first argument ends in a
// wildcard means the same at its second call. Bounds that Jayway lacks end an evaluation with
// ErrLimit. Java's regular expressions are translated; what has no translation is refused at
// compilation.
//
// No library is used. The Go ones for JSONPath implement RFC 9535 or dialects of their own, and
// differ from Jayway in filters, in missing leaves, in functions and in what they take for an
// error, so that only the trivial paths would have been left to them.
//
// Floor 1. Imports the standard library, the regular expression library, jsontext, and vtl for
// its values; nothing else of the project.
package jsonpath
