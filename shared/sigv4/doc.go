// Package sigv4 verifies AWS Signature Version 4 and its asymmetric form 4a on requests that reach
// Postern itself, in headers or in a presigned query, where no AWS service stands before it to do
// so. What a refusal looks like to a client beyond its code and message, and what the signer may
// do, is decided elsewhere.
//
// Canonicalisation is where signers differ. A request is compared with the form that the
// specification names and, only where a request leaves room for another reading, with that one
// too: a path with empty or dot segments may be signed as it was sent or normalised (botocore
// normalises, the Go SDK does not), "+" in a query may stand for itself or for a space, and white
// space other than blanks inside a header's value may be folded or not. A signature made for the
// normalised path therefore covers every path that normalises to it, as with AWS.
//
// Floor 1. Imports the standard library only.
package sigv4
