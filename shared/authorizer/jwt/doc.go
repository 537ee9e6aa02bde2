// Package jwt verifies JSON Web Tokens against the keys that their issuers publish: the tokens of
// JWT authorizers (HTTP API spec, 11) and of Cognito user pools (REST data plane spec, 11.4). A
// Keyring holds the keys of all issuers and the tokens verified before; a Verifier is what one
// authorizer demands of a token. What a refusal looks like to a client is decided by the API
// types, with the texts that Error has ready.
//
// Signatures are checked by crypto/* and documents are read by shared/mapping/jsontext, not by a
// JOSE library: parsing with one cost 1.13 times the time of golang-jwt and 170 allocations a
// token, and what a gateway must refuse (duplicate members, loose base64, keys in headers) is
// most of the code anyway.
//
// Floor 3. Imports shared/mapping/jsontext, the standard library and otter, the cache.
package jwt
