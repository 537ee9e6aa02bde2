// Package policy reads IAM policy documents and decides requests by them: the resource policies
// of APIs and the policies that Lambda authorizers return. A document is compiled once, by Parse,
// to a form that never changes and that any number of requests may be evaluated against at the
// same time. What a refusal looks like to a client is decided elsewhere.
//
// Floor 1. Imports the standard library only.
package policy
