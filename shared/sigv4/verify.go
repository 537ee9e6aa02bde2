package sigv4

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Verifier checks requests signed in their Authorization header.
type Verifier struct {
	// Service is the signing name that requests must be scoped to, such as "apigateway".
	Service string
	// Secret returns the secret key of an access key id.
	Secret func(accessKey string) (string, bool)
	// Now is the clock; Skew is how far a request's time may be from it. AWS allows 5
	// minutes (REST data plane spec, 11.5).
	Now  func() time.Time
	Skew time.Duration
}

// Verify reports who signed r, whose body is given since it was read already. Every refusal
// is an *Error. Any region is accepted: Postern is not bound to one.
func (v *Verifier) Verify(r *http.Request, body []byte) (accessKey string, err error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return "", missingToken()
	}
	signedAt, amzDate := requestTime(r)
	c, refusal := parseAuthorization(header, amzDate != "")
	if refusal != nil {
		return "", refusal
	}
	if signedAt.IsZero() || c.date != amzDate[:8] {
		return "", invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.", c.date, firstEight(amzDate), amzDate)
	}
	if c.service != v.Service {
		return "", invalid("Credential should be scoped to correct service: '%s'.", v.Service)
	}
	secret, known := v.Secret(c.accessKey)
	if !known {
		return "", unknownKey()
	}
	if refusal := checkTime(signedAt, v.Now().UTC(), v.Skew); refusal != nil {
		return "", refusal
	}
	if !coversNeeded(r, c.signedHeaders) {
		return "", mismatch()
	}
	digest := sha256.Sum256(body)
	payloadHash := hex.EncodeToString(digest[:])
	if sent := r.Header.Get("X-Amz-Content-Sha256"); sent != "" && sent != payloadHash {
		// A declared hash of another body, or none at all, would leave the body unsigned.
		return "", mismatch()
	}
	want := sign(secret, c.scope(), amzDate, canonicalRequest(r, c.signedHeaders, payloadHash))
	if subtle.ConstantTimeCompare([]byte(want), []byte(c.signature)) != 1 {
		return "", mismatch()
	}
	return c.accessKey, nil
}

// requestTime returns the signing time and its X-Amz-Date form; both are zero when the
// request has neither date header, the time alone when the date cannot be read.
func requestTime(r *http.Request) (time.Time, string) {
	if d := r.Header.Get("X-Amz-Date"); d != "" {
		t, err := time.Parse(timeLayout, d)
		if err != nil {
			return time.Time{}, d
		}
		return t, d
	}
	if d := r.Header.Get("Date"); d != "" {
		t, err := http.ParseTime(d)
		if err != nil {
			return time.Time{}, d
		}
		return t.UTC(), t.UTC().Format(timeLayout)
	}
	return time.Time{}, ""
}

// coversNeeded tells whether the signature covers the host and every x-amz-* header: one
// that is not covered could be added on the way.
func coversNeeded(r *http.Request, signed []string) bool {
	if !slices.Contains(signed, "host") || !slices.IsSorted(signed) {
		return false
	}
	for name := range r.Header {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "x-amz-") && !slices.Contains(signed, lower) {
			return false
		}
	}
	return true
}

func firstEight(s string) string {
	return s[:min(8, len(s))]
}
