package authorizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Output is what a Lambda authorizer of a REST API returned (REST data plane spec, 11.3).
type Output struct {
	PrincipalID string
	// Policy is the policy document as the function wrote it.
	Policy json.RawMessage
	// Context holds the values of context as strings, whatever JSON scalars they were.
	Context map[string]string
	// UsageIdentifierKey is the value of an API key, or "".
	UsageIdentifierKey string
}

// ErrUnauthorized is a function's way to ask for a 401: failing with exactly this message.
var ErrUnauthorized = errors.New("Unauthorized")

// OutputError says why the answer of a function is no authorization. To the client it is a
// configuration error of the authorizer.
type OutputError struct{ Reason string }

func (e *OutputError) Error() string { return e.Reason }

func malformed(format string, args ...any) error {
	return &OutputError{"Execution failed due to configuration error: " + fmt.Sprintf(format, args...)}
}

// ParseOutput reads the answer of a function. failed tells that the function ended with an
// error, which the payload then describes. The error is ErrUnauthorized or an *OutputError.
func ParseOutput(payload []byte, failed bool) (*Output, error) {
	if failed {
		var failure struct {
			ErrorMessage string `json:"errorMessage"`
		}
		// A payload that is no JSON has no message, and then it is not the one word.
		_ = json.Unmarshal(payload, &failure)
		if failure.ErrorMessage == ErrUnauthorized.Error() {
			return nil, ErrUnauthorized
		}
		return nil, &OutputError{"Execution failed due to an internal error: the authorizer function failed: " + failure.ErrorMessage}
	}
	var raw struct {
		PrincipalID        *string                    `json:"principalId"`
		PolicyDocument     json.RawMessage            `json:"policyDocument"`
		Context            map[string]json.RawMessage `json:"context"`
		UsageIdentifierKey string                     `json:"usageIdentifierKey"`
	}
	if err := json.Unmarshal(payload, &raw); err != nil {
		return nil, malformed("Invalid JSON in response: %s", err)
	}
	if raw.PrincipalID == nil || *raw.PrincipalID == "" {
		return nil, malformed("Invalid JSON in response: principalId is missing")
	}
	if !isPolicy(raw.PolicyDocument) {
		return nil, malformed("Could not parse policy")
	}
	out := &Output{PrincipalID: *raw.PrincipalID, Policy: raw.PolicyDocument, UsageIdentifierKey: raw.UsageIdentifierKey}
	for name, value := range raw.Context {
		text, ok := scalar(value)
		if !ok {
			return nil, malformed("Invalid JSON in response: context.%s is neither a string nor a number nor a boolean", name)
		}
		if out.Context == nil {
			out.Context = map[string]string{}
		}
		out.Context[name] = text
	}
	return out, nil
}

// isPolicy tells whether a document has the outer form of a policy.
func isPolicy(doc json.RawMessage) bool {
	var policy struct {
		Statement json.RawMessage
	}
	if err := json.Unmarshal(doc, &policy); err != nil {
		return false
	}
	s := bytes.TrimSpace(policy.Statement)
	return len(s) > 0 && (s[0] == '[' || s[0] == '{')
}

// scalar returns a JSON string's content, or a number or boolean as it is written.
func scalar(value json.RawMessage) (string, bool) {
	v := bytes.TrimSpace(value)
	switch {
	case len(v) == 0, v[0] == '{', v[0] == '[', v[0] == 'n':
		return "", false
	case v[0] == '"':
		var s string
		err := json.Unmarshal(v, &s)
		return s, err == nil
	}
	return string(v), true
}
