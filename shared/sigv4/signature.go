package sigv4

import (
	"net/http"
	"strings"
	"time"
)

// The algorithms.
const (
	algorithmV4  = "AWS4-HMAC-SHA256"
	algorithmV4a = "AWS4-ECDSA-P256-SHA256"
)

// terminator ends every credential scope.
const terminator = "aws4_request"

// Signature is what a request says about how it was signed.
type Signature struct {
	// Asymmetric tells Signature Version 4a.
	Asymmetric bool
	// Presigned tells that the query carries the signature.
	Presigned   bool
	AccessKeyID string
	// Date, Region (empty for 4a) and Service are those of the credential scope.
	Date, Region, Service string
	// Time is when the request was signed; for a presigned one Expires, from 1 second to 7
	// days, is how long it is valid, 0 if it does not say.
	Time    time.Time
	Expires time.Duration
	// SecurityToken is that of temporary credentials, or empty.
	SecurityToken string
	// RegionSet is the list of Region patterns of 4a.
	RegionSet string

	amzDate       string
	scopeEnd      string
	signedHeaders string
	value         string
	// payload is X-Amz-Content-Sha256 where the request has it.
	payload string
}

// IsSignature tells whether an Authorization header is a signature of version 4 or 4a, whatever
// it is worth.
func IsSignature(authorization string) bool {
	a, _, _ := strings.Cut(authorization, " ")
	return a == algorithmV4 || a == algorithmV4a
}

// Parse reads the signature of a request. Every error is an *Error; it says with CodeMissingToken
// that the request does not carry one.
func Parse(r *http.Request) (*Signature, error) {
	authorization := r.Header["Authorization"]
	presigned := hasQuerySignature(r.URL.RawQuery)
	switch {
	case presigned && (len(authorization) == 0 || !IsSignature(authorization[0])):
		return parseQuery(r)
	case presigned:
		return nil, incomplete("Only one of the Authorization header and the query string may carry a signature.")
	case len(authorization) == 0 || len(authorization) == 1 && authorization[0] == "":
		return nil, missingToken()
	case len(authorization) > 1:
		return nil, incomplete("There must be only one Authorization header.")
	}
	return parseHeader(r, authorization[0])
}

func (s *Signature) algorithm() string {
	if s.Asymmetric {
		return algorithmV4a
	}
	return algorithmV4
}

// setCredential reads the credential and its scope; source is as the client wrote it.
func (s *Signature) setCredential(credential string) *Error {
	parts := strings.Split(credential, "/")
	switch {
	case s.Asymmetric && len(parts) == 4:
		s.AccessKeyID, s.Date, s.Service, s.scopeEnd = parts[0], parts[1], parts[2], parts[3]
	case s.Asymmetric:
		return incomplete("Credential must have exactly 4 slash-delimited elements, e.g. keyid/date/service/term, got '%s'", credential)
	case len(parts) == 5:
		s.AccessKeyID, s.Date, s.Region, s.Service, s.scopeEnd = parts[0], parts[1], parts[2], parts[3], parts[4]
	default:
		return incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", credential)
	}
	return nil
}

// setTime reads a signing time in the form of X-Amz-Date, or in one that a Date header has.
func (s *Signature) setTime(text string, dateHeader bool) {
	s.amzDate = text
	if len(text) == len("20060102T150405Z") {
		if t, err := time.Parse(timeLayout, text); err == nil {
			s.Time = t
			return
		}
	}
	if !dateHeader {
		return
	}
	t, err := http.ParseTime(text)
	if err != nil {
		t, err = time.Parse(time.RFC1123Z, text) // botocore writes "-0000" for GMT
	}
	if err == nil {
		s.Time = t.UTC()
		s.amzDate = s.Time.Format(timeLayout)
	}
}
