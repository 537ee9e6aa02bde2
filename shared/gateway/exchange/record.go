package exchange

import "time"

// ResponseType is the kind of a refusal, such as "ACCESS_DENIED": that of the gateway response of a
// REST API, and what an HTTP API calls the like.
type ResponseType string

// Record is the summary of a finished request.
type Record struct {
	RequestID, ExtendedRequestID, TraceID string

	AccountID, APIID, Stage, DeploymentID string
	// RESTName is the name of a REST API, or its id if it has none; empty for any other API.
	RESTName string
	// DetailedMetrics says that the method or route asks for metrics of its own.
	DetailedMetrics bool
	// ResourceID, ResourcePath and OperationName are empty if no resource matched. Of an HTTP API
	// they are those of the route, the path being its key.
	ResourceID, ResourcePath, OperationName string

	HTTPMethod, Path, Protocol    string
	DomainName                    string
	SourceIP, UserAgent           string
	Start                         time.Time
	ResponseLatency               time.Duration // from arrival to the last byte
	IntegrationLatency            time.Duration // from the call to the response's header
	IntegrationStatus             int           // 0 if no backend answered
	FunctionRequestID             string
	RequestBytes, ResponseBytes   int64 // of the bodies
	Status                        int   // 0 if the client went away before an answer
	ResponseType                  ResponseType
	Phase, Reason, ValidationText string // of a refusal: which phase, and why
	// Statement tells which statement of which policy decided about the request and why; empty if
	// no policy was asked.
	Statement string
	// Principal is who was let in or refused, as far as access control found out: the ARN of a
	// caller, what a Lambda authorizer or a user pool's token says, or empty.
	Principal string
	// APIKeyID identifies the API key, whose value no record shows.
	APIKeyID string
	// UsagePlanID is the usage plan that lets the key in, or empty.
	UsagePlanID string
	// Cache is what the stage's cache did: "hit", "miss" or "refresh", and empty if it was not
	// asked.
	Cache string
	// Err is the cause of a refusal, or what broke a delivery off; nil if all went well.
	Err error
}
