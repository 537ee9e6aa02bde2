// Package bake compiles OpenAPI files into the folder of stages that a data plane serves
// without a store. It runs the control plane itself on a store in memory, so that a baked API
// is what the same file imported and deployed would be, and is refused for the same reasons. A file
// with "x-postern-protocol: HTTP" at its root becomes an HTTP API, any other a REST API.
//
// Floor 4, above controlplane in its tree.
package bake
