package mapping

import (
	"strconv"
	"strings"
)

// ErrMockStatus says that the request template of a MOCK integration gives no status. Its
// text is the reason that API Gateway logs (REST data plane spec, 4.2).
const ErrMockStatus = WireError("Unable to parse statusCode. It should be an integer that is defined in the request template.")

// maxLenientDepth bounds the nesting of the JSON that chooses a MOCK's status.
const maxLenientDepth = 64

// IsStatic tells whether a template has nothing to evaluate: it holds neither a reference nor
// a directive nor a comment.
func IsStatic(template string) bool { return !strings.ContainsAny(template, "$#") }

// MockStatus reads the integer member statusCode of the JSON that a MOCK integration's request
// template gives. The JSON may leave out quotes, use single ones and have extra commas. The
// error is ErrMockStatus.
func MockStatus(text string) (int, error) {
	p := lenientParser{text: text}
	p.space()
	if !p.object(0, true) {
		return 0, ErrMockStatus
	}
	p.space()
	if p.at != len(text) {
		return 0, ErrMockStatus
	}
	n, err := strconv.Atoi(p.status)
	if err != nil || p.status[0] == '+' {
		return 0, ErrMockStatus
	}
	return n, nil
}

// lenientParser walks lenient JSON. Its methods return false where the text is no JSON even so.
type lenientParser struct {
	text string
	at   int
	// status is the bare text of the outermost member statusCode; empty if it is quoted, an
	// object or an array.
	status string
}

func (p *lenientParser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// take steps over c and tells whether it was there.
func (p *lenientParser) take(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

// commas steps over any number of commas.
func (p *lenientParser) commas() bool {
	some := false
	for p.space(); p.take(','); p.space() {
		some = true
	}
	return some
}

func (p *lenientParser) object(depth int, outermost bool) bool {
	if depth > maxLenientDepth || !p.take('{') {
		return false
	}
	for first := true; ; first = false {
		separated := p.commas() || first
		if p.take('}') {
			return true
		}
		if !separated {
			return false
		}
		name, _, ok := p.scalar()
		if !ok || name == "" {
			return false
		}
		p.space()
		if !p.take(':') {
			return false
		}
		bare, ok := p.value(depth + 1)
		if !ok {
			return false
		}
		if outermost && name == "statusCode" {
			p.status = bare
		}
	}
}

func (p *lenientParser) array(depth int) bool {
	if depth > maxLenientDepth || !p.take('[') {
		return false
	}
	for first := true; ; first = false {
		separated := p.commas() || first
		if p.take(']') {
			return true
		}
		if !separated {
			return false
		}
		if _, ok := p.value(depth + 1); !ok {
			return false
		}
	}
}

// value steps over any value and returns the text of a bare word.
func (p *lenientParser) value(depth int) (bare string, ok bool) {
	p.space()
	if p.at == len(p.text) {
		return "", false
	}
	switch p.text[p.at] {
	case '{':
		return "", p.object(depth, false)
	case '[':
		return "", p.array(depth)
	}
	text, quoted, ok := p.scalar()
	if quoted {
		text = ""
	} else if text == "" {
		return "", false
	}
	return text, ok
}

// scalar reads a string in either kind of quotes, or a bare word.
func (p *lenientParser) scalar() (text string, quoted, ok bool) {
	if p.at == len(p.text) {
		return "", false, false
	}
	if q := p.text[p.at]; q == '"' || q == '\'' {
		start := p.at + 1
		for p.at = start; p.at < len(p.text); p.at++ {
			switch p.text[p.at] {
			case '\\':
				p.at++
			case q:
				p.at++
				return p.text[start : p.at-1], true, true
			}
		}
		p.at = len(p.text)
		return "", true, false
	}
	start := p.at
	for p.at < len(p.text) && strings.IndexByte(",:{}[]\"'\r\n", p.text[p.at]) < 0 {
		p.at++
	}
	return strings.TrimRight(p.text[start:p.at], " \t"), false, true
}
