package rest

import (
	"errors"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// ResponseType is a gateway response type (REST data plane spec, 9.1).
type ResponseType = exchange.ResponseType

// The gateway response types.
const (
	AccessDenied                 ResponseType = "ACCESS_DENIED"
	APIConfigurationError        ResponseType = "API_CONFIGURATION_ERROR"
	AuthorizerConfigurationError ResponseType = "AUTHORIZER_CONFIGURATION_ERROR"
	AuthorizerFailure            ResponseType = "AUTHORIZER_FAILURE"
	BadRequestBody               ResponseType = "BAD_REQUEST_BODY"
	BadRequestParameters         ResponseType = "BAD_REQUEST_PARAMETERS"
	Default4XX                   ResponseType = "DEFAULT_4XX"
	Default5XX                   ResponseType = "DEFAULT_5XX"
	ExpiredToken                 ResponseType = "EXPIRED_TOKEN"
	IntegrationFailure           ResponseType = "INTEGRATION_FAILURE"
	IntegrationTimeout           ResponseType = "INTEGRATION_TIMEOUT"
	InvalidAPIKey                ResponseType = "INVALID_API_KEY"
	InvalidSignature             ResponseType = "INVALID_SIGNATURE"
	MissingAuthenticationToken   ResponseType = "MISSING_AUTHENTICATION_TOKEN"
	QuotaExceeded                ResponseType = "QUOTA_EXCEEDED"
	RequestTooLarge              ResponseType = "REQUEST_TOO_LARGE"
	ResourceNotFound             ResponseType = "RESOURCE_NOT_FOUND"
	Throttled                    ResponseType = "THROTTLED"
	Unauthorized                 ResponseType = "UNAUTHORIZED"
	UnsupportedMediaType         ResponseType = "UNSUPPORTED_MEDIA_TYPE"
	WAFFiltered                  ResponseType = "WAF_FILTERED"
)

// Error is a refusal or a failure of a request. Phases return it; the gateway response renders
// it. Fields left empty take what the type says.
type Error struct {
	Type ResponseType
	// Status is the answer's status where it is not the type's own: that of DEFAULT_4XX and
	// DEFAULT_5XX, and 500 or 502 for an integration failure (REST data plane spec, 9.2).
	Status int
	// ErrorType is the value of x-amzn-ErrorType where it is not the type's own.
	ErrorType string
	// Message is what the client is told where it is not the type's own message.
	Message string
	// ValidationErrors is $context.error.validationErrorString.
	ValidationErrors string
	// Plain is a whole answer as text, which no gateway response replaces (REST data plane
	// spec, 3.6).
	Plain string
	// Reason is the stable text for the operator: access log, execution log, trace.
	Reason string
	// Err is the cause; it may be nil.
	Err error
}

func (e *Error) Error() string {
	text := string(e.Type) + ": " + e.Reason
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// errClientGone says that nobody waits for the answer any more.
var errClientGone = errors.New("the client went away")

func configurationError(reason string, err error) *Error {
	return &Error{Type: APIConfigurationError, Reason: "Execution failed due to configuration error: " + reason, Err: err}
}

func integrationFailure(status int, reason string, err error) *Error {
	return &Error{Type: IntegrationFailure, Status: status, Reason: reason, Err: err}
}
