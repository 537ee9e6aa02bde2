package rest

import (
	"errors"
	"time"
)

// A test of an integration that streams ends with the answer, after testStreamTime or past
// testStreamBytes, whichever comes first, and has no execution log (domains and edge spec, 12.4).
const (
	testStreamTime  = 35 * time.Second
	testStreamBytes = 1 << 20
)

var (
	errTestFull = errors.New("the test has as much of the answer as it shows")
	errTestOver = errors.New("the test has taken as long as it may")
)

// testStreams tells whether the one method of a test's snapshot streams.
func (s *Stage) testStreams() bool {
	m, err := s.method(0)
	return err == nil && m.backend.stream
}
