// Package integration shows the control plane and the data plane working together in one process,
// on the embedded store.
package integration
