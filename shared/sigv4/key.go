package sigv4

import (
	"context"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"sync/atomic"
	"time"
)

// Keys finds access keys. T is whose they are, in the terms of the user of this package.
type Keys[T any] interface {
	// Find returns an active key and its owner. The error is or wraps ErrUnknownKey if there is
	// none; every other error is a failure of the lookup.
	Find(ctx context.Context, accessKeyID string) (*Key, T, error)
}

// Key is what verifies the signatures of an access key. It must not change once it is in use, and
// must not be copied.
type Key struct {
	// Secret verifies Signature Version 4; without it such signatures are refused.
	Secret string
	// Public verifies Signature Version 4a; nil refuses such signatures.
	Public *ecdsa.PublicKey
	// SessionToken and Expires are those of temporary credentials, else empty and zero.
	SessionToken string
	Expires      time.Time

	// derived is the signing key of the last scope: scopes change once a day.
	derived atomic.Pointer[derivedKey]
}

type derivedKey struct {
	date, region, service string
	key                   [sha256.Size]byte
}

// signingKey derives the key of a scope (security and operations spec, 1.2).
func (k *Key) signingKey(s *Signature) []byte {
	if d := k.derived.Load(); d != nil && d.date == s.Date && d.region == s.Region && d.service == s.Service {
		return d.key[:]
	}
	d := &derivedKey{date: s.Date, region: s.Region, service: s.Service}
	key := []byte("AWS4" + k.Secret)
	for _, part := range [...]string{s.Date, s.Region, s.Service, terminator} {
		key = mac(key, []byte(part))
	}
	copy(d.key[:], key)
	k.derived.Store(d)
	return d.key[:]
}

func mac(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return h.Sum(nil)
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
