// Package sdk generates client libraries for deployed APIs.
//
// What belongs here: what is known of each SDK type that API Gateway names, and a generator for
// each type that can be made, which turns the methods of a snapshot into an archive. Which stage a
// library is for, and who may ask for it, is decided by the caller.
//
// Floor 4, part of the control plane. Imports shared/snapshot for the methods.
package sdk
