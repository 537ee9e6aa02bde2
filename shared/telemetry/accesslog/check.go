package accesslog

import (
	"fmt"
	"strings"
)

// MaxFormat is the longest format, in bytes (control-plane operations, 2.12).
const MaxFormat = 3 << 10

// Refusal says in API Gateway's words what is wrong with a format.
type Refusal struct{ Message string }

func (r *Refusal) Error() string { return r.Message }

func refusal(format string, args ...any) error {
	return &Refusal{Message: fmt.Sprintf(format, args...)}
}

// Check tells whether a stage of a REST API may have a format. The error is a *Refusal. No wording
// of API Gateway is known for a format that is too long.
func Check(format string) error {
	if strings.ContainsAny(trimEnd(format), "\r\n") {
		return refusal("Access Log format must be single line, new line character is allowed only at end of the format: '%s'", format)
	}
	if len(format) > MaxFormat {
		return refusal("Access Log format must not be longer than %d characters", MaxFormat)
	}
	for at := 0; at < len(format); {
		name, n := variableAt(format[at:])
		if name == "requestId" || name == "extendedRequestId" {
			return nil
		}
		at += max(n, 1)
	}
	return refusal("Access Log format must include either $context.requestId or $context.extendedRequestId : '%s'", format)
}

// trimEnd takes off the one line break that may end a format.
func trimEnd(format string) string {
	return strings.TrimSuffix(strings.TrimSuffix(format, "\n"), "\r")
}
