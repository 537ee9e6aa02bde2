package rest

// The longest path and query together, in bytes (REST data plane spec, 16).
const (
	maxURL     = 10240
	maxEdgeURL = 8192
)

// maxURL is how long a request's path and query may be: an edge-optimized API is behind a
// distribution that takes less.
func (s *Stage) maxURL() int {
	if api := &s.snapshot.API; api.EndpointType == "REGIONAL" || api.Private {
		return maxURL
	}
	return maxEdgeURL
}
