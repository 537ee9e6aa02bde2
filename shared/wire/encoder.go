package wire

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Encoder writes one JSON document from generated structures. Absent members (nil) are left out; empty ones are written.
// Maps are written in the order of their keys, so equal structures give equal bytes.
type Encoder struct {
	buf   []byte
	comma bool // a member or element stands before the next one
	err   error
}

// Marshal writes v as JSON. It fails only for what JSON cannot say: numbers that are not finite.
func Marshal(v interface{ EncodeJSON(*Encoder) }) ([]byte, error) {
	var e Encoder
	e.object(func() { v.EncodeJSON(&e) })
	if e.err != nil {
		return nil, fmt.Errorf("encode JSON: %w", e.err)
	}
	return e.buf, nil
}

func (e *Encoder) object(members func()) {
	e.buf = append(e.buf, '{')
	e.comma = false
	members()
	e.buf = append(e.buf, '}')
	e.comma = true
}

// separate writes the comma in front of every element but the first.
func (e *Encoder) separate() {
	if e.comma {
		e.buf = append(e.buf, ',')
	}
	e.comma = true
}

func (e *Encoder) name(name string) {
	e.separate()
	e.StringValue(name)
	e.buf = append(e.buf, ':')
}

// String writes an optional string member.
func (e *Encoder) String(name string, v *string) { member(e, name, v, (*Encoder).StringValue) }

// Bool writes an optional boolean member.
func (e *Encoder) Bool(name string, v *bool) { member(e, name, v, (*Encoder).BoolValue) }

// Int32 writes an optional integer member.
func (e *Encoder) Int32(name string, v *int32) { member(e, name, v, (*Encoder).Int32Value) }

// Int64 writes an optional integer member.
func (e *Encoder) Int64(name string, v *int64) { member(e, name, v, (*Encoder).Int64Value) }

// Float64 writes an optional double member.
func (e *Encoder) Float64(name string, v *float64) { member(e, name, v, (*Encoder).Float64Value) }

// Epoch writes an optional timestamp member as seconds since 1970, with a fraction where there is one.
func (e *Encoder) Epoch(name string, v *time.Time) { member(e, name, v, (*Encoder).epochValue) }

// ISO8601 writes an optional timestamp member as date and time in UTC, with a fraction where there is one.
func (e *Encoder) ISO8601(name string, v *time.Time) { member(e, name, v, (*Encoder).isoValue) }

// Blob writes optional bytes as base64.
func (e *Encoder) Blob(name string, v []byte) {
	if v == nil {
		return
	}
	e.name(name)
	e.buf = append(e.buf, '"')
	e.buf = base64.StdEncoding.AppendEncode(e.buf, v)
	e.buf = append(e.buf, '"')
}

func member[T any](e *Encoder, name string, v *T, write func(*Encoder, T)) {
	if v == nil {
		return
	}
	e.name(name)
	write(e, *v)
}

// EncodeStructure writes an optional structure member.
func EncodeStructure[T any, P Structure[T]](e *Encoder, name string, v P) {
	if v == nil {
		return
	}
	e.name(name)
	e.object(func() { v.EncodeJSON(e) })
}

// EncodeElement writes a structure that is an element of a list or map.
func EncodeElement[T any, P Structure[T]](e *Encoder, v T) {
	e.object(func() { P(&v).EncodeJSON(e) })
}

// EncodeList writes an optional list member.
func EncodeList[T any](e *Encoder, name string, v []T, element func(*Encoder, T)) {
	if v == nil {
		return
	}
	e.name(name)
	ListValue(e, v, element)
}

// ListValue writes a list, which may be an element itself.
func ListValue[T any](e *Encoder, v []T, element func(*Encoder, T)) {
	e.buf = append(e.buf, '[')
	e.comma = false
	for i := range v {
		e.separate()
		element(e, v[i])
	}
	e.buf = append(e.buf, ']')
	e.comma = true
}

// EncodeMap writes an optional map member.
func EncodeMap[T any](e *Encoder, name string, v map[string]T, element func(*Encoder, T)) {
	if v == nil {
		return
	}
	e.name(name)
	MapValue(e, v, element)
}

// MapValue writes a map, which may be an element itself.
func MapValue[T any](e *Encoder, v map[string]T, element func(*Encoder, T)) {
	e.object(func() {
		for _, key := range slices.Sorted(maps.Keys(v)) {
			e.name(key)
			element(e, v[key])
		}
	})
}
