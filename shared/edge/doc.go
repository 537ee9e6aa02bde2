// Package edge holds what a front door knows about a request and net/http has no
// field for: who the caller is, which API Gateway stage it came through, when it arrived.
//
// Event sources write it, the gateway reads it. Floor 1: imports the standard library only.
package edge
