package jwt

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// maxMembers bounds the members of a header, a payload or a key.
const maxMembers = 512

// member is a member of an object: its name, decoded, and its value as it lies in the document.
type member struct {
	name  string
	value []byte
}

// object is a JSON object in the order of its members, whose names are unique.
type object []member

// parseObject reads an object. Parsers disagree on which of two members of one name counts, so
// that such a document is refused rather than guessed at (RFC 8725, 2.4; RFC 7515, 4).
func parseObject(b []byte) (object, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("is not UTF-8")
	}
	if !jsontext.Valid(b) || jsontext.Kind(jsontext.Trim(b)) != '{' {
		return nil, errors.New("is no JSON object")
	}
	o := make(object, 0, 12)
	for name, value := range jsontext.Members(b) {
		if len(o) == maxMembers {
			return nil, fmt.Errorf("has more than %d members", maxMembers)
		}
		o = append(o, member{name, value})
	}
	return o, o.unique()
}

func (o object) unique() error {
	if len(o) > 24 {
		seen := make(map[string]bool, len(o))
		for _, m := range o {
			if seen[m.name] {
				return errors.New("has a member twice")
			}
			seen[m.name] = true
		}
		return nil
	}
	for i := range o {
		for j := range i {
			if o[i].name == o[j].name {
				return errors.New("has a member twice")
			}
		}
	}
	return nil
}

// get returns the value of a member, or nil.
func (o object) get(name string) []byte {
	for i := range o {
		if o[i].name == name {
			return o[i].value
		}
	}
	return nil
}

// text returns the value of a member that is a string; ok is false for a value of another type.
// A member that is absent is the empty string.
func (o object) text(name string) (s string, ok bool) {
	v := o.get(name)
	switch {
	case v == nil:
		return "", true
	case jsontext.Kind(v) != '"':
		return "", false
	}
	return jsontext.Text(v), true
}

// texts returns the elements of a list of strings; ok is false for anything else.
func texts(list []byte) (out []string, ok bool) {
	if jsontext.Kind(list) != '[' {
		return nil, false
	}
	out = []string{}
	for e := range jsontext.Elements(list) {
		if jsontext.Kind(e) != '"' {
			return nil, false
		}
		out = append(out, jsontext.Text(e))
	}
	return out, true
}
