package jsonpath

import (
	"errors"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

var errLenientJSON = errors.New("the JSON value is not complete")

// readLenientJSON reads a JSON value inside of a path as json-smart does in its permissive
// mode: texts may have single quotes or none, commas of lists may be too many or missing, and what follows a value
// that is complete is passed over.
func readLenientJSON(text string) (vtl.Value, error) {
	if jsontext.Valid([]byte(text)) {
		return vtl.DecodeJSON([]byte(text))
	}
	r := &lenientReader{text: text}
	return r.value(0, "")
}

type lenientReader struct {
	text string
	pos  int
}

func (r *lenientReader) skip() {
	for r.pos < len(r.text) && r.text[r.pos] <= ' ' {
		r.pos++
	}
}

// peek is the next byte that is no white space, or 0.
func (r *lenientReader) peek() byte {
	if r.skip(); r.pos < len(r.text) {
		return r.text[r.pos]
	}
	return 0
}

// value reads a value; a text without quotes ends before one of the bytes of stops.
func (r *lenientReader) value(depth int, stops string) (vtl.Value, error) {
	if depth > maxNesting {
		return nil, errors.New("the JSON value has too many levels")
	}
	switch c := r.peek(); c {
	case 0:
		return nil, errLenientJSON
	case '{':
		return r.object(depth)
	case '[':
		return r.list(depth)
	case '"', '\'':
		return r.quoted(c)
	}
	return r.word(stops), nil
}

func (r *lenientReader) list(depth int) (vtl.Value, error) {
	l := vtl.NewList()
	for r.pos++; ; {
		switch r.peek() {
		case ']':
			r.pos++
			return l, nil
		case ',':
			r.pos++
			continue
		case ':', '}':
			return nil, errLenientJSON
		}
		v, err := r.value(depth+1, ",]")
		if err != nil {
			return nil, err
		}
		l.Items = append(l.Items, v)
	}
}

func (r *lenientReader) object(depth int) (vtl.Value, error) {
	m := vtl.NewMap()
	for r.pos++; ; {
		var key string
		switch c := r.peek(); c {
		case '}':
			r.pos++
			return m, nil
		case ',':
			r.pos++
			continue
		case 0, ':', '{', '[', ']':
			return nil, errLenientJSON
		case '"', '\'':
			text, err := r.quoted(c)
			if err != nil {
				return nil, err
			}
			key = text
		default:
			key = r.bare(":")
		}
		if r.peek() != ':' {
			return nil, errLenientJSON
		}
		r.pos++
		if c := r.peek(); c == ':' || c == ',' || c == '}' || c == ']' {
			return nil, errLenientJSON
		}
		v, err := r.value(depth+1, ",}")
		if err != nil {
			return nil, err
		}
		m.Put(key, v)
		if c := r.peek(); c != ',' && c != '}' {
			return nil, errLenientJSON
		}
	}
}

func (r *lenientReader) quoted(quote byte) (string, error) {
	for i := r.pos + 1; i < len(r.text); i++ {
		switch r.text[i] {
		case '\\':
			i++
		case quote:
			text, err := unescape(r.text[r.pos+1 : i])
			r.pos = i + 1
			return text, err
		}
	}
	return "", errLenientJSON
}

// bare is a text up to one of the bytes of stops, without the white space around it.
func (r *lenientReader) bare(stops string) string {
	start := r.pos
	for r.pos < len(r.text) && strings.IndexByte(stops, r.text[r.pos]) < 0 {
		r.pos++
	}
	return strings.TrimFunc(r.text[start:r.pos], func(c rune) bool { return c <= ' ' })
}

func (r *lenientReader) word(stops string) vtl.Value {
	text := r.bare(stops)
	switch text {
	case "null":
		return nil
	case "true":
		return true
	case "false":
		return false
	case "-":
		return int32(0)
	}
	// Leading zeros do not count.
	number, sign := text, ""
	if strings.HasPrefix(number, "-") {
		number, sign = number[1:], "-"
	}
	for len(number) > 1 && number[0] == '0' && isDigit(number[1]) {
		number = number[1:]
	}
	if number != "" && isDigit(number[0]) && jsontext.Valid([]byte(sign+number)) {
		if v, err := vtl.DecodeJSON([]byte(sign + number)); err == nil {
			return v
		}
	}
	return text
}
