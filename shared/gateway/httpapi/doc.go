// Package httpapi is the data plane of HTTP APIs: it takes a request whose API and stage are known
// through the phases of an HTTP API, in the order of the HTTP API spec, section 3. The list of
// phases is in pipeline.go; each phase has a file, writes its own part of the Invocation, and
// returns a typed Error that refusal.go alone renders.
//
// What a definition says is compiled when a route is first used (compile.go).
//
// Floor 4. Imports authorizer, cache, edge, exchange, integration, jsonschema, mapping, policy,
// sigv4, snapshot and telemetry; never the packages of other API types, nor a control plane.
package httpapi
