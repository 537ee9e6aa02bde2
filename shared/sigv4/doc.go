// Package sigv4 verifies AWS Signature Version 4 on requests that reach Postern itself,
// where no AWS service stands before it to do so: the control plane of the local process.
//
// Floor 1. Imports the standard library only.
package sigv4
