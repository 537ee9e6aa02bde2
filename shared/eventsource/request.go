package eventsource

import (
	"maps"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
)

// parts is what an event source gives beyond method and body, which the library converts.
type parts struct {
	// rawPath and rawQuery are in URL-encoded form, without "?".
	rawPath, rawQuery string
	header            http.Header
	// host is used when header has no Host.
	host string
	info *edge.Info
}

// complete makes of the library's request the one that net/http's server would have
// delivered. The library parses path and query as a URL, which refuses malformed percent
// escapes and re-encodes others; the exact text is kept here instead.
func complete(r *http.Request, p parts) *http.Request {
	r.URL, r.RequestURI = target(p.rawPath, p.rawQuery)

	r.Host = p.header.Get("Host")
	if r.Host == "" {
		r.Host = p.host
	}
	p.header.Del("Host")
	// The body is complete, so its length is known and the transfer coding is history.
	p.header.Del("Transfer-Encoding")
	if p.header.Get("Content-Length") != "" {
		p.header.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	}
	r.Header = p.header

	r.RemoteAddr = ""
	if p.info.SourceIP != "" {
		r.RemoteAddr = net.JoinHostPort(p.info.SourceIP, "0")
	}
	if major, minor, ok := http.ParseHTTPVersion(p.info.Protocol); ok {
		r.Proto, r.ProtoMajor, r.ProtoMinor = p.info.Protocol, major, minor
	}
	return r.WithContext(edge.NewContext(r.Context(), p.info))
}

// target gives the URL and the request URI of a raw path and query. A malformed escape is
// no failure: URL.Path keeps it as it stands, and URL.RawPath and the request URI hold the raw text.
func target(rawPath, rawQuery string) (*url.URL, string) {
	if !strings.HasPrefix(rawPath, "/") {
		rawPath = "/" + rawPath
	}
	rawPath = escapeBytes(rawPath, "?#")
	rawQuery = escapeBytes(rawQuery, "#")

	u := &url.URL{Path: unescapeLeniently(rawPath), RawQuery: rawQuery}
	if u.EscapedPath() != rawPath {
		u.RawPath = rawPath
	}
	if rawQuery == "" {
		return u, rawPath
	}
	return u, rawPath + "?" + rawQuery
}

// escapeBytes percent-encodes white space, control characters and the bytes in special:
// in a request line they would end the part that they stand in.
func escapeBytes(s, special string) string {
	unsafe := func(c byte) bool { return c <= ' ' || c == 0x7f || strings.IndexByte(special, c) >= 0 }
	i := 0
	for i < len(s) && !unsafe(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.WriteString(s[:i])
	for ; i < len(s); i++ {
		if c := s[i]; unsafe(c) {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unescapeLeniently decodes well-formed percent escapes and keeps the others.
func unescapeLeniently(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	if path, err := url.PathUnescape(s); err == nil {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// singleHeader builds a header from a map of single values. A value is never split at
// commas: a front door that joined repeated headers cannot be told from a client that
// sent a date or JSON, and a joined list means the same as its lines (RFC 9110, 5.3).
func singleHeader(single map[string]string) http.Header {
	h := make(http.Header, len(single))
	backing := make([]string, 0, len(single)) // one allocation for all values
	for name, value := range single {
		backing = append(backing, value)
		h[http.CanonicalHeaderKey(name)] = backing[len(backing)-1 : len(backing) : len(backing)]
	}
	if len(h) == len(single) {
		return h
	}
	// Some names differ in letter case only; their order must not depend on the map's.
	clear(h)
	for _, name := range slices.Sorted(maps.Keys(single)) {
		h.Add(name, single[name])
	}
	return h
}

// multiHeader builds a header from a map of all values; names that only the map of single
// values has are taken from there.
func multiHeader(multi map[string][]string, single map[string]string) http.Header {
	if len(multi) == 0 {
		return singleHeader(single)
	}
	h := make(http.Header, len(multi))
	for name, values := range multi {
		h[http.CanonicalHeaderKey(name)] = slices.Clip(values)
	}
	if len(h) != len(multi) {
		clear(h)
		for _, name := range slices.Sorted(maps.Keys(multi)) {
			key := http.CanonicalHeaderKey(name)
			h[key] = append(h[key], multi[name]...)
		}
	}
	for name, value := range single {
		if key := http.CanonicalHeaderKey(name); len(h[key]) == 0 {
			h[key] = []string{value}
		}
	}
	return h
}

// setCookies puts the cookies of a 2.0 event into the one Cookie header of RFC 6265.
// Function URLs may send both the list and the header; adding one to the other would double them.
func setCookies(h http.Header, cookies []string) {
	if len(cookies) > 0 {
		h.Set("Cookie", strings.Join(cookies, "; "))
	}
}

// received converts an event's epoch in milliseconds; an event without one arrived now.
func received(epochMillis int64) time.Time {
	if epochMillis == 0 {
		return time.Now()
	}
	return time.UnixMilli(epochMillis)
}

// isToken reports whether s is an RFC 9110 token, as methods and header names are.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		alnum := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !alnum && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// lastHop is the address that the nearest proxy added to X-Forwarded-For, without a port.
func lastHop(h http.Header) string {
	lines := h["X-Forwarded-For"]
	if len(lines) == 0 {
		return ""
	}
	line := lines[len(lines)-1]
	hop := textproto.TrimString(line[strings.LastIndexByte(line, ',')+1:])
	// A load balancer that preserves client ports writes "192.0.2.1:443" and "[2001:db8::1]:443".
	if ip, _, err := net.SplitHostPort(hop); err == nil {
		return ip
	}
	return strings.Trim(hop, "[]")
}
