package eventsource

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// errNoMethod is shared by the sources, whose methods come from different members.
var errNoMethod = errors.New("the event's HTTP method is missing or no token")

// marks are the members of requestContext that tell the event sources apart.
type marks struct {
	ELB          *struct{} `json:"elb"`
	HTTP         *struct{} `json:"http"`
	Identity     *struct{} `json:"identity"`
	HTTPMethod   string    `json:"httpMethod"`
	DomainName   string    `json:"domainName"`
	ConnectionID string    `json:"connectionId"`
	EventType    string    `json:"eventType"`
	RouteKey     string    `json:"routeKey"`
}

// recognise decodes payload as the event of its source.
func recognise(payload []byte) (event, error) {
	requestContext := findRequestContext(payload)
	if requestContext == nil {
		var err error
		if requestContext, err = explain(payload); err != nil {
			return nil, err
		}
	}
	var m *marks
	if err := json.Unmarshal(requestContext, &m); err != nil {
		return nil, fmt.Errorf("decode event: requestContext: %w", err)
	}
	switch {
	case m == nil:
		return nil, &UnsupportedEventError{"an event whose requestContext is null"}
	case m.ConnectionID != "":
		return nil, &UnsupportedEventError{fmt.Sprintf("an API Gateway WebSocket event (%s on route %s)", m.EventType, m.RouteKey)}
	case m.ELB != nil:
		return decode[albEvent]("ALB", payload)
	// The label before the region tells function URLs from HTTP APIs, whose payload has the
	// same version: "{id}.lambda-url.{region}.on.aws".
	case m.HTTP != nil && strings.Contains(m.DomainName, ".lambda-url."):
		return decode[functionURLEvent]("function URL", payload)
	case m.HTTP != nil:
		return decode[httpV2Event]("HTTP API 2.0", payload)
	case m.HTTPMethod != "" || m.Identity != nil:
		e, err := decode[restEvent]("API Gateway 1.0", payload)
		// Only HTTP APIs write the version into payload 1.0 (REST data plane spec, 5.1; HTTP API spec, 6).
		if rest, ok := e.(*restEvent); ok && rest.Version != "" {
			return &httpV1Event{rest}, nil
		}
		return e, err
	}
	return nil, &UnsupportedEventError{"an event whose requestContext has none of elb, http, httpMethod or identity"}
}

func decode[T any, E interface {
	*T
	event
}](name string, payload []byte) (event, error) {
	e := E(new(T))
	if err := json.Unmarshal(payload, e); err != nil {
		return nil, fmt.Errorf("decode %s event: %w", name, err)
	}
	return e, nil
}

// findRequestContext returns the value of the payload's member requestContext, unchecked, or
// nil if a full look is needed. It stops there: AWS writes the member before the body, so an
// upload of several megabytes is not scanned once more, and the document is checked
// when the event is decoded.
func findRequestContext(payload []byte) []byte {
	s := scanner{payload}
	if !s.take('{') {
		return nil
	}
	for {
		key, ok := s.value()
		if !ok || !s.take(':') {
			return nil
		}
		value, ok := s.value()
		if !ok {
			return nil
		}
		switch string(key) {
		case `"requestContext"`:
			return value
		case `"methodArn"`, `"routeArn"`:
			return nil // an authorizer's event, which has a requestContext too
		}
		if !s.take(',') {
			return nil
		}
	}
}

// scanner finds the bounds of JSON values without checking what is inside.
type scanner struct {
	rest []byte
}

func (s *scanner) skipSpace() {
	for len(s.rest) > 0 && (s.rest[0] == ' ' || s.rest[0] == '\n' || s.rest[0] == '\r' || s.rest[0] == '\t') {
		s.rest = s.rest[1:]
	}
}

func (s *scanner) take(c byte) bool {
	s.skipSpace()
	if len(s.rest) == 0 || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// value takes the next value: brackets are counted, strings are skipped as a whole.
func (s *scanner) value() ([]byte, bool) {
	s.skipSpace()
	depth, inString := 0, false
	for i := 0; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			if inString = !inString; !inString && depth == 0 {
				return s.cut(i + 1)
			}
		case inString:
		case c == '{' || c == '[':
			depth++
		case depth == 0 && (c == ',' || c == '}' || c == ']' || c == ':'):
			return s.cut(i) // the end of a number or literal
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return s.cut(i + 1)
			}
		}
	}
	return nil, false
}

func (s *scanner) cut(n int) ([]byte, bool) {
	value := s.rest[:n]
	s.rest = s.rest[n:]
	return value, n > 0
}
