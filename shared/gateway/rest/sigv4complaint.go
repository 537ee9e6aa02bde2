package rest

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// sigV4Algorithm starts an Authorization header that is a Signature Version 4.
const sigV4Algorithm = "AWS4-HMAC-SHA256"

// sigV4Complaint returns what API Gateway's signature parser says about an Authorization
// header that is no complete signature, or "" (REST data plane spec, 1.4 and 11.5). Of the two
// recorded wordings for a broken pair it uses the newer, which does not repeat a secret.
func sigV4Complaint(h http.Header) string {
	value := h.Get("Authorization")
	if value == "" {
		return ""
	}
	_, parameters, found := strings.Cut(value, " ")
	if !found {
		parameters = value
	}
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(parameters, ",") {
		name, _, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok {
			sum := sha256.Sum256([]byte(value))
			return "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" +
				base64.StdEncoding.EncodeToString(sum[:]) + "'."
		}
		seen[name] = true
	}
	var missing []string
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if !seen[name] {
			missing = append(missing, "Authorization header requires '"+name+"' parameter.")
		}
	}
	if h.Get("X-Amz-Date") == "" && h.Get("Date") == "" {
		missing = append(missing, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	if len(missing) == 0 {
		return ""
	}
	return strings.Join(append(missing, "Authorization="+value), " ")
}
