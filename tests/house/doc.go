// Package house holds the tests of the repository's own shape: which package may import
// which, and that each says what belongs in it.
package house
