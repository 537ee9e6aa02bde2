package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	_ "crypto/sha256" // links what Algorithm.hash names
	_ "crypto/sha512"
	"math/big"
	"strings"
)

// Algorithm is a signature algorithm of RFC 7518, 3.1 and RFC 8037, 3.1. There is none for "none"
// and none for HMAC: a verifier holds public keys only.
type Algorithm uint8

// The algorithms.
const (
	RS256 Algorithm = iota + 1
	RS384
	RS512
	PS256
	PS384
	PS512
	ES256
	ES384
	ES512
	EdDSA
)

// kind is a type of key.
type kind uint8

const (
	rsaKey kind = iota + 1
	p256Key
	p384Key
	p521Key
	ed25519Key
)

var algorithms = [...]struct {
	name string
	kind kind
	hash crypto.Hash
	// half is the length of each of the two numbers of an ECDSA signature in bytes (RFC 7518, 3.4).
	half int
}{
	RS256: {"RS256", rsaKey, crypto.SHA256, 0},
	RS384: {"RS384", rsaKey, crypto.SHA384, 0},
	RS512: {"RS512", rsaKey, crypto.SHA512, 0},
	PS256: {"PS256", rsaKey, crypto.SHA256, 0},
	PS384: {"PS384", rsaKey, crypto.SHA384, 0},
	PS512: {"PS512", rsaKey, crypto.SHA512, 0},
	ES256: {"ES256", p256Key, crypto.SHA256, 32},
	ES384: {"ES384", p384Key, crypto.SHA384, 48},
	ES512: {"ES512", p521Key, crypto.SHA512, 66},
	EdDSA: {"EdDSA", ed25519Key, 0, 0},
}

// ParseAlgorithm returns the algorithm with a name, which is case-sensitive, and false for any
// that a Verifier cannot allow.
func ParseAlgorithm(name string) (Algorithm, bool) {
	for a := RS256; a <= EdDSA; a++ {
		if algorithms[a].name == name {
			return a, true
		}
	}
	return 0, false
}

func (a Algorithm) String() string {
	if a < RS256 || a > EdDSA {
		return "none"
	}
	return algorithms[a].name
}

// algorithmSet is a bit for each algorithm.
type algorithmSet uint16

func newAlgorithmSet(list []Algorithm) algorithmSet {
	var set algorithmSet
	for _, a := range list {
		if a >= RS256 && a <= EdDSA {
			set |= 1 << a
		}
	}
	return set
}

func (s algorithmSet) has(a Algorithm) bool { return s&(1<<a) != 0 }

// verify tells whether signature is that of signed by the key, which is of the algorithm's kind.
func (a Algorithm) verify(key crypto.PublicKey, signed string, signature []byte) bool {
	// A pair of a key and an algorithm that do not belong together fails here too, whatever chose
	// them: the type of the key decides what can be checked.
	info := &algorithms[a]
	switch k := key.(type) {
	case *rsa.PublicKey:
		if info.kind != rsaKey {
			return false
		}
		if strings.HasPrefix(info.name, "PS") {
			// The salt is as long as the hash (RFC 7518, 3.5).
			return rsa.VerifyPSS(k, info.hash, digest(info.hash, signed), signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
		}
		return rsa.VerifyPKCS1v15(k, info.hash, digest(info.hash, signed), signature) == nil
	case *ecdsa.PublicKey:
		// Only the two numbers at full length, never their ASN.1 form.
		if info.half == 0 || len(signature) != 2*info.half || curveKind(k.Curve) != info.kind {
			return false
		}
		r, s := new(big.Int).SetBytes(signature[:info.half]), new(big.Int).SetBytes(signature[info.half:])
		return ecdsa.Verify(k, digest(info.hash, signed), r, s)
	case ed25519.PublicKey:
		return info.kind == ed25519Key && ed25519.Verify(k, []byte(signed), signature)
	}
	return false
}

func digest(h crypto.Hash, signed string) []byte {
	d := h.New()
	_, _ = d.Write([]byte(signed)) // a hash does not fail
	return d.Sum(nil)
}
