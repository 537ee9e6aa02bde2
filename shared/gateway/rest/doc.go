// Package rest is the data plane of REST APIs: it takes a request whose API and stage are
// known through the phases of a REST API, in the order of the REST data plane spec, section 2.
// The list of phases is in pipeline.go; each phase has a file and a test file, writes its own
// part of the Invocation, and returns a typed Error that gatewayresponse.go alone renders.
//
// Everything that a definition says is compiled when a route is first used (compile.go); a
// request parses no definition.
//
// Floor 4. Imports snapshot, integration, mapping and edge; never a control plane.
package rest
