package exchange

import "strings"

// QueryParam is one name and value of a query, decoded.
type QueryParam struct {
	Name, Value string
}

// Query is a decoded query in the order of the request.
type Query []QueryParam

// Last returns the last value of a name or "", as the single-value views do (REST data plane
// spec, 3.5).
func (q Query) Last(name string) string {
	for i := len(q) - 1; i >= 0; i-- {
		if q[i].Name == name {
			return q[i].Value
		}
	}
	return ""
}

// Has tells whether a parameter is there.
func (q Query) Has(name string) bool {
	for _, p := range q {
		if p.Name == name {
			return true
		}
	}
	return false
}

// ParseQuery decodes a raw query: "&" and ";" separate, "+" is a space, percent escapes are
// decoded, and an escape that is none stays as it is (REST data plane spec, 1.3).
func ParseQuery(raw string) Query {
	if raw == "" {
		return nil
	}
	n := 1
	for i := range len(raw) {
		if raw[i] == '&' || raw[i] == ';' {
			n++
		}
	}
	q := make(Query, 0, n)
	for raw != "" {
		pair := raw
		if i := strings.IndexAny(raw, "&;"); i >= 0 {
			pair, raw = raw[:i], raw[i+1:]
		} else {
			raw = ""
		}
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		q = append(q, QueryParam{Name: decodeQuery(name), Value: decodeQuery(value)})
	}
	return q
}

func decodeQuery(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b = append(b, ' ')
		case c == '%' && i+2 < len(s) && hexValue(s[i+1]) >= 0 && hexValue(s[i+2]) >= 0:
			b = append(b, byte(hexValue(s[i+1])<<4|hexValue(s[i+2])))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return string(b)
}

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// AppendQueryParam appends a name and a value, encoded, to a query that starts at start of b.
func AppendQueryParam(b []byte, start int, name, value string) []byte {
	if len(b) > start {
		b = append(b, '&')
	}
	b = appendQueryEscaped(b, name)
	b = append(b, '=')
	return appendQueryEscaped(b, value)
}

func appendQueryEscaped(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c == '.' || c == '~' {
			b = append(b, c)
			continue
		}
		b = append(b, '%', hex[c>>4], hex[c&15])
	}
	return b
}
