package sigv4

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Skew is how far a request's time may be from the clock (security and operations spec, 1.2).
const Skew = 5 * time.Minute

// UnsignedPayload stands in the place of a payload's hash where the body is not signed.
const UnsignedPayload = "UNSIGNED-PAYLOAD"

// Verifier says what signatures must be made for. It is safe for concurrent use.
type Verifier struct {
	// Services are the signing names that are accepted, such as "execute-api".
	Services []string
	// Region is what the signature must be scoped to; empty accepts any.
	Region string
	// Now is the clock; Skew is how far a request's time may be from it.
	Now  func() time.Time
	Skew time.Duration
	// AllowUnsignedPayload accepts requests that declare their body not to be signed.
	AllowUnsignedPayload bool
	// PathOnce takes paths as they were sent, as S3 has it, instead of encoding them a second
	// time.
	PathOnce bool
}

// Payload gives the SHA-256 of a body in lower-case hexadecimal. It is asked only when everything
// else about a request is in order, so that a body may be left unread until then.
type Payload func() (string, error)

// Bytes is the Payload of a body that was read already.
func Bytes(body []byte) Payload {
	return func() (string, error) {
		digest := sha256.Sum256(body)
		return hex.EncodeToString(digest[:]), nil
	}
}

// Verify reports who signed r. A refusal is an *Error; any other error is a failure of keys or of
// the payload.
func Verify[T any](ctx context.Context, v *Verifier, keys Keys[T], r *http.Request, payload Payload) (owner T, s *Signature, err error) {
	var none T
	s, err = Parse(r)
	if err != nil {
		return none, nil, err
	}
	if refusal := v.checkScope(s); refusal != nil {
		return none, s, refusal
	}
	k, owner, err := keys.Find(ctx, s.AccessKeyID)
	if errors.Is(err, ErrUnknownKey) {
		return none, s, unknownKey(err.Error())
	}
	if err != nil {
		return none, s, fmt.Errorf("find access key: %w", err)
	}
	if err := v.verify(k, s, r, payload); err != nil {
		return none, s, err
	}
	return owner, s, nil
}

func (v *Verifier) verify(k *Key, s *Signature, r *http.Request, payload Payload) error {
	if refusal := v.checkToken(s, k); refusal != nil {
		return refusal
	}
	if refusal := v.checkTime(s); refusal != nil {
		return refusal
	}
	if refusal := checkHeaders(r, s); refusal != nil {
		return refusal
	}
	if s.Asymmetric && k.Public == nil || !s.Asymmetric && k.Secret == "" {
		return unknownKey("the key store cannot verify signatures of this version with the access key")
	}
	hash := s.payload
	switch {
	case strings.HasPrefix(hash, "STREAMING-"):
		return invalid("The payload hash '%s' is not supported: sign the SHA-256 of the whole body.", hash)
	case hash == UnsignedPayload && v.AllowUnsignedPayload:
	default:
		var err error
		if hash, err = payload(); err != nil {
			return err
		}
	}
	declared := s.payload == "" || s.payload == hash
	path := sentPath(r)
	for _, x := range readings(r, s, path) {
		canonical := v.appendCanonical(make([]byte, 0, 1024), r, s, path, hash, x)
		// A declared hash of another body is a mistake even if that body was never signed.
		if declared && s.signed(k, appendStringToSign(make([]byte, 0, 192), s, canonical)) {
			return nil
		}
	}
	canonical := v.appendCanonical(nil, r, s, path, hash, reading{})
	return mismatch(canonical, appendStringToSign(nil, s, canonical))
}

// signed compares the signature. Only the one way to write it in hexadecimal is accepted.
func (s *Signature) signed(k *Key, stringToSign []byte) bool {
	value, err := hex.DecodeString(s.value)
	if err != nil || strings.ContainsAny(s.value, "ABCDEF") {
		return false
	}
	if s.Asymmetric {
		digest := sha256.Sum256(stringToSign)
		return ecdsa.VerifyASN1(k.Public, digest[:], value)
	}
	return subtle.ConstantTimeCompare(mac(k.signingKey(s), stringToSign), value) == 1
}
