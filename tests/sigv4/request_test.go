package sigv4

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/sigv4"
)

const (
	accessKey = "AKIAIOSFODNN7EXAMPLE"
	secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	service   = "execute-api"
	region    = "us-west-2"
	host      = "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com"
)

// request is what a client sends. Headers are name, value pairs in order.
type request struct {
	Method  string      `json:"method"`
	Target  string      `json:"target"` // path and query
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"`
	// Token is that of temporary credentials, or empty.
	Token string `json:"token"`
	// Presign is how many seconds the request is to be valid for, 0 for a signature in the header.
	Presign int `json:"presign"`
}

// received is the request as a server of net/http sees it, or false if that would not take it.
func (q request) received() (*http.Request, bool) {
	u, err := url.ParseRequestURI(q.Target)
	if err != nil {
		return nil, false
	}
	r := &http.Request{Method: q.Method, URL: u, RequestURI: q.Target, Header: http.Header{}, Host: host, ContentLength: int64(len(q.Body)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	for _, h := range q.Headers {
		if strings.EqualFold(h[0], "host") {
			r.Host = h[1]
			continue
		}
		r.Header.Add(h[0], h[1])
	}
	return r, true
}

// keys are the one access key of the tests.
type keys struct{ key *sigv4.Key }

func (k keys) Find(_ context.Context, id string) (*sigv4.Key, string, error) {
	if id != accessKey {
		return nil, "", sigv4.ErrUnknownKey
	}
	return k.key, id, nil
}

// verify tells what Postern says about a request that was signed at the given time.
func verify(q request, now time.Time) error {
	pair, err := sigv4.DeriveKeyPair(accessKey, secretKey)
	if err != nil {
		return err
	}
	return verifyWith(&sigv4.Key{Secret: secretKey, Public: &pair.PublicKey, SessionToken: q.Token}, q, now)
}

func verifyWith(k *sigv4.Key, q request, now time.Time) error {
	r, ok := q.received()
	if !ok {
		return fmt.Errorf("%s is no request target", q.Target)
	}
	v := &sigv4.Verifier{Services: []string{service}, Region: region, Now: func() time.Time { return now }, Skew: sigv4.Skew, AllowUnsignedPayload: true}
	_, _, err := sigv4.Verify(context.Background(), v, keys{k}, r, sigv4.Bytes([]byte(q.Body)))
	return err
}

// generator makes requests; one seed makes the same ones on every run.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, 4))} }

func (g generator) one(from ...string) string { return from[g.IntN(len(from))] }

func (g generator) text(alphabet string, most int) string {
	runes := []rune(alphabet)
	var b strings.Builder
	for range g.IntN(most + 1) {
		b.WriteRune(runes[g.IntN(len(runes))])
	}
	return b.String()
}

const (
	plain = "abcXYZ019-._~"
	wild  = plain + " !\"#$%&'()*+,/:;<=>?@[\\]^`{|}äß€語"
)

// path is encoded as clients do it. Empty and dot segments occur.
func (g generator) path() string {
	var b strings.Builder
	for range g.IntN(5) {
		b.WriteByte('/')
		switch g.IntN(12) {
		case 0:
			b.WriteString(g.one("", ".", ".."))
		default:
			b.WriteString(strings.ReplaceAll(url.QueryEscape(g.text(wild, 8)), "+", "%20"))
		}
	}
	if b.Len() == 0 || g.IntN(5) == 0 {
		b.WriteByte('/')
	}
	return b.String()
}

func (g generator) query() string {
	var parts []string
	for range g.IntN(5) {
		escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
		part := escape(g.one("a", "b", "limit", g.text(wild, 6)+"k"))
		if g.IntN(6) > 0 {
			part += "=" + escape(g.text(wild, 8))
		} else {
			part += "="
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "&")
}

func (g generator) request() request {
	q := request{Method: g.one("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"), Target: g.path()}
	if query := g.query(); query != "" {
		q.Target += "?" + query
	}
	for range g.IntN(4) {
		value := strings.TrimSpace(g.text("abc XYZ,;=\"/()019", 12))
		q.Headers = append(q.Headers, [2]string{g.one("X-Custom", "X-Amz-Meta-A", "Content-Type", "Accept", "X-Api-Key", "Range"), value})
	}
	if g.IntN(2) == 0 && q.Method != "GET" && q.Method != "HEAD" {
		q.Body = g.text(wild+"\n\x00", 40)
	}
	if g.IntN(4) == 0 {
		q.Token = "token/" + g.text("abcXYZ019+=", 20)
	}
	if g.IntN(5) == 0 {
		q.Presign = 1 + g.IntN(604800)
		q.Headers, q.Body = nil, "" // botocore would make parameters of the body
	}
	return q
}

// tool returns the path of an executable. Without it the test is skipped, or fails where required
// is set, since `make test` has promised to install it then.
func tool(t *testing.T, name, required string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, required, name+" is not on PATH")
	}
	return path
}

func missing(t *testing.T, required, why string) {
	t.Helper()
	if os.Getenv(required) != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}
