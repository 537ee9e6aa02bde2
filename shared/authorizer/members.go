package authorizer

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/postern-gateway/postern/shared/policy"
)

// members are the members of an answer, whose names are compared exactly.
type members map[string]json.RawMessage

func readMembers(payload []byte) (members, error) {
	if len(payload) > MaxOutput {
		return nil, malformed("Invalid JSON in response: it has more than %d bytes", MaxOutput)
	}
	var m members
	if err := json.Unmarshal(payload, &m); err != nil {
		return nil, malformed("Invalid JSON in response: %s", clip(err.Error()))
	}
	if m == nil {
		return nil, malformed("Invalid JSON in response: it is null")
	}
	return m, nil
}

// text is a string, "" if it is absent or null.
func (m members) text(name string) (string, error) {
	var s string
	if v, ok := m[name]; ok {
		if err := json.Unmarshal(v, &s); err != nil {
			return "", malformed("Invalid JSON in response: %s is no string", name)
		}
	}
	return s, nil
}

// object is an object's members, nil if it is absent or null.
func (m members) object(name string) (map[string]json.RawMessage, error) {
	var o map[string]json.RawMessage
	if v, ok := m[name]; ok {
		if err := json.Unmarshal(v, &o); err != nil {
			return nil, malformed("Invalid JSON in response: %s is no object", name)
		}
	}
	return o, nil
}

// policy is the policy document, as written and compiled.
func (m members) policy() (json.RawMessage, *policy.Policy, error) {
	document := m["policyDocument"]
	p, err := policy.Parse(string(document), policy.IdentityPolicy)
	if err == nil {
		return document, p, nil
	}
	var refusal *policy.Error
	if errors.As(err, &refusal) {
		return nil, nil, malformed("Could not parse policy: %s", clip(refusal.Error()))
	}
	return nil, nil, malformed("Could not parse policy")
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
