// Package rest is the data plane of REST APIs: it takes a request whose API and stage are
// known through the phases of a REST API, in the order of the REST data plane spec, section 2.
// The list of phases is in pipeline.go; each phase has a file, writes its own part of the
// Invocation, and returns a typed Error that gatewayresponse.go alone renders.
//
// What a definition says is compiled when a route is first used (compile.go), and a JSONPath of
// a template when that first comes to it; no request parses one a second time.
//
// Floor 4. Imports authorizer, edge, integration, mapping, policy, snapshot and telemetry; never a
// control plane.
package rest
