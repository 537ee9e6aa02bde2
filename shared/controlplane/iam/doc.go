// Package iam is access control of the control plane: it verifies who signed a request, decides by
// the user's policies, and serves the part of the IAM and STS query interfaces that manages
// Postern's own users, access keys and inline policies, so that `aws iam --endpoint-url` works.
//
// What belongs here: the wire form of those operations and of their refusals. The users and keys
// are those of shared/authorizer/accesskey; the audit trail and the operations of API Gateway are
// beside it.
//
// Floor 4, in the tree of shared/controlplane. Imports shared/authorizer/accesskey, shared/edge,
// shared/policy, shared/sigv4 and shared/wire.
package iam
