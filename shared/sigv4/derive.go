package sigv4

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
)

// DeriveKeyPair derives the P-256 key pair of Signature Version 4a from an access key: NIST SP
// 800-108 in counter mode with HMAC-SHA256, candidates tested as FIPS 186-4, B.4.2 has it
// (security and operations spec, 1.2). Verifying needs the public key only.
func DeriveKeyPair(accessKeyID, secret string) (*ecdsa.PrivateKey, error) {
	limit := new(big.Int).Sub(elliptic.P256().Params().N, big.NewInt(2))
	for attempt := 1; attempt < 256; attempt++ {
		candidate := new(big.Int).SetBytes(deriveCandidate(accessKeyID, secret, byte(attempt)))
		if candidate.Cmp(limit) > 0 {
			continue
		}
		d := candidate.Add(candidate, big.NewInt(1)).FillBytes(make([]byte, sha256.Size))
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d)
		if err != nil {
			return nil, fmt.Errorf("derive the key pair of an access key: %w", err)
		}
		return key, nil
	}
	return nil, errors.New("derive the key pair of an access key: no candidate is in range")
}

func deriveCandidate(accessKeyID, secret string, attempt byte) []byte {
	h := hmac.New(sha256.New, []byte("AWS4A"+secret))
	fixed := binary.BigEndian.AppendUint32(nil, 1) // one block of 256 bits is all that is needed
	fixed = append(fixed, algorithmV4a...)
	fixed = append(fixed, 0)
	fixed = append(fixed, accessKeyID...)
	fixed = append(fixed, attempt)
	fixed = binary.BigEndian.AppendUint32(fixed, sha256.Size*8)
	h.Write(fixed)
	return h.Sum(nil)
}
