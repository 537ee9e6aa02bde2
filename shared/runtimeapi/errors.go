package runtimeapi

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Error is a refusal by the Lambda service: the function did not run.
type Error struct {
	Status  int    // HTTP status of the service API
	Code    string // exception of the Lambda service model
	Message string
	Reason  string // only with TooManyRequestsException
	Cause   error  // for errors.Is, such as a context's error; may be nil
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// FunctionError reports that the function ran, or tried to, and failed.
// [Server.InvokeStream] returns it when nothing has been streamed yet, and a
// read of [Stream.Body] returns it afterwards. [Server.Invoke] puts the same
// facts into its [Result].
type FunctionError struct {
	Kind      string // value of X-Amz-Function-Error: Unhandled
	Type      string // errorType, for example Runtime.ExitError
	Payload   []byte // error document: JSON with errorType and errorMessage
	RequestID string
}

func (e *FunctionError) Error() string {
	return fmt.Sprintf("function error %s (%s): %s", e.Kind, e.Type, e.Payload)
}

// Error types that Lambda itself reports for a function.
const (
	typeTimedOut         = "Sandbox.Timedout"
	typeExit             = "Runtime.ExitError"
	typeEntrypoint       = "Runtime.InvalidEntrypoint"
	typeResponseTooLarge = "Function.ResponseSizeTooLarge"
	typeTruncated        = "Runtime.TruncatedResponse"
	typeResponseMode     = "Runtime.InvalidResponseModeHeader"
)

// fault is a failure that is known before it is known which invocation it will
// be the answer to, such as an init error.
type fault struct {
	errorType string
	message   string // completed with the request id when the payload is nil
	payload   []byte // what the runtime itself reported
}

func (f *fault) functionError(requestID string) *FunctionError {
	payload := f.payload
	if len(payload) == 0 {
		payload = errorDocument(f.errorType, fmt.Sprintf("RequestId: %s Error: %s", requestID, f.message))
	}
	return &FunctionError{Kind: "Unhandled", Type: f.errorType, Payload: payload}
}

func responseTooLarge(limit int64) *FunctionError {
	message := fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", limit)
	return &FunctionError{Kind: "Unhandled", Type: typeResponseTooLarge, Payload: errorDocument(typeResponseTooLarge, message)}
}

func errorDocument(errorType, message string) []byte {
	// Two strings always marshal.
	document, _ := json.Marshal(struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{errorType, message})
	return document
}

func notFound(arn string) *Error {
	return &Error{Status: http.StatusNotFound, Code: "ResourceNotFoundException", Message: "Function not found: " + arn}
}

func invalidContent(format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "InvalidRequestContentException", Message: fmt.Sprintf(format, args...)}
}

func invalidParameter(format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "InvalidParameterValueException", Message: fmt.Sprintf(format, args...)}
}

func requestTooLarge(limit int) *Error {
	return &Error{
		Status:  http.StatusRequestEntityTooLarge,
		Code:    "RequestTooLargeException",
		Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", limit),
	}
}

func tooManyRequests(cause error) *Error {
	return &Error{
		Status:  http.StatusTooManyRequests,
		Code:    "TooManyRequestsException",
		Message: "Rate Exceeded.",
		Reason:  "ReservedFunctionConcurrentInvocationLimitExceeded",
		Cause:   cause,
	}
}

func closed() *Error {
	return &Error{Status: http.StatusInternalServerError, Code: "ServiceException", Message: "The server is closed."}
}
