// Package e2e tests Postern's executables from outside: the local process over TCP with real
// clients, and the Lambda functions behind a Runtime API.
package e2e
