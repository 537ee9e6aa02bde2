package jwt

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// restDate is how REST APIs print exp and iat: as Java prints a Date (REST data plane spec, 5.1).
const restDate = "Mon Jan 02 15:04:05 MST 2006"

// RESTClaims are the claims as REST APIs show them, all as strings (REST data plane spec, 5.1):
// exp and iat as dates, lists joined by commas, objects as JSON; null claims are absent. The map
// is made once and must not be changed.
func (t *Token) RESTClaims() map[string]string {
	t.restOnce.Do(func() {
		t.restClaims = t.format(func(name string, v []byte) string {
			switch {
			case name == "exp":
				return date(t.expires).Format(restDate)
			case name == "iat":
				return date(t.issued).Format(restDate)
			case jsontext.Kind(v) == '[':
				return join(v, ",")
			}
			return plain(v)
		})
	})
	return t.restClaims
}

// HTTPClaims are the claims as HTTP APIs show them, all as strings (HTTP API spec, 5): numbers as
// they are written, lists as "[a b]", objects as JSON; null claims are absent. The map is made
// once and must not be changed.
func (t *Token) HTTPClaims() map[string]string {
	t.httpOnce.Do(func() {
		t.httpClaims = t.format(func(_ string, v []byte) string {
			if jsontext.Kind(v) == '[' {
				return "[" + join(v, " ") + "]"
			}
			return plain(v)
		})
	})
	return t.httpClaims
}

func (t *Token) format(text func(name string, v []byte) string) map[string]string {
	out := make(map[string]string, len(t.claims))
	for _, m := range t.claims {
		if jsontext.Kind(m.value) != 'n' {
			out[m.name] = text(m.name, m.value)
		}
	}
	return out
}

// plain is a string's content, or the JSON of any other value without white space.
func plain(v []byte) string {
	switch jsontext.Kind(v) {
	case '{', '[':
		var b bytes.Buffer
		if json.Compact(&b, v) == nil { // it was found valid before
			return b.String()
		}
	}
	return jsontext.Text(v)
}

func join(list []byte, separator string) string {
	var b strings.Builder
	first := true
	for e := range jsontext.Elements(list) {
		if !first {
			b.WriteString(separator)
		}
		first = false
		b.WriteString(plain(e))
	}
	return b.String()
}

// Dates end with the year 9999, the last that every form can show.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
)

func date(seconds float64) time.Time {
	s := math.Floor(min(max(seconds, firstSecond), lastSecond))
	return time.Unix(int64(s), 0).UTC()
}
