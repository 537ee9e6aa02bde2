// Package accesskey is the store of IAM users and access keys that Postern issues itself: who a key
// belongs to, what verifies its signatures, and what the user's policies allow. It is the answer to
// the fact that nobody but AWS can verify a signature made with AWS's own keys.
//
// What belongs here: the rows, how secrets are kept (sealed with a key that is not in the store),
// changing them, and finding keys on the request path. The wire operations over it are those of
// shared/controlplane/iam; how signatures work is package sigv4.
//
// Floor 3. Imports shared/edge, shared/policy, shared/sigv4 and shared/store.
package accesskey
