package authorizer

import (
	"encoding/json"
	"fmt"
)

// OutputError says why the answer of a function is no authorization. To the client it is a
// configuration error of the authorizer.
type OutputError struct{ Reason string }

// Error gives the reason.
func (e *OutputError) Error() string { return e.Reason }

func malformed(format string, args ...any) error {
	return &OutputError{"Execution failed due to configuration error: " + fmt.Sprintf(format, args...)}
}

func functionFailed(message string) error {
	return &OutputError{"Execution failed due to an internal error: the authorizer function failed: " + clip(message)}
}

// failureMessage is the message of a function that ended with an error.
func failureMessage(payload []byte) string {
	var failure struct {
		ErrorMessage string `json:"errorMessage"`
	}
	// A payload that is no JSON has no message, and then it is not the one word.
	_ = json.Unmarshal(payload, &failure)
	return failure.ErrorMessage
}

// maxMessage bounds what a function can make logs hold, in bytes.
const maxMessage = 1024

func clip(message string) string {
	if len(message) > maxMessage {
		return message[:maxMessage] + " [TRUNCATED]"
	}
	return message
}
