package rest

import (
	"net/http"

	"github.com/postern-gateway/postern/shared/sigv4"
)

// sigV4Complaint returns what API Gateway's signature parser says about an Authorization header on
// a path that no resource has, or "" if the header is complete or absent (REST data plane spec, 1.4
// and 11.5).
func sigV4Complaint(h http.Header) string { return sigv4.Complaint(h) }
