package wire

import (
	"encoding/json"
	"iter"
)

// Decoder reads one JSON document into generated structures. The first error sticks: every later read returns the zero
// value, so that generated code needs no error checks. It is not safe for concurrent use.
type Decoder struct {
	data []byte
	pos  int
	err  error
}

// newDecoder checks the syntax of the whole document first; all reads may then rely on it.
func newDecoder(data []byte) *Decoder {
	d := &Decoder{data: data}
	if !json.Valid(data) {
		// The second pass is only for the reason and its offset.
		var raw json.RawMessage
		d.err = serializationError("Could not parse the request body as JSON: %v", json.Unmarshal(data, &raw))
	}
	return d
}

// Unmarshal reads a JSON document into v. Members that v does not know are skipped, as the services do; wrong types are a
// SerializationException.
func Unmarshal(data []byte, v interface{ DecodeJSON(*Decoder) }) error {
	d := newDecoder(data)
	v.DecodeJSON(d)
	return d.Err()
}

// Err returns the first error, an *Error.
func (d *Decoder) Err() error { return d.err }

// Members yields the names of an object's members. The body of the loop must read or Skip the value of each. Null yields
// nothing; any other value is an error.
func (d *Decoder) Members() iter.Seq[string] {
	return func(yield func(string) bool) {
		if d.null() {
			return
		}
		if k := d.kind(); k != kindObject {
			d.mismatch(k, "", structureTarget)
			return
		}
		d.entries(yield)
	}
}

// entries walks an object whose opening brace is the current byte.
func (d *Decoder) entries(yield func(string) bool) {
	d.pos++
	for d.next() != '}' {
		if d.data[d.pos] == ',' {
			d.pos++
			d.next()
		}
		name := d.text()
		d.next()
		d.pos++ // the colon
		if !yield(name) || d.err != nil {
			return
		}
	}
	d.pos++
}

// Skip passes over the current value.
func (d *Decoder) Skip() {
	if d.err != nil {
		return
	}
	switch d.kind() {
	case kindString:
		d.raw()
	case kindObject, kindList:
		depth := 0
		for {
			switch d.next() {
			case '{', '[':
				depth++
				d.pos++
			case '}', ']':
				depth--
				d.pos++
			case '"':
				d.raw()
			default:
				d.pos++
			}
			if depth == 0 {
				return
			}
		}
	default:
		d.token()
	}
}

// null consumes a null, which means an absent member. It also reports true after an error, so that callers stop.
func (d *Decoder) null() bool {
	if d.err != nil {
		return true
	}
	if d.kind() != kindNull {
		return false
	}
	d.pos += len("null")
	return true
}

// next skips white space and returns the byte at the new position. A valid document never ends where next is called.
func (d *Decoder) next() byte {
	for {
		switch c := d.data[d.pos]; c {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return c
		}
	}
}

type kind byte

const (
	kindNull kind = iota
	kindBoolean
	kindNumber
	kindString
	kindList
	kindObject
)

func (d *Decoder) kind() kind {
	switch d.next() {
	case 'n':
		return kindNull
	case 't', 'f':
		return kindBoolean
	case '"':
		return kindString
	case '[':
		return kindList
	case '{':
		return kindObject
	default:
		return kindNumber
	}
}

// token consumes a number or a literal.
func (d *Decoder) token() string {
	start := d.pos
	for d.pos < len(d.data) {
		switch d.data[d.pos] {
		case ' ', '\t', '\n', '\r', ',', ']', '}':
			return string(d.data[start:d.pos])
		}
		d.pos++
	}
	return string(d.data[start:])
}
