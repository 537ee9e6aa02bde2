package accesslog

import (
	"encoding/json"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// Values is a finished request, as a line sees it.
type Values interface {
	// ContextVariable returns a variable by its name without "$context.", such as
	// "identity.sourceIp", and false if the request has no such value.
	ContextVariable(name string) (string, bool)
}

// Format is a format, compiled. It is immutable.
type Format struct {
	segments []segment
	size     int // of a usual line, in bytes
}

// segment is a literal, or a variable if that has a name.
type segment struct {
	literal  string
	variable string
	// quoted says that the variable stands inside a string of a JSON format.
	quoted bool
}

// usualValue is a guess at the length of a value, in bytes.
const usualValue = 16

// Compile finds $context.NAME, $context.NAME['KEY'] and ${context.NAME} in a format. Everything
// else is literal: what a format has to be like is the business of Check.
func Compile(format string) *Format {
	format = trimEnd(format)
	f := &Format{}
	start := 0
	for at := 0; at < len(format); {
		name, n := variableAt(format[at:])
		if n == 0 {
			at++
			continue
		}
		f.literal(format[start:at])
		f.segments = append(f.segments, segment{variable: name})
		f.size += usualValue
		at += n
		start = at
	}
	f.literal(format[start:])
	f.markQuoted()
	return f
}

func (f *Format) literal(text string) {
	if text != "" {
		f.segments = append(f.segments, segment{literal: text})
		f.size += len(text)
	}
}

// markQuoted finds the variables inside the strings of a format that is JSON. One that is not,
// such as the Common Log Format with its quotation marks, stays without.
func (f *Format) markQuoted() {
	var sample strings.Builder
	quoted := make([]bool, len(f.segments))
	inside, escaped := false, false
	for i, s := range f.segments {
		quoted[i] = inside
		if s.variable != "" {
			sample.WriteByte('0') // fits into a string as well as beside one
			continue
		}
		sample.WriteString(s.literal)
		for j := range len(s.literal) {
			switch c := s.literal[j]; {
			case escaped:
				escaped = false
			case inside && c == '\\':
				escaped = true
			case c == '"':
				inside = !inside
			}
		}
	}
	if !json.Valid([]byte(sample.String())) {
		return
	}
	for i := range f.segments {
		f.segments[i].quoted = quoted[i]
	}
}

// Size is how many bytes a line is likely to take.
func (f *Format) Size() int { return f.size }

// Append appends the line of a request, with its line break. A variable without a value is
// written as a hyphen. Inside the strings of a JSON format values are escaped, elsewhere control
// characters become spaces, so that a client can neither break the JSON nor begin a line.
func (f *Format) Append(b []byte, values Values) []byte {
	for i := range f.segments {
		s := &f.segments[i]
		if s.variable == "" {
			b = append(b, s.literal...)
			continue
		}
		v, ok := values.ContextVariable(s.variable)
		switch {
		case !ok || v == "":
			b = append(b, '-')
		case s.quoted:
			b = appendEscaped(b, v)
		default:
			b = appendOneLine(b, v)
		}
	}
	return append(b, '\n')
}

// appendEscaped appends the inside of a JSON string.
func appendEscaped(b []byte, v string) []byte {
	start := len(b)
	b = jsontext.AppendString(b, v)
	inside := b[start+1 : len(b)-1]
	return b[:start+copy(b[start:], inside)]
}

func appendOneLine(b []byte, v string) []byte {
	start := len(b)
	b = append(b, v...)
	for i := start; i < len(b); i++ {
		if b[i] < ' ' || b[i] == 0x7f {
			b[i] = ' '
		}
	}
	return b
}
