// Package authorizer holds what Lambda authorizers need whatever the type of the API: when they
// are asked at all, what their answers mean, and how long those are kept. The data plane of each
// API type makes the events, since they show its requests, calls the functions, and decides what
// a refusal looks like to a client.
//
// Floor 3. Imports policy and the libraries for Java-like regular expressions, caching and calls
// shared between requests.
package authorizer
