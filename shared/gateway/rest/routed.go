package rest

import "github.com/postern-gateway/postern/shared/snapshot"

// Routed returns the definition of the method that serves an HTTP method on a raw path, or nil if
// there is none, for those who decide about requests that are served elsewhere.
func (s *Stage) Routed(httpMethod, path string) (*snapshot.Method, error) {
	record, ok := match(&s.snapshot.Index, httpMethod, matchedPath(path))
	if !ok {
		return nil, nil
	}
	m, err := s.method(record)
	if err != nil {
		return nil, err
	}
	return m.doc, nil
}
