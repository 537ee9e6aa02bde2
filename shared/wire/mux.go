package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"

	"github.com/google/uuid"
)

// maxBody is the limit of a request body in bytes (control-plane operations, 2.1).
const maxBody = 10 << 20

// Mux serves the operations of one or more services. It is safe for concurrent use once its fields are set.
type Mux struct {
	// Authenticate, if set, decides about every request that matches an operation, before anything of it is decoded. An
	// *Error is answered as such. The request is the mux's own copy: to tell the operation and Observe who the caller is,
	// replace its context (*r = *r.WithContext(ctx)).
	Authenticate func(r *http.Request, body []byte) error
	// OnError, if set, hears of every error that clients see as a 500: what an endpoint returned besides *Error, and its
	// panics. The operation is its model name.
	OnError func(r *http.Request, operation string, err error)
	// Observe, if set, hears of every call that Authenticate let pass, reads and refusals among them, in the goroutine of
	// the request and before the answer is written.
	Observe func(Observation)

	root node
}

// NewMux builds the routes of all operations of services and binds endpoints to them. An endpoint of another service, an
// unknown operation and two endpoints for one operation are errors. Operations without endpoint answer 501.
func NewMux(services []Service, endpoints ...Endpoint) (*Mux, error) {
	m := &Mux{}
	type key struct{ service, operation string }
	routes := map[key]*route{}
	for _, s := range services {
		for i := range s.Operations {
			r, err := m.root.add(&s.Operations[i])
			if err != nil {
				return nil, fmt.Errorf("route %s of %s: %w", s.Operations[i].Name, s.Name, err)
			}
			r.service, r.descriptor = s.Name, &s.Operations[i]
			routes[key{s.Name, r.operation}] = r
		}
	}
	for i := range endpoints {
		e := &endpoints[i]
		r := routes[key{e.service, e.operation}]
		if r == nil {
			return nil, fmt.Errorf("bind %s of %s: no such operation in the given services", e.operation, e.service)
		}
		if r.endpoint != nil {
			return nil, fmt.Errorf("bind %s of %s: bound twice", e.operation, e.service)
		}
		r.endpoint = e
	}
	return m, nil
}

// ServeHTTP answers one request.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := uuid.NewString()
	w.Header().Set("x-amzn-RequestId", id)
	w.Header().Set("x-amz-apigw-id", extendedID())
	r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
	var seen Observation
	operation, answer, err := m.serve(w, r, &seen)
	if err == nil && answer.err != nil {
		err = answer.err
	}
	var refusal *Error
	if err != nil && !errors.As(err, &refusal) {
		refusal = internalFailure()
		if m.OnError != nil {
			m.OnError(r, operation, err)
		}
	}
	if m.Observe != nil && seen.Request != nil {
		if seen.Err = refusal; refusal != nil {
			seen.Output = nil
		}
		m.Observe(seen)
	}
	if refusal != nil {
		writeError(w, refusal)
		return
	}
	answer.write(w)
}

// serve does what comes before writing: route, read, authenticate, decode and call. It fills seen in once the request is
// authenticated.
func (m *Mux) serve(w http.ResponseWriter, r *http.Request, seen *Observation) (operation string, answer *Response, err error) {
	segments, err := splitPath(r.URL.EscapedPath())
	if err != nil {
		return "", nil, unknownOperation(r.Method, r.URL.EscapedPath())
	}
	query, queryErr := url.ParseQuery(r.URL.RawQuery)
	route, values := m.root.find(r.Method, segments, query, nil)
	if route == nil {
		return "", nil, unknownOperation(r.Method, r.URL.EscapedPath())
	}
	operation = route.operation
	if queryErr != nil {
		return operation, nil, serializationError("Could not parse the query string: %v", queryErr)
	}
	body, err := readBody(w, r)
	if err != nil {
		return operation, nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			answer, err = nil, fmt.Errorf("panic in %s: %v\n%s", operation, p, debug.Stack())
		}
	}()
	if m.Authenticate != nil {
		if err := m.Authenticate(r, body); err != nil {
			return operation, nil, err
		}
	}
	*seen = Observation{Request: r, RequestID: RequestID(r.Context()), Service: route.service, Operation: route.descriptor}
	if route.endpoint == nil {
		return operation, nil, NotImplemented("The operation %s is not implemented", operation)
	}
	in := &Request{header: r.Header, query: query, labels: make(map[string]string, len(values)), body: body, seen: seen}
	for i, name := range route.labels {
		in.labels[name] = values[i]
	}
	answer, err = route.endpoint.serve(r.Context(), in)
	return operation, answer, err
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	if r.ContentLength > maxBody {
		return nil, bodyTooLarge()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, bodyTooLarge()
	}
	if err != nil {
		return nil, serializationError("Could not read the request body: %v", err)
	}
	return body, nil
}
