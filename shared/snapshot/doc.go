// Package snapshot is the compiled form of a deployment: the one contract between the
// control plane, which builds snapshots, and the data plane, which serves from them.
//
// A snapshot is an immutable run of bytes: a route index that is walked as it lies, and one
// record per method that is decoded when a request first needs it, so that loading does not
// grow with the number of routes. Beside it stands the stage document, small and mutable,
// which names the deployment that a stage serves.
//
// Floor 2. Imports the standard library and the compression library, nothing of the project.
package snapshot
