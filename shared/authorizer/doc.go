// Package authorizer holds what Lambda authorizers are told and what their answers mean. The
// data plane of each API type makes the events, since they show its requests, and decides what
// a refusal looks like to a client.
//
// Floor 3. Imports the standard library and the library for Java-like regular expressions.
package authorizer
