package sigv4

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/sigv4"
)

// refuseChanges changes every byte of what a signature covers, one at a time, and expects a refusal
// of each, unless the request means the same to whoever verifies it (see same). It returns how many
// changes it tried.
func refuseChanges(t *testing.T, q request, now time.Time) int {
	t.Helper()
	pair, err := sigv4.DeriveKeyPair(accessKey, secretKey)
	if err != nil {
		t.Fatal(err)
	}
	k := &sigv4.Key{Secret: secretKey, Public: &pair.PublicKey, SessionToken: q.Token}
	tried := 0
	attempt := func(what string, changed request) {
		if _, ok := changed.received(); !ok || same(q.Target, changed.Target) && what == "target" {
			return
		}
		tried++
		if verifyWith(k, changed, now) == nil {
			t.Errorf("accepted after a change of the %s:\n%+v\nwas\n%+v", what, changed, q)
		}
	}
	each := func(what, text string, with func(string) request) {
		for i := range len(text) {
			for _, bit := range [...]byte{1, 0x20} {
				attempt(what, with(text[:i]+string([]byte{text[i] ^ bit})+text[i+1:]))
			}
		}
	}
	each("method", q.Method, func(s string) request { c := q; c.Method = s; return c })
	each("target", q.Target, func(s string) request { c := q; c.Target = s; return c })
	each("body", q.Body, func(s string) request { c := q; c.Body = s; return c })
	signed := signedHeaders(q)
	for i, h := range q.Headers {
		if !slices.Contains(signed, strings.ToLower(h[0])) && h[0] != "Authorization" {
			continue
		}
		each("header "+h[0], h[1], func(s string) request {
			c := q
			c.Headers = slices.Clone(q.Headers)
			c.Headers[i][1] = s
			return c
		})
		if h[0] != "Host" && h[0] != "host" {
			c := q
			c.Headers = append(slices.Clone(q.Headers), h)
			attempt("number of "+h[0], c)
			c.Headers = slices.Delete(slices.Clone(q.Headers), i, i+1)
			// An empty header and none at all are one in the canonical request; a server knows the
			// length of a body that does not announce it.
			if h[1] != "" && h[0] != "Content-Length" {
				attempt("presence of "+h[0], c)
			}
		}
	}
	return tried
}

func signedHeaders(q request) []string {
	r, _ := q.received()
	list := r.URL.Query().Get("X-Amz-SignedHeaders")
	if list == "" {
		_, list, _ = strings.Cut(r.Header.Get("Authorization"), "SignedHeaders=")
		list, _, _ = strings.Cut(list, ",")
	}
	return strings.Split(list, ";")
}

// same tells whether two targets differ in nothing but what the canonical request leaves open: the
// order and the escaping of parameters, and empty and dot segments of the path.
func same(a, b string) bool {
	pathA, queryA, _ := strings.Cut(a, "?")
	pathB, queryB, _ := strings.Cut(b, "?")
	return (pathA == pathB || clean(pathA) == clean(pathB)) && slices.Equal(parameters(queryA), parameters(queryB))
}

func clean(p string) string {
	c := path.Clean(p)
	if c != "/" && strings.HasSuffix(p, "/") {
		c += "/"
	}
	return c
}

func parameters(query string) []string {
	var out []string
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		if n, err := url.PathUnescape(name); err == nil {
			name = n
		}
		if v, err := url.PathUnescape(value); err == nil {
			value = v
		}
		out = append(out, name+"\x00"+value)
	}
	slices.Sort(out)
	return out
}

// The headers that a server of net/http moves elsewhere are still covered.
func TestReceived(t *testing.T) {
	r, ok := request{Method: "GET", Target: "/a//b?c", Headers: [][2]string{{"Host", "h"}, {"x-a", "1"}, {"X-A", "2"}}}.received()
	if !ok || r.Host != "h" || r.URL.Path != "/a//b" || !slices.Equal(r.Header["X-A"], []string{"1", "2"}) || len(r.Header) != 1 {
		t.Errorf("%+v", r)
	}
	if _, ok := (request{Method: "GET", Target: "a"}).received(); ok {
		t.Error("a relative target is received")
	}
}
