// Package sigv4 proves the verification of signatures against signers that others wrote: those of
// the AWS SDK for Go, botocore, the AWS Common Runtime and curl sign random requests, every one of
// which must be accepted, and refused once any byte that counts has changed.
package sigv4
