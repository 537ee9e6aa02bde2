// Package storetest is the contract of package store as a test suite. Every
// implementation runs it from a test of its own; what the suite does not show
// is not part of the contract.
//
// Floor 2: it imports package store and is imported by tests alone.
package storetest
