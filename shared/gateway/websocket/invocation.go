package websocket

import (
	"context"
	"net/http"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
)

// eventType is what an event tells of, in the words of $context.eventType.
type eventType string

const (
	connectEvent    eventType = "CONNECT"
	messageEvent    eventType = "MESSAGE"
	disconnectEvent eventType = "DISCONNECT"
)

// Invocation is one event of a connection on its way through the phases. Each part is written by the
// phase it is named after and only read by the later ones.
type Invocation struct {
	Stage *Stage
	// Connection is written by the handshake alone.
	Connection *Connection
	Event      eventType

	Arrival            Arrival
	Authorization      Authorization
	IntegrationRequest IntegrationRequest
	Integration        Integration
	// Answer is what the integration's answer means.
	Answer Answer
	// Closing is that of a disconnect.
	Closing Closing
	Refusal Refusal

	pipeline *Pipeline
	ctx      context.Context
	phase    *phase
	// request is the client's handshake, nil for other events.
	request *http.Request
	// body is that of a message, empty for other events.
	body  document
	route *route
	// routeKey is the key of route, or what the selection expression gave where no route matched.
	routeKey string
}

// Arrival is what an event brings along.
type Arrival struct {
	Time      time.Time
	RequestID string
	// MessageID is that of a message, else empty.
	MessageID string
	TraceID   string
	// Headers and Query are those of a handshake.
	Headers headers
	Query   query
}

// IntegrationRequest is what goes to the backend.
type IntegrationRequest struct {
	Body   []byte
	Header http.Header
	URI    string
	// MockStatus is the status code that a MOCK's template gives.
	MockStatus int
	Function   integration.LambdaFunction

	paths []mapping.PathValue
	query []queryParam
}

type queryParam struct{ name, value string }

// Integration is the backend's answer as it came.
type Integration struct {
	// Status is that of the backend, of the function's result or of the MOCK; 0 if none was called.
	Status  int
	Headers http.Header
	Body    []byte
	// ServiceStatus is what the Lambda service answered, FunctionRequestID the invocation's id.
	ServiceStatus     int
	FunctionRequestID string
	// Failed tells that a function of an AWS integration ended with an error.
	Failed  bool
	Called  bool
	Latency time.Duration
}

// Answer is an integration's answer after selection, mapping and transformation.
type Answer struct {
	// Status drives a handshake.
	Status int
	// Body goes to the client of a route with a route response.
	Body []byte
	// Protocol and Tags are those that a $connect integration gave.
	Protocol string
	Tags     []string
}

// Refusal is what came of an error.
type Refusal struct {
	Err *Error
}
