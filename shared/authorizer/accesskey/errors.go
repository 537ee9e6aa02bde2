package accesskey

import "fmt"

// Error is a refusal of a change, with the code that IAM has for it.
type Error struct {
	// Code is IAM's: NoSuchEntity, EntityAlreadyExists, LimitExceeded, DeleteConflict,
	// MalformedPolicyDocument, ValidationError or ConcurrentModification.
	Code    string
	Message string
}

// Error gives the code and the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func noUser(name string) *Error {
	return &Error{"NoSuchEntity", fmt.Sprintf("The user with name %s cannot be found.", name)}
}

func noKey(id string) *Error {
	return &Error{"NoSuchEntity", fmt.Sprintf("The Access Key with id %s cannot be found.", id)}
}

func noPolicy(name string) *Error {
	return &Error{"NoSuchEntity", fmt.Sprintf("The user policy with name %s cannot be found.", name)}
}

func invalid(format string, args ...any) *Error {
	return &Error{"ValidationError", fmt.Sprintf(format, args...)}
}
