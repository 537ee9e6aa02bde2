package jsonschema

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// members goes through an object.
type members struct {
	d    *document
	at   int
	next uint32
}

func (d *document) members(v value) members {
	return members{d: d, at: d.blank(int(v.at) + 1), next: v.container + 1}
}

// member returns the next member; false after the last. The name is decoded; it may lie in the
// document.
func (m *members) member() (name []byte, v value, ok bool) {
	text := m.d.text
	if text[m.at] == '}' {
		return nil, value{}, false
	}
	end := stringEnd(text, m.at)
	name = decoded(text[m.at+1 : end-1])
	colon := m.d.blank(end)
	v = value{at: uint32(m.d.blank(colon + 1)), container: m.next}
	m.at, m.next = m.d.after(v)
	m.at = m.d.blank(m.at)
	if text[m.at] == ',' {
		m.at = m.d.blank(m.at + 1)
	}
	return name, v, true
}

// elements goes through an array.
type elements struct {
	d    *document
	at   int
	next uint32
}

func (d *document) elements(v value) elements {
	return elements{d: d, at: d.blank(int(v.at) + 1), next: v.container + 1}
}

// element returns the next element; false after the last.
func (e *elements) element() (value, bool) {
	text := e.d.text
	if text[e.at] == ']' {
		return value{}, false
	}
	v := value{at: uint32(e.at), container: e.next}
	e.at, e.next = e.d.after(v)
	e.at = e.d.blank(e.at)
	if text[e.at] == ',' {
		e.at = e.d.blank(e.at + 1)
	}
	return v, true
}

// str returns the text of a string, decoded; it may lie in the document.
func (d *document) str(v value) []byte {
	end := stringEnd(d.text, int(v.at))
	return decoded(d.text[v.at+1 : end-1])
}

// decoded returns what lies between a string's quotes without escapes, in new space only if there
// are any.
func decoded(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	return appendDecoded(make([]byte, 0, len(raw)), raw)
}

// appendDecoded decodes what lies between the quotes of a valid string. A lone surrogate becomes
// U+FFFD.
func appendDecoded(b, raw []byte) []byte {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			b = append(b, raw[i])
			continue
		}
		i++
		switch raw[i] {
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			r := hex4(raw[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if i+6 < len(raw) && raw[i+1] == '\\' && raw[i+2] == 'u' {
					low = hex4(raw[i+3:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, raw[i])
		}
	}
	return b
}

// withoutDuplicates returns the text with the last member of each name alone, in the place of the
// first.
func (d *document) withoutDuplicates() []byte {
	return d.appendWithout(make([]byte, 0, len(d.text)), d.root())
}

func (d *document) appendWithout(b []byte, v value) []byte {
	switch d.text[v.at] {
	case '[':
		b = append(b, '[')
		for e, first := d.elements(v), true; ; first = false {
			child, ok := e.element()
			if !ok {
				return append(b, ']')
			}
			if !first {
				b = append(b, ',')
			}
			b = d.appendWithout(b, child)
		}
	case '{':
		type member struct {
			name []byte
			v    value
		}
		all := make([]member, 0, d.size(v))
		index := make(map[string]int, d.size(v))
		for m := d.members(v); ; {
			name, child, ok := m.member()
			if !ok {
				break
			}
			if i, seen := index[string(name)]; seen {
				all[i].v = child
				continue
			}
			index[string(name)] = len(all)
			all = append(all, member{name, child})
		}
		b = append(b, '{')
		for i, m := range all {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendQuoted(b, m.name)
			b = append(b, ':')
			b = d.appendWithout(b, m.v)
		}
		return append(b, '}')
	}
	return append(b, d.raw(v)...)
}
