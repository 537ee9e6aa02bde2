package httpapi

import (
	"io"
	"net/http"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// Target is where in an API a request goes, as the gateway found out from host and path.
type Target struct {
	// Path is what is matched: raw, with its percent escapes, without stage and mapping key.
	Path string
	// ContextPath is the raw path with the name of the stage, or without where the stage is
	// "$default" or was not named by the path.
	ContextPath string
	// DomainName is the host that the client named, without a port.
	DomainName string
	// Mapped says that a mapping of a custom domain led here, MappingKey is that mapping's key,
	// without slashes at its ends; it may be empty.
	Mapped     bool
	MappingKey string
}

// Invocation is one request on its way through the phases. Each part is written by the phase it is
// named after and only read by the later ones.
type Invocation struct {
	Stage   *Stage
	Target  Target
	Request *http.Request

	Arrival            Arrival
	Route              Route
	Authorization      Authorization
	Metering           Metering
	Cache              CacheUse
	IntegrationRequest IntegrationRequest
	Integration        Integration
	Response           Response
	Refusal            Refusal
	Delivery           Delivery

	pipeline *Pipeline
	writer   http.ResponseWriter
	// phase is the one that runs, or that has refused the request.
	phase *phase
	// body is the client's; nil if the request has none. Once read it is in payload.
	body     *exchange.Body
	payload  []byte
	buffered bool
	// call is the exchange with a backend, which lasts until the answer is delivered.
	call *exchange.Call
}

// Arrival is what the request brings along.
type Arrival struct {
	Time      time.Time
	RequestID string
	TraceID   string // X-Amzn-Trace-Id
	SourceIP  string
	Protocol  string
	// Path is the decoded path that routes match, EventPath the decoded path that events show, and
	// RawEventPath the same as it was sent (HTTP API spec, 2, 5 and 6).
	Path, EventPath, RawEventPath string
	Query                         exchange.Query
}

// Route is what route matching found.
type Route struct {
	route      *route
	PathParams []PathParam
}

// PathParam is a path parameter of a request, decoded.
type PathParam struct{ Name, Value string }

// Metering is what the API key phase found out.
type Metering struct{ APIKeyID, UsagePlanID string }

// IntegrationRequest is what goes to the backend.
type IntegrationRequest struct {
	// Header are the client's headers with those that the gateway adds to events, under canonical
	// names, after parameter mapping. Cookies and the Content-Length of events are made later.
	Header http.Header
	// Query is the query after parameter mapping; RawQuery as it was sent, unless a mapping has
	// changed it.
	Query    exchange.Query
	RawQuery string
	// Path is the whole path that a mapping sets, "" if none does.
	Path string
	// Host replaces the backend's, if mapped.
	Host string
	// Parameters are the evaluated parameters of an AWS service's action; a name without value is
	// absent.
	Parameters map[string]string
}

// Integration is the backend's answer as it came.
type Integration struct {
	Status int // of the backend or of the function's result
	Header http.Header
	// Body is read while the answer is delivered, of Length bytes or -1; nil if Payload is the
	// whole.
	Body    io.ReadCloser
	Length  int64
	Payload []byte
	Latency time.Duration
	start   time.Time
	// ServiceStatus is what the Lambda service answered, FunctionRequestID the invocation's own
	// identifier.
	ServiceStatus     int
	FunctionRequestID string
	// Error is why the backend could not be called or failed, for logs.
	Error string
}

// Response is what the client gets.
type Response struct {
	Status int
	Header http.Header
}

// Refusal is what the gateway answered in place of the backend.
type Refusal struct{ Err *Error }

// Delivery is what reached the client.
type Delivery struct {
	Status  int
	Bytes   int64
	Err     error
	Latency time.Duration
}

// bufferRequest reads the client's payload, once.
func (inv *Invocation) bufferRequest() error {
	if inv.buffered {
		return nil
	}
	if inv.body != nil {
		body, err := inv.body.All()
		if err != nil {
			return inv.bodyFailure()
		}
		inv.payload = body
	}
	inv.buffered = true
	return nil
}

// length is the length of the request's body in bytes, -1 if unknown.
func (inv *Invocation) length() int64 {
	switch {
	case inv.body == nil:
		return 0
	case inv.buffered:
		return int64(len(inv.payload))
	}
	return inv.body.Length
}
