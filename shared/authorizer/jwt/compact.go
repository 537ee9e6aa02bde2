package jwt

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// MaxToken is the length of the longest token that is looked at, in bytes. Request headers end at
// 10,240 bytes altogether (REST data plane spec, 3.6).
const MaxToken = 16 << 10

// compact is a token in the compact serialisation, cut into its parts (RFC 7515, 3.1).
type compact struct {
	header, payload string
	// signed is what the signature is over: both, as they were sent.
	signed    string
	signature string
}

func cut(token string) (compact, error) {
	header, rest, ok := strings.Cut(token, ".")
	payload, signature, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 || strings.Contains(signature, ".") {
		return compact{}, &Error{Reason: Malformed, Description: "token contains an invalid number of segments"}
	}
	return compact{header, payload, token[:len(header)+1+len(payload)], signature}, nil
}

// alphabet is that of base64url without padding. Strict: bits that belong to no byte have to be
// zero, so that a token has one spelling only.
var alphabet = base64.RawURLEncoding.Strict()

func decode(segment, part string) ([]byte, error) {
	// Decoders of the standard library skip line breaks.
	if strings.ContainsAny(segment, "\r\n") {
		return nil, malformed(part, errors.New("is not base64url"))
	}
	b, err := alphabet.DecodeString(segment)
	if err != nil {
		return nil, malformed(part, errors.New("is not base64url"))
	}
	return b, nil
}

func malformed(part string, err error) *Error {
	return &Error{Reason: Malformed, Description: fmt.Sprintf("token is malformed: the %s %s", part, err)}
}

// header is what counts of a JOSE header. A key that a header brings or points to (jwk, jku, x5c,
// x5u) is never looked at (RFC 8725, 3.10): whoever made the token chose it.
type header struct {
	algorithm Algorithm
	keyID     string
}

func parseHeader(segment string) (header, error) {
	b, err := decode(segment, "header")
	if err != nil {
		return header{}, err
	}
	o, err := parseObject(b)
	if err != nil {
		return header{}, malformed("header", err)
	}
	var h header
	name, ok := o.text("alg")
	if !ok || name == "" {
		return header{}, &Error{Reason: BadAlgorithm, Description: "signing method (alg) is unspecified"}
	}
	if h.algorithm, ok = ParseAlgorithm(name); !ok {
		return header{}, badAlgorithm(name)
	}
	if o.get("crit") != nil {
		// No extension is understood, so none may be critical (RFC 7515, 4.1.11).
		return header{}, malformed("header", errors.New("demands an extension (crit)"))
	}
	if h.keyID, ok = o.text("kid"); !ok {
		return header{}, malformed("header", errors.New("has a kid that is no string"))
	}
	typ, ok := o.text("typ")
	if !ok || !isAuthorization(typ) {
		return header{}, malformed("header", errors.New("has the type of another use (typ)"))
	}
	return h, nil
}

// isAuthorization tells whether a token of that type may authorize: not one that was explicitly
// made for something else, such as "logout+jwt" or "secevent+jwt" (RFC 8725, 3.11).
func isAuthorization(typ string) bool {
	typ = strings.TrimPrefix(strings.ToLower(typ), "application/")
	return !strings.HasSuffix(typ, "+jwt") || typ == "at+jwt"
}

// badAlgorithm repeats the name as far as that does no harm in a log.
func badAlgorithm(name string) *Error {
	name = quotable(name[:min(len(name), 32)])
	return &Error{Reason: BadAlgorithm, Description: "signing method " + name + " is invalid"}
}
