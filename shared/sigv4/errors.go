package sigv4

import (
	"errors"
	"fmt"
)

// ErrUnknownKey is what a Keys lookup answers for an access key that does not exist or is not
// active.
var ErrUnknownKey = errors.New("unknown access key")

// The codes of refusals: values of x-amzn-ErrorType (security and operations spec, 1.3).
const (
	CodeMissingToken = "MissingAuthenticationTokenException"
	CodeIncomplete   = "IncompleteSignatureException"
	CodeInvalid      = "InvalidSignatureException"
	CodeUnknownKey   = "UnrecognizedClientException"
	CodeExpiredToken = "ExpiredTokenException"
)

// Error is a refusal in the words of AWS (REST data plane spec, 11.5).
type Error struct {
	// Code is one of the constants above.
	Code string
	// Message is what the client is told.
	Message string
	// Reason is what the operator is told on top; it may be empty.
	Reason string
}

// Error gives the code and the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func missingToken() *Error {
	return &Error{Code: CodeMissingToken, Message: "Missing Authentication Token"}
}

func incomplete(format string, args ...any) *Error {
	return &Error{Code: CodeIncomplete, Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) *Error {
	return &Error{Code: CodeInvalid, Message: fmt.Sprintf(format, args...)}
}

func unknownKey(reason string) *Error {
	return &Error{Code: CodeUnknownKey, Message: "The security token included in the request is invalid.", Reason: reason}
}

func expiredToken() *Error {
	return &Error{Code: CodeExpiredToken, Message: "The security token included in the request is expired"}
}

// mismatch shows what should have been signed, as AWS does.
func mismatch(canonical, stringToSign []byte) *Error {
	const message = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	return invalid("%s\n\nThe Canonical String for this request should have been\n'%s'\n\nThe String-to-Sign should have been\n'%s'\n", message, canonical, stringToSign)
}
