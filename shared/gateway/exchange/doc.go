// Package exchange holds what the data planes of REST and HTTP APIs do alike with one request and
// its answer: bounding calls in time, keeping bodies in memory, reading a request's body with its
// limit, decoding queries, and what headers may be. What a failure looks like to a client is the
// business of the API types.
//
// Floor 4. Imports edge, integration and policy; never the packages of the API types.
package exchange
