package sigv4

import "fmt"

// Error is a refusal in the words of AWS (REST data plane spec, 11.5).
type Error struct {
	// Code is the value of x-amzn-ErrorType, such as "InvalidSignatureException".
	Code    string
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func missingToken() *Error {
	return &Error{"MissingAuthenticationTokenException", "Missing Authentication Token"}
}

func incomplete(format string, args ...any) *Error {
	return &Error{"IncompleteSignatureException", fmt.Sprintf(format, args...)}
}

func unknownKey() *Error {
	return &Error{"UnrecognizedClientException", "The security token included in the request is invalid."}
}

func mismatch() *Error {
	return &Error{"InvalidSignatureException", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}
}

func invalid(format string, args ...any) *Error {
	return &Error{"InvalidSignatureException", fmt.Sprintf(format, args...)}
}
