package websocket

import (
	"errors"
	"net/http"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// Error is a refusal or a failure. Phases return it; the handshake answers with its status, a
// message with a frame (WebSocket API spec, 1 and 8).
type Error struct {
	// Status is that of the handshake that it ends.
	Status int
	// Message is what the client is told.
	Message string
	// Type is $context.error.responseType, in the words of gateway responses.
	Type string
	// ValidationErrors is $context.error.validationErrorString.
	ValidationErrors string
	// Reason is the stable text for the operator.
	Reason string
	// Err is the cause; it may be nil.
	Err error
}

func (e *Error) Error() string {
	text := e.Type + ": " + e.Reason
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// errClientGone says that nobody waits for the answer any more.
var errClientGone = errors.New("the client went away")

// Texts for clients.
const (
	messageInternal     = "Internal server error"
	messageForbidden    = "Forbidden"
	messageUnauthorized = "Unauthorized"
	messageBadBody      = "Bad request body"
	messageThrottled    = "Too Many Requests"
	messageMediaType    = "Unsupported Media Type"
)

func forbidden(kind, reason string, err error) *Error {
	return &Error{Status: http.StatusForbidden, Message: messageForbidden, Type: kind, Reason: reason, Err: err}
}

func unauthorized(reason string, err error) *Error {
	return &Error{Status: http.StatusUnauthorized, Message: messageUnauthorized, Type: "UNAUTHORIZED", Reason: reason, Err: err}
}

func throttled(kind, reason string) *Error {
	return &Error{Status: http.StatusTooManyRequests, Message: messageThrottled, Type: kind, Reason: reason}
}

func badBody(status int, message, reason string, err error) *Error {
	return &Error{Status: status, Message: message, Type: "BAD_REQUEST_BODY", Reason: reason, Err: err}
}

func configurationError(reason string, err error) *Error {
	return &Error{Status: http.StatusInternalServerError, Message: messageInternal, Type: "API_CONFIGURATION_ERROR",
		Reason: "Execution failed due to configuration error: " + reason, Err: err}
}

func integrationFailure(status int, reason string, err error) *Error {
	return &Error{Status: status, Message: messageInternal, Type: "INTEGRATION_FAILURE", Reason: reason, Err: err}
}

func timedOut(err error) *Error {
	return &Error{Status: http.StatusGatewayTimeout, Message: messageInternal, Type: "INTEGRATION_TIMEOUT", Reason: "the integration did not answer in time", Err: err}
}

// appendFrame appends the frame of an error in the byte-exact form of WebSocket API spec, 8. That of
// a body that does not fit its model is spaced otherwise and names the message (6).
func appendFrame(b []byte, message, connectionID, requestID, messageID string) []byte {
	if message == messageBadBody && messageID != "" {
		b = append(b, `{"message" : `...)
		b = jsontext.AppendString(b, message)
		b = append(b, `, "connectionId": `...)
		b = jsontext.AppendString(b, connectionID)
		b = append(b, `, "messageId": `...)
		b = jsontext.AppendString(b, messageID)
		return append(b, '}')
	}
	b = append(b, `{"message": `...)
	b = jsontext.AppendString(b, message)
	b = append(b, `, "connectionId":`...)
	b = jsontext.AppendString(b, connectionID)
	b = append(b, `, "requestId":`...)
	b = jsontext.AppendString(b, requestID)
	return append(b, '}')
}

// Failure is the frame of a message that could not be served because the gateway's own state failed.
func Failure(connectionID string) []byte {
	return appendFrame(nil, messageInternal, connectionID, newID(), "")
}
