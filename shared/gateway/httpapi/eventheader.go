package httpapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// addEventHeaders completes the client's headers by those that functions see, in place of what the
// client wrote under these names (HTTP API spec, 5). length is that of the body in bytes.
func (inv *Invocation) addEventHeaders(h http.Header, length int) {
	own := make([]string, 6)
	set := func(i int, name, text string) {
		own[i] = text
		h[name] = own[i : i+1 : i+1]
	}
	if _, mapped := h["Host"]; !mapped {
		set(0, "Host", inv.Request.Host)
	}
	set(1, "Content-Length", strconv.Itoa(length))
	set(2, "X-Amzn-Trace-Id", inv.Arrival.TraceID)
	set(3, "X-Forwarded-For", exchange.ForwardedFor(inv.Request, inv.Arrival.SourceIP))
	set(4, "X-Forwarded-Port", "443")
	set(5, "X-Forwarded-Proto", "https")
}

// sortedNames are the names of headers in order.
func sortedNames(h http.Header) []string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// cookies splits the Cookie headers into their pairs (HTTP API spec, 5).
func cookies(values []string) []string {
	var out []string
	for _, line := range values {
		for pair := range strings.SplitSeq(line, ";") {
			if pair = strings.TrimSpace(pair); pair != "" {
				out = append(out, pair)
			}
		}
	}
	return out
}

// appendJoinedHeaders appends headers as format 2.0 has them: names in lower case, repeats joined
// without a space, and no cookies, which have their own place.
func appendJoinedHeaders(b []byte, h http.Header) []byte {
	b = append(b, '{')
	i := 0
	for _, name := range sortedNames(h) {
		if name == "Cookie" {
			continue
		}
		b = appendName(b, i, strings.ToLower(name))
		i++
		if values := h[name]; len(values) == 1 {
			b = jsontext.AppendString(b, values[0])
		} else {
			b = jsontext.AppendString(b, strings.Join(values, ","))
		}
	}
	return append(b, '}')
}

// appendLast appends the last value of each name, appendAll all of them, under their canonical names
// as format 1.0 has them (HTTP API spec, 6).
func appendLast(b []byte, h http.Header, names []string) []byte {
	b = append(b, '{')
	for i, name := range names {
		b = appendName(b, i, name)
		b = jsontext.AppendString(b, h[name][len(h[name])-1])
	}
	return append(b, '}')
}

func appendAll(b []byte, h http.Header, names []string) []byte {
	b = append(b, '{')
	for i, name := range names {
		b = appendName(b, i, name)
		b = appendStrings(b, h[name])
	}
	return append(b, '}')
}
