package authorizer

import (
	"encoding/json"
	"errors"

	"github.com/postern-gateway/postern/shared/policy"
)

// Output is what a Lambda authorizer of a REST API returned (REST data plane spec, 11.3). It may
// be kept and shared by many requests, and so nobody must change it.
type Output struct {
	PrincipalID string
	// Policy decides about each request for which the output is used.
	Policy *policy.Policy
	// Document is the policy document as the function wrote it.
	Document json.RawMessage
	// Context holds the values of context as strings, whatever JSON scalars they were.
	Context map[string]string
	// UsageIdentifierKey is the value of an API key, or "".
	UsageIdentifierKey string
}

// MaxOutput is the greatest length of an authorizer's answer in bytes, a bound of this package:
// API Gateway publishes none for REST and HTTP APIs.
const MaxOutput = 1 << 20

// ErrUnauthorized is a function's way to ask for a 401: failing with exactly this message.
var ErrUnauthorized = errors.New("Unauthorized")

// ParseOutput reads the answer of a REST API's authorizer. failed tells that the function ended
// with an error, which the payload then describes. The error is ErrUnauthorized or an
// *OutputError.
func ParseOutput(payload []byte, failed bool) (*Output, error) {
	if failed {
		message := failureMessage(payload)
		if message == ErrUnauthorized.Error() {
			return nil, ErrUnauthorized
		}
		return nil, functionFailed(message)
	}
	m, err := readMembers(payload)
	if err != nil {
		return nil, err
	}
	out := &Output{}
	if out.PrincipalID, err = m.text("principalId"); err != nil {
		return nil, err
	}
	if out.PrincipalID == "" {
		return nil, malformed("Invalid JSON in response: principalId is missing")
	}
	if out.Document, out.Policy, err = m.policy(); err != nil {
		return nil, err
	}
	if out.UsageIdentifierKey, err = m.text("usageIdentifierKey"); err != nil {
		return nil, err
	}
	values, err := m.object("context")
	if err != nil {
		return nil, err
	}
	for name, value := range values {
		text, ok := scalar(value)
		if !ok {
			return nil, malformed("Invalid JSON in response: context.%s is neither a string nor a number nor a boolean", name)
		}
		if out.Context == nil {
			out.Context = make(map[string]string, len(values))
		}
		out.Context[name] = text
	}
	return out, nil
}

// Size is what the output takes in memory, in bytes, roughly.
func (o *Output) Size() int {
	// A compiled statement takes a few times what its text does.
	size := len(o.PrincipalID) + len(o.UsageIdentifierKey) + 5*len(o.Document)
	for name, value := range o.Context {
		size += len(name) + len(value) + mapEntry
	}
	return size + outputOverhead
}

// What an entry of a map and an output take beside their texts, in bytes.
const (
	mapEntry       = 48
	outputOverhead = 256
)
