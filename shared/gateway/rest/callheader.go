package rest

import (
	"fmt"
	"net/http"
)

// checkAnswerHeader refuses what the transport lets pass and a client must not see: names that are
// no tokens, and control characters in values (RFC 9110, 5.5 and 5.6.2).
func checkAnswerHeader(h http.Header) error {
	for name, values := range h {
		if !validHeaderName(name) {
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
