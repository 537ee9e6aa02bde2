package httpapi

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// Error is why the gateway answers a request itself.
type Error struct {
	Status int
	// Message is what the client is told.
	Message string
	// Type is $context.error.responseType, by the names that REST APIs have for the same.
	Type exchange.ResponseType
	// Challenge is the WWW-Authenticate header; empty sends none.
	Challenge string
	// Reason is the stable text for the operator: access log, record.
	Reason string
	// Err is the cause; it may be nil.
	Err error
}

func (e *Error) Error() string {
	text := e.Message + ": " + e.Reason
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// errClientGone says that nobody waits for the answer any more.
var errClientGone = errors.New("the client went away")

// The refusals of HTTP API spec, 4.

func notFound(reason string) *Error {
	return &Error{Status: http.StatusNotFound, Message: "Not Found", Type: "NOT_FOUND", Reason: reason}
}

func unauthorized(challenge, reason string, err error) *Error {
	return &Error{Status: http.StatusUnauthorized, Message: "Unauthorized", Type: "UNAUTHORIZED", Challenge: challenge, Reason: reason, Err: err}
}

func forbidden(reason string, err error) *Error {
	return &Error{Status: http.StatusForbidden, Message: "Forbidden", Type: "ACCESS_DENIED", Reason: reason, Err: err}
}

func tooManyRequests(reason string) *Error {
	return &Error{Status: http.StatusTooManyRequests, Message: "Too Many Requests", Type: "THROTTLED", Reason: reason}
}

// limitExceeded is a usage plan's quota, answered as REST APIs do (REST data plane spec, 12).
func limitExceeded(reason string) *Error {
	return &Error{Status: http.StatusTooManyRequests, Message: "Limit Exceeded", Type: "QUOTA_EXCEEDED", Reason: reason}
}

func payloadTooLarge(reason string) *Error {
	return &Error{Status: http.StatusRequestEntityTooLarge, Message: "Request Entity Too Large", Type: "REQUEST_TOO_LARGE", Reason: reason}
}

func headerTooLarge() *Error {
	return &Error{Status: http.StatusRequestHeaderFieldsTooLarge, Message: "Request Header Fields Too Large", Type: "DEFAULT_4XX", Reason: fmt.Sprintf("the request line and the headers exceed %d bytes", maxHeader)}
}

func badRequest(message, reason string) *Error {
	return &Error{Status: http.StatusBadRequest, Message: message, Type: "BAD_REQUEST_PARAMETERS", Reason: reason}
}

// internal is a definition that cannot be served, or an authorizer that failed.
func internal(kind exchange.ResponseType, reason string, err error) *Error {
	return &Error{Status: http.StatusInternalServerError, Message: "Internal Server Error", Type: kind, Reason: reason, Err: err}
}

const (
	apiConfiguration        = "API_CONFIGURATION_ERROR"
	authorizerConfiguration = "AUTHORIZER_CONFIGURATION_ERROR"
	authorizerFailed        = "AUTHORIZER_FAILURE"
	integrationFailed       = "INTEGRATION_FAILURE"
	integrationTimedOut     = "INTEGRATION_TIMEOUT"
)

// failed is a backend that answered with a failure, or with what is no answer: 500 (HTTP API spec,
// 4).
func (inv *Invocation) failed(reason string, err error) *Error {
	inv.Integration.Error = reason
	return internal(integrationFailed, reason, err)
}

// unavailable is a backend that did not answer: 503.
func (inv *Invocation) unavailable(kind exchange.ResponseType, reason string, err error) *Error {
	inv.Integration.Error = reason
	return &Error{Status: http.StatusServiceUnavailable, Message: "Service Unavailable", Type: kind, Reason: reason, Err: err}
}

func (inv *Invocation) timedOut(err error) *Error {
	return inv.unavailable(integrationTimedOut, "the integration did not answer in time", err)
}

// bodyFailure tells what went wrong on the client's side of the body, or returns nil.
func (inv *Invocation) bodyFailure() error {
	if inv.body == nil {
		return nil
	}
	switch err := inv.body.Err(); {
	case err == nil:
		return nil
	case errors.Is(err, exchange.ErrBodyTooLarge):
		return payloadTooLarge(fmt.Sprintf("the request body exceeds %d bytes", exchange.MaxPayload))
	default:
		return fmt.Errorf("read the request body: %w: %w", errClientGone, err)
	}
}
