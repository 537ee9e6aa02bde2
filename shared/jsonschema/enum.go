package jsonschema

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// enum is a list of allowed values.
type enum struct {
	// strings are the texts among them, others the digests of the rest.
	strings map[string]bool
	others  map[uint64]bool
	printed []byte // the list as messages print it
}

func (c *compiler) enum(at location, k keywords, n *node) error {
	raw, ok := k["enum"]
	if !ok {
		return nil
	}
	d := new(document)
	if err := d.index(raw); err != nil || raw[0] != '[' {
		return fault(at.in("enum"), "must be a list")
	}
	e := &enum{strings: map[string]bool{}, others: map[uint64]bool{}, printed: d.appendValue(nil, d.root())}
	size := 0
	for all := d.elements(d.root()); ; size++ {
		v, ok := all.element()
		if !ok {
			break
		}
		if raw[v.at] == '"' {
			e.strings[string(d.str(v))] = true
		} else {
			e.others[d.digest(v)] = true
		}
	}
	if len(e.strings)+len(e.others) != size {
		return fault(at.in("enum"), "holds a value twice")
	}
	n.enum = e
	return nil
}

func (e *enum) has(d *document, v value) bool {
	if d.text[v.at] == '"' {
		return e.strings[string(d.str(v))]
	}
	return len(e.others) > 0 && e.others[d.digest(v)]
}

// digest is equal for equal values: numbers by their value, objects in any order. It is keyed and
// has 64 bits, so that values of the same digest are taken for equal.
func (d *document) digest(v value) uint64 {
	switch d.text[v.at] {
	case '{':
		sum := uint64(d.size(v))
		for m := d.members(v); ; {
			name, child, ok := m.member()
			if !ok {
				return mix('{', sum, 0)
			}
			sum += mix(':', maphash.Bytes(seed, name), d.digest(child))
		}
	case '[':
		sum := uint64(d.size(v))
		for e := d.elements(v); ; {
			child, ok := e.element()
			if !ok {
				return mix('[', sum, 0)
			}
			sum = mix(',', sum, d.digest(child))
		}
	case '"':
		return mix('"', maphash.Bytes(seed, d.str(v)), 0)
	case 't', 'f', 'n':
		return mix(d.text[v.at], 0, 0)
	}
	n := parseDecimal(d.raw(v))
	if n.digits() == 0 {
		return mix('0', 0, 0)
	}
	sign := byte('+')
	if n.negative {
		sign = '-'
	}
	var h maphash.Hash
	h.SetSeed(seed)
	_, _ = h.Write(n.head) // a hash takes everything
	_, _ = h.Write(n.tail)
	return mix(sign, h.Sum64(), uint64(n.exp))
}

func mix(tag byte, a, b uint64) uint64 {
	var buf [17]byte
	buf[0] = tag
	binary.LittleEndian.PutUint64(buf[1:], a)
	binary.LittleEndian.PutUint64(buf[9:], b)
	return maphash.Bytes(seed, buf[:])
}

// unique tells whether no two elements of an array are equal.
func (d *document) unique(v value) bool {
	digests := make([]uint64, 0, d.size(v))
	for all := d.elements(v); ; {
		child, ok := all.element()
		if !ok {
			break
		}
		digests = append(digests, d.digest(child))
	}
	slices.Sort(digests)
	for i := 1; i < len(digests); i++ {
		if digests[i] == digests[i-1] {
			return false
		}
	}
	return true
}
