package jsonschema

import (
	"hash/maphash"
	"slices"
)

// blank returns the index of the first byte from i on that is no white space.
func (d *document) blank(i int) int {
	for i < len(d.text) {
		switch d.text[i] {
		case ' ', '\n', '\r', '\t':
			i++
		default:
			return i
		}
	}
	return i
}

// value reads the value at i and returns the index after it; false if it is none.
func (d *document) value(i, depth int) (int, bool) {
	if i >= len(d.text) {
		return 0, false
	}
	switch c := d.text[i]; {
	case c == '"':
		end, _, ok := d.string(i)
		return end, ok
	case c == '{':
		return d.object(i, depth+1)
	case c == '[':
		return d.array(i, depth+1)
	case c == '-' || c >= '0' && c <= '9':
		return d.number(i)
	case c == 't':
		return d.word(i, "true")
	case c == 'f':
		return d.word(i, "false")
	case c == 'n':
		return d.word(i, "null")
	}
	return 0, false
}

func (d *document) word(i int, w string) (int, bool) {
	end := i + len(w)
	return end, end <= len(d.text) && string(d.text[i:end]) == w
}

func (d *document) array(i, depth int) (int, bool) {
	if depth > maxDepth {
		return 0, false
	}
	self := len(d.containers)
	d.containers = append(d.containers, container{})
	size := uint32(0)
	i = d.blank(i + 1)
	if i < len(d.text) && d.text[i] == ']' {
		return d.close(self, i+1, size)
	}
	for {
		end, ok := d.value(i, depth)
		if !ok {
			return 0, false
		}
		size++
		i = d.blank(end)
		if i >= len(d.text) {
			return 0, false
		}
		switch d.text[i] {
		case ',':
			i = d.blank(i + 1)
		case ']':
			return d.close(self, i+1, size)
		default:
			return 0, false
		}
	}
}

func (d *document) object(i, depth int) (int, bool) {
	if depth > maxDepth {
		return 0, false
	}
	self, first := len(d.containers), len(d.names)
	d.containers = append(d.containers, container{})
	i = d.blank(i + 1)
	if i < len(d.text) && d.text[i] == '}' {
		return d.close(self, i+1, 0)
	}
	for {
		if i >= len(d.text) || d.text[i] != '"' {
			return 0, false
		}
		end, escaped, ok := d.string(i)
		if !ok {
			return 0, false
		}
		name := d.text[i+1 : end-1]
		if escaped {
			d.space = appendDecoded(d.space[:0], name)
			name = d.space
		}
		d.names = append(d.names, maphash.Bytes(seed, name))
		i = d.blank(end)
		if i >= len(d.text) || d.text[i] != ':' {
			return 0, false
		}
		if end, ok = d.value(d.blank(i+1), depth); !ok {
			return 0, false
		}
		i = d.blank(end)
		if i >= len(d.text) {
			return 0, false
		}
		switch d.text[i] {
		case ',':
			i = d.blank(i + 1)
		case '}':
			size := len(d.names) - first
			d.duplicates = d.duplicates || repeats(d.names[first:])
			d.names = d.names[:first]
			return d.close(self, i+1, uint32(size))
		default:
			return 0, false
		}
	}
}

func (d *document) close(self, end int, size uint32) (int, bool) {
	d.containers[self] = container{end: uint32(end), next: uint32(len(d.containers)), size: size}
	return end, true
}

// seed keys the hashes, so that nobody can prepare names that collide.
var seed = maphash.MakeSeed()

// repeats tells whether two hashes are equal; it may change their order.
func repeats(hashes []uint64) bool {
	if len(hashes) <= 16 {
		for i, h := range hashes {
			if slices.Contains(hashes[:i], h) {
				return true
			}
		}
		return false
	}
	slices.Sort(hashes)
	for i := 1; i < len(hashes); i++ {
		if hashes[i] == hashes[i-1] {
			return true
		}
	}
	return false
}

// string reads the string at i and returns the index after it, and whether it has escapes.
func (d *document) string(i int) (end int, escaped, ok bool) {
	text := d.text
	for i++; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return i + 1, escaped, true
		case c < ' ':
			return 0, false, false
		case c == '\\':
			escaped = true
			i++
			if i == len(text) {
				return 0, false, false
			}
			switch text[i] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				if i+4 >= len(text) || hex4(text[i+1:]) < 0 {
					return 0, false, false
				}
				i += 4
			default:
				return 0, false, false
			}
		}
	}
	return 0, false, false
}

// maxExponentDigits bounds exponents as Java's decimals are bounded: by 32 bits.
const maxExponentDigits = 9

func (d *document) number(i int) (int, bool) {
	text := d.text
	digits := func() bool {
		start := i
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		return i > start
	}
	if text[i] == '-' {
		i++
	}
	zero := i < len(text) && text[i] == '0'
	start := i
	if !digits() || zero && i > start+1 {
		return 0, false
	}
	if i < len(text) && text[i] == '.' {
		i++
		if !digits() {
			return 0, false
		}
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		for i+1 < len(text) && text[i] == '0' && text[i+1] >= '0' && text[i+1] <= '9' {
			i++
		}
		start := i
		if !digits() || i-start > maxExponentDigits {
			return 0, false
		}
	}
	return i, true
}

func hex4(b []byte) rune {
	r := rune(0)
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return -1
		}
	}
	return r
}
