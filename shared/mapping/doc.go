// Package mapping parses what definitions say about moving data between a request, a backend
// and a response: parameter expressions, mapping templates, URI templates, selection patterns,
// the status of a MOCK, and the plain substitutions of gateway responses. Each is parsed once,
// with the errors that API Gateway gives, and evaluated many times. The control plane uses the
// same parsers as its check at deployment.
//
// Floor 1. Imports the standard library, the regular expression library, and the packages below
// it (jsonpath, jsontext, vtl); nothing else of the project. It does not know requests: the data
// plane looks values up.
package mapping
