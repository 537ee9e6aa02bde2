package wire

import "net/http"

// The refusals of the framework in front of every operation; no model declares them (control-plane operations, 2.1).

func serializationError(format string, args ...any) *Error {
	return newError("SerializationException", http.StatusBadRequest, format, args)
}

func validationError(message string) *Error {
	return &Error{Code: "ValidationException", Status: http.StatusBadRequest, Message: message}
}

func unknownOperation(method, path string) *Error {
	return newError("UnknownOperationException", http.StatusNotFound, "No operation matches %s %s", []any{method, path})
}

func bodyTooLarge() *Error {
	return newError("RequestEntityTooLargeException", http.StatusRequestEntityTooLarge,
		"The request body exceeds %d bytes", []any{maxBody})
}

func unsupportedMediaType(contentType string) *Error {
	return newError("UnsupportedMediaTypeException", http.StatusUnsupportedMediaType,
		"The content type %q is not application/json", []any{contentType})
}

func internalFailure() *Error {
	return &Error{Code: "InternalFailure", Status: http.StatusInternalServerError,
		Message: "The request processing has failed because of an unknown error, exception or failure."}
}
