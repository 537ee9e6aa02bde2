package wire

import (
	"fmt"
	"net/http"
)

// Error is a refusal as a client sees it: the shape name of a modelled error (or one of the framework's own codes), its
// status and message.
type Error struct {
	Code       string            // value of x-amzn-ErrorType, like NotFoundException
	Status     int               // HTTP status
	Message    string            // body member "message"
	RetryAfter string            // header Retry-After in seconds; empty for none
	Extra      map[string]string // further members of the body by wire name: resourceType, limitType
}

// Error returns code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func newError(code string, status int, format string, args []any) *Error {
	message := format
	if len(args) > 0 {
		message = fmt.Sprintf(format, args...)
	}
	return &Error{Code: code, Status: status, Message: message}
}

// BadRequest is a semantic refusal: BadRequestException, 400. Like all constructors here it takes format literally when
// there are no arguments.
func BadRequest(format string, args ...any) *Error {
	return newError("BadRequestException", http.StatusBadRequest, format, args)
}

// Unauthorized is UnauthorizedException, 401.
func Unauthorized(format string, args ...any) *Error {
	return newError("UnauthorizedException", http.StatusUnauthorized, format, args)
}

// Forbidden is ForbiddenException, 403, the management API's refusal.
func Forbidden(format string, args ...any) *Error {
	return newError("ForbiddenException", http.StatusForbidden, format, args)
}

// AccessDenied is AccessDeniedException, 403, the control planes' refusal.
func AccessDenied(format string, args ...any) *Error {
	return newError("AccessDeniedException", http.StatusForbidden, format, args)
}

// NotFound is NotFoundException, 404.
func NotFound(format string, args ...any) *Error {
	return newError("NotFoundException", http.StatusNotFound, format, args)
}

// Conflict is ConflictException, 409.
func Conflict(format string, args ...any) *Error {
	return newError("ConflictException", http.StatusConflict, format, args)
}

// Gone is GoneException, 410: the connection no longer exists.
func Gone(format string, args ...any) *Error {
	return newError("GoneException", http.StatusGone, format, args)
}

// PayloadTooLarge is PayloadTooLargeException, 413: a WebSocket message over its limit.
func PayloadTooLarge(format string, args ...any) *Error {
	return newError("PayloadTooLargeException", http.StatusRequestEntityTooLarge, format, args)
}

// LimitExceeded is LimitExceededException, 429: a quota on the number or size of resources.
func LimitExceeded(format string, args ...any) *Error {
	return newError("LimitExceededException", http.StatusTooManyRequests, format, args)
}

// TooManyRequests is TooManyRequestsException, 429: the caller is too fast. Set RetryAfter to give a hint.
func TooManyRequests(format string, args ...any) *Error {
	return newError("TooManyRequestsException", http.StatusTooManyRequests, format, args)
}

// ServiceUnavailable is ServiceUnavailableException, 503.
func ServiceUnavailable(format string, args ...any) *Error {
	return newError("ServiceUnavailableException", http.StatusServiceUnavailable, format, args)
}

// NotImplemented is NotImplementedException, 501: the model knows it, this gateway does not do it.
func NotImplemented(format string, args ...any) *Error {
	return newError("NotImplementedException", http.StatusNotImplemented, format, args)
}
