package jsonschema

import "unicode/utf8"

// appendQuoted appends a text as a JSON string, escaped as sparingly as Java's Jackson does.
func appendQuoted(b, text []byte) []byte {
	const hex = "0123456789ABCDEF"
	b = append(b, '"')
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(text[i:])
			b = utf8.AppendRune(b, r)
			i += size
			continue
		}
		i++
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= ' ':
			b = append(b, c)
		case c == '\b':
			b = append(b, `\b`...)
		case c == '\f':
			b = append(b, `\f`...)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, `\u00`...)
			b = append(b, hex[c>>4], hex[c&15])
		}
	}
	return append(b, '"')
}

// appendList appends names as a JSON array.
func appendList(b []byte, names []string) []byte {
	b = append(b, '[')
	for i, n := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, []byte(n))
	}
	return append(b, ']')
}

// appendValue appends a value as Jackson prints it: without white space, decimals in Java's form.
func (d *document) appendValue(b []byte, v value) []byte {
	switch d.text[v.at] {
	case '{':
		b = append(b, '{')
		for m, first := d.members(v), true; ; first = false {
			name, child, ok := m.member()
			if !ok {
				return append(b, '}')
			}
			if !first {
				b = append(b, ',')
			}
			b = append(appendQuoted(b, name), ':')
			b = d.appendValue(b, child)
		}
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
			b = d.appendValue(b, child)
		}
	case '"':
		return appendQuoted(b, d.str(v))
	}
	raw := d.raw(v)
	if c := raw[0]; c == '-' || c >= '0' && c <= '9' {
		return appendNumber(b, raw)
	}
	return append(b, raw...)
}

// appendNumber appends an integer as it is written, and any other number as a Java decimal.
func appendNumber(b, raw []byte) []byte {
	if isIntegerText(raw) {
		if string(raw) == "-0" {
			return append(b, '0')
		}
		return append(b, raw...)
	}
	n := parseDecimal(raw)
	return n.appendJava(b)
}

// isIntegerText tells whether a number is written without fraction and exponent, which is what
// makes it an integer: 1.0 is none.
func isIntegerText(raw []byte) bool {
	for _, c := range raw {
		if c == '.' || c == 'e' || c == 'E' {
			return false
		}
	}
	return true
}
