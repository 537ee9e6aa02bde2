package sigv4

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// credentials are the parameters of an Authorization header that count.
type credentials struct{ credential, signedHeaders, signature string }

// parseHeader reads the signature of an Authorization header.
func parseHeader(r *http.Request, authorization string) (*Signature, error) {
	c, refusal := readAuthorization(authorization, hasDate(r.Header))
	if refusal != nil {
		return nil, refusal
	}
	algorithm, _, _ := strings.Cut(authorization, " ")
	if algorithm != algorithmV4 && algorithm != algorithmV4a {
		return nil, incomplete("Unsupported AWS 'algorithm': '%s'", algorithm)
	}
	s := &Signature{
		Asymmetric:    algorithm == algorithmV4a,
		SecurityToken: joined(r.Header["X-Amz-Security-Token"]),
		RegionSet:     joined(r.Header["X-Amz-Region-Set"]),
		payload:       joined(r.Header["X-Amz-Content-Sha256"]),
		signedHeaders: c.signedHeaders,
		value:         c.signature,
	}
	if refusal := s.setCredential(c.credential); refusal != nil {
		return nil, refusal
	}
	if date := r.Header["X-Amz-Date"]; len(date) > 0 {
		s.setTime(joined(date), false)
	} else {
		s.setTime(joined(r.Header["Date"]), true)
	}
	if s.Asymmetric && s.RegionSet == "" {
		return nil, incomplete("Authorization header requires existence of a 'X-Amz-Region-Set' header. Authorization=%s", authorization)
	}
	return s, nil
}

// Complaint is what the parser of signatures says about an Authorization header on a request with
// the header h, or "" if it is complete (REST data plane spec, 11.5).
func Complaint(h http.Header) string {
	authorization := h.Get("Authorization")
	if authorization == "" {
		return ""
	}
	if _, refusal := readAuthorization(authorization, hasDate(h)); refusal != nil {
		return refusal.Message
	}
	return ""
}

// readAuthorization takes a header apart. Of the two recorded wordings for a broken pair it uses
// the newer, which does not repeat a secret.
func readAuthorization(authorization string, dateSent bool) (credentials, *Error) {
	_, parameters, found := strings.Cut(authorization, " ")
	if !found {
		parameters = authorization
	}
	var c credentials
	for pair := range strings.SplitSeq(parameters, ",") {
		name, value, ok := strings.Cut(strings.Trim(pair, " "), "=")
		if !ok {
			sum := sha256.Sum256([]byte(authorization))
			return c, incomplete("Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '%s'.",
				base64.StdEncoding.EncodeToString(sum[:]))
		}
		var to *string
		switch name {
		case "Credential":
			to = &c.credential
		case "SignedHeaders":
			to = &c.signedHeaders
		case "Signature":
			to = &c.signature
		default:
			continue
		}
		if *to != "" {
			return c, incomplete("Authorization header has more than one '%s' parameter.", name)
		}
		*to = value
	}
	var missing []string
	for _, p := range [...]struct{ name, value string }{{"Credential", c.credential}, {"Signature", c.signature}, {"SignedHeaders", c.signedHeaders}} {
		if p.value == "" {
			missing = append(missing, "Authorization header requires '"+p.name+"' parameter.")
		}
	}
	if !dateSent {
		missing = append(missing, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	if len(missing) > 0 {
		return c, incomplete("%s Authorization=%s", strings.Join(missing, " "), authorization)
	}
	return c, nil
}

func hasDate(h http.Header) bool { return h.Get("X-Amz-Date") != "" || h.Get("Date") != "" }

func joined(values []string) string {
	if len(values) == 1 {
		return values[0]
	}
	return strings.Join(values, ",")
}
