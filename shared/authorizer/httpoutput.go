package authorizer

import (
	"bytes"
	"encoding/json"

	"github.com/postern-gateway/postern/shared/policy"
)

// HTTPOutput is what a Lambda authorizer of an HTTP API returned (HTTP API spec, 12). It may be
// kept and shared by many requests, and so nobody must change it.
type HTTPOutput struct {
	// PrincipalID is "" unless the function returned a policy with one.
	PrincipalID string
	// Context is an object with values of any JSON type, or nil. Integrations of payload 2.0 see
	// it as it is.
	Context json.RawMessage
	// Members are those of Context, for $context.authorizer.x and for payload 1.0.
	Members map[string]json.RawMessage

	// policy decides about each request; nil if the function decided about all in one word.
	policy  *policy.Policy
	allowed bool
	size    int
}

// ParseHTTPOutput reads the answer of an HTTP API's authorizer: a simple response, or else a
// policy. failed tells that the function ended with an error, which the payload then describes.
// The error is an *OutputError; the word that makes REST APIs answer 401 has no meaning here.
func ParseHTTPOutput(payload []byte, failed, simple bool) (*HTTPOutput, error) {
	if failed {
		return nil, functionFailed(failureMessage(payload))
	}
	m, err := readMembers(payload)
	if err != nil {
		return nil, err
	}
	out := &HTTPOutput{size: len(payload)}
	if simple {
		err = out.readSimple(m)
	} else {
		err = out.readPolicy(m)
	}
	if err != nil {
		return nil, err
	}
	if out.Members, err = m.object("context"); err != nil {
		return nil, err
	}
	if out.Members != nil {
		var compact bytes.Buffer
		// It was read before, so that it is JSON.
		_ = json.Compact(&compact, m["context"])
		out.Context = compact.Bytes()
	}
	return out, nil
}

func (o *HTTPOutput) readSimple(m members) error {
	switch string(m["isAuthorized"]) {
	case "true":
		o.allowed = true
	case "false":
	default:
		return malformed("Invalid JSON in response: isAuthorized is neither true nor false")
	}
	return nil
}

func (o *HTTPOutput) readPolicy(m members) (err error) {
	if o.PrincipalID, err = m.text("principalId"); err != nil {
		return err
	}
	_, o.policy, err = m.policy()
	return err
}

// Decide tells what the output means for a request. A simple response means the same for all.
func (o *HTTPOutput) Decide(r *policy.Request) policy.Decision {
	if o.policy != nil {
		return o.policy.Evaluate(r)
	}
	d := policy.Decision{Statement: -1}
	if o.allowed {
		d.Effect = policy.Allow
	}
	return d
}

// Variable is the value of $context.authorizer.{name}: strings as they are, everything else as
// JSON text.
func (o *HTTPOutput) Variable(name string) (string, bool) {
	v, ok := o.Members[name]
	if !ok {
		if name == "principalId" && o.PrincipalID != "" {
			return o.PrincipalID, true
		}
		return "", false
	}
	if text, ok := scalar(v); ok {
		return text, true
	}
	return string(v), true
}

// Size is what the output takes in memory, in bytes, roughly: its context is there twice, and a
// compiled policy takes a few times what its text does.
func (o *HTTPOutput) Size() int { return outputOverhead + 5*o.size + mapEntry*len(o.Members) }
