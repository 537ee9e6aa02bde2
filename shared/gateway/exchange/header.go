package exchange

import (
	"fmt"
	"net/http"
	"strings"
)

// CleanHeaderValue makes a mapped value fit for a header line: control characters, with which
// a caller could add lines of its own, become spaces.
func CleanHeaderValue(v string) string {
	clean := true
	for i := range len(v) {
		if v[i] < ' ' && v[i] != '\t' || v[i] == 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return v
	}
	b := []byte(v)
	for i, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			b[i] = ' '
		}
	}
	return string(b)
}

// ValidHeaderName tells whether name is a token of RFC 9110, 5.6.2.
func ValidHeaderName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0 {
			continue
		}
		return false
	}
	return name != ""
}

// CheckAnswerHeader refuses what the transport lets pass and a client must not see: names that are
// no tokens, and control characters in values (RFC 9110, 5.5 and 5.6.2).
func CheckAnswerHeader(h http.Header) error {
	for name, values := range h {
		if !ValidHeaderName(name) {
			return fmt.Errorf("the backend sent a header whose name is %q", name)
		}
		for _, v := range values {
			for i := range len(v) {
				if v[i] < ' ' && v[i] != '\t' || v[i] == 0x7f {
					return fmt.Errorf("the backend sent control characters in header %s", name)
				}
			}
		}
	}
	return nil
}
