package rest

import (
	"net/http"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
)

// Target is where in an API a request goes, as the gateway found out from host and path.
type Target struct {
	// Path is what is matched: raw, with its percent escapes, without stage or base path.
	Path string
	// EventPath and ContextPath are what event.path and requestContext.path show (REST data
	// plane spec, 1.2 and 1.3).
	EventPath, ContextPath string
	// DomainName is the host that the client named, without a port.
	DomainName string
	// BasePath is the base path mapping of a custom domain that led here, without slashes at its
	// ends; empty for the mapping without one and where no custom domain was named.
	BasePath string
}

// Invocation is one request on its way through the phases. Each part is written by the phase
// it is named after and only read by the later ones.
type Invocation struct {
	Stage   *Stage
	Target  Target
	Request *http.Request

	Arrival             Arrival
	Resource            Resource
	Authorization       Authorization
	Metering            Metering
	Cache               CacheUse
	Method              MethodRequest
	IntegrationRequest  IntegrationRequest
	Integration         Integration
	IntegrationResponse IntegrationResponse
	Response            MethodResponse
	Refusal             Refusal
	Delivery            Delivery

	pipeline *Pipeline
	writer   http.ResponseWriter
	// signer is the caller of an AWS_IAM method with its policies.
	signer *accesskey.Principal
	// overrides are what templates put into $context; nil until one asks for them.
	overrides *overrides
	// phase is the one that runs, or that has refused the request.
	phase *phase
	// body is the client's; nil if the request has none.
	body *requestBody
	// log is set for test invocations, and once a method's execution log has something to say.
	log *executionLog
	// call is the exchange with an HTTP backend, which lasts until the answer is delivered.
	call *exchange.Call
}

// Arrival is what the request brings along.
type Arrival struct {
	Time              time.Time
	RequestID         string
	ExtendedRequestID string
	TraceID           string // X-Amzn-Trace-Id
	SourceIP          string
	Protocol          string
	// Headers are those that mappings, proxies and functions may see (REST data plane spec,
	// 3.1), with those that the gateway adds (3.4).
	Headers Headers
	Query   exchange.Query
	// MethodOverride is the X-HTTP-Method-Override header, which Headers does not hold.
	MethodOverride string
}

// Resource is what resource matching found.
type Resource struct {
	// HTTPMethod is the effective one, after X-HTTP-Method-Override.
	HTTPMethod string
	PathParams []PathParam
	method     *method
}

// MethodRequest is what the request says about its payload and the wanted answer.
type MethodRequest struct {
	// ContentType is the Content-Type or application/json.
	ContentType string
	Accept      string
	// Binary says that the payload is bytes rather than text.
	Binary bool
}

// IntegrationRequest is what goes to the backend.
type IntegrationRequest struct {
	HTTPMethod string
	// URI and Header are those of HTTP and HTTP_PROXY.
	URI    string
	Host   string // replaces the URI's, if mapped
	Header http.Header
	paths  []mapping.PathValue // values of the URI's placeholders
	query  exchange.Query      // mapped parameters
	// Body is the payload if it had to be read or made; otherwise the client's is streamed.
	Body     []byte
	buffered bool
	// MockStatus is the status code that a MOCK's template gives.
	MockStatus int
	// Function and Event are those of AWS_PROXY.
	Function integration.LambdaFunction
	Event    []byte
}

// Integration is the backend's answer as it came.
type Integration struct {
	Status  int // of the backend, of the function's result, or of the MOCK
	Headers http.Header
	// HTTP is the response whose body is read later: that of an HTTP backend, or of a function
	// that streams.
	HTTP *http.Response
	// Payload is what a function returned.
	Payload []byte
	// Latency is from the call to the whole answer.
	Latency time.Duration
	// TimeToAllHeaders and TimeToFirstContent are set for answers that stream only.
	TimeToAllHeaders, TimeToFirstContent time.Duration
	start                                time.Time
	// refused says that Payload is the Lambda service's own refusal, for the client.
	refused bool
	// ServiceStatus is what the Lambda service answered.
	ServiceStatus int
	// FunctionRequestID is the invocation's own identifier.
	FunctionRequestID string
}

// IntegrationResponse is the backend's answer after selection, mapping and transformation.
type IntegrationResponse struct {
	selected *response
	Status   int
	Headers  Headers
	// Body is the payload unless Stream is set, which then streams from the backend.
	Body   []byte
	Stream bool
}

// MethodResponse is what the client gets.
type MethodResponse struct {
	Status  int
	Headers Headers
	Body    []byte
	Stream  bool
	// Length of a streamed body in bytes, or -1.
	Length int64
}

// Refusal is what the gateway response answered in place of a method response.
type Refusal struct {
	Err    *Error
	Status int
	// Type is the type whose definition applied: DEFAULT_4XX where it stood in.
	Type    ResponseType
	Message string
	// definitionErr says why a customised response could not be used.
	definitionErr error
	// headers and body are the answer, for the execution log.
	headers Headers
	body    []byte
}

// Delivery is what reached the client.
type Delivery struct {
	Status int
	Bytes  int64
	Err    error
	// Latency is from arrival to the last byte.
	Latency time.Duration
}

// source returns the value of a mapping source in the request phase; "" if there is none.
func (inv *Invocation) source(e *mapping.Expr) (string, error) {
	switch e.Kind {
	case mapping.Static:
		return e.Name, nil
	case mapping.StageVariable:
		return inv.Stage.doc.Variables[e.Name], nil
	case mapping.Context:
		v, _ := inv.dataVariable(e.Name)
		return v, nil
	case mapping.RequestPath:
		return inv.pathParam(e.Name), nil
	case mapping.RequestQuery, mapping.RequestMultiQuery:
		return inv.Arrival.Query.Last(e.Name), nil
	case mapping.RequestHeader:
		return inv.requestHeader(e.Name), nil
	case mapping.RequestMultiHeader:
		return joinValues(inv.Arrival.Headers.Values(e.Name)), nil
	case mapping.RequestBody:
		return inv.requestBodySource(e)
	}
	return inv.responseSource(e)
}

// requestHeader returns the last value of a header. The method override is consumed on arrival
// but may be mapped (REST data plane spec, 1.4).
func (inv *Invocation) requestHeader(name string) string {
	if v := inv.Arrival.Headers.Last(name); v != "" {
		return v
	}
	if inv.Arrival.MethodOverride != "" && canonicalHeader(name) == methodOverrideHeader {
		return inv.Arrival.MethodOverride
	}
	return ""
}

func (inv *Invocation) pathParam(name string) string {
	for _, p := range inv.Resource.PathParams {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}
