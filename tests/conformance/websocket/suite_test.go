package websocket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	nethttp "net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// suite is one process under test and what surrounds it.
type suite struct {
	t *testing.T
	*client
	*recorder
	*process
	ids
}

// newSuite starts a local process with flags and creates the APIs of the given names, or all.
func newSuite(t *testing.T, apis []string, flags ...string) *suite {
	t.Helper()
	r := record(t)
	s := &suite{t: t, client: startClient(t), recorder: r, process: start(t, ":memory:", []string{"AWS_ENDPOINT_URL_LAMBDA=" + r.URL}, flags...)}
	s.ids = deploy(t, s.control, pick(r.URL, apis...)...)
	return s
}

// host is the name of an API's own host.
func (s *suite) host(api string) string { return s.ids[api] + ".execute-api.localhost" }

// open opens a connection to an API, which must succeed.
func (s *suite) open(t *testing.T, api string) *conn {
	t.Helper()
	return s.dial(t, api, dial{})
}

func (s *suite) dial(t *testing.T, api string, d dial) *conn {
	t.Helper()
	c, r := s.try(t, api, d)
	if r.Status != 101 {
		t.Fatalf("handshake: %d %s", r.Status, r.Body)
	}
	return c
}

func (s *suite) try(t *testing.T, api string, d dial) (*conn, reply) {
	t.Helper()
	if d.host == "" {
		d.host = s.host(api)
	}
	if d.path == "" {
		d.path = "/dev"
	}
	d.path = s.fill(d.path)
	return s.client.open(t, s.data, d)
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{15}=$`)

// frameForm is the form of WebSocket API spec, 8.
func frameForm(message string) *regexp.Regexp {
	return regexp.MustCompile(`^\{"message": "` + regexp.QuoteMeta(message) + `", "connectionId":"[A-Za-z0-9_-]{15}=", "requestId":"[A-Za-z0-9_-]{15}="\}$`)
}

// connectionID asks the API "messages" which connection it sees.
func (c *conn) id() string {
	c.t.Helper()
	id, _ := member(c.t, c.ask(`{"action":"mock"}`), "you").(string)
	if !idForm.MatchString(id) {
		c.t.Fatalf("connection id %q", id)
	}
	return id
}

// signed calls @connections with the process's key pair.
func (s *suite) signed(t *testing.T, method, path string, body []byte) (status int, header nethttp.Header, text string) {
	t.Helper()
	return s.call(t, method, path, body, &aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, "execute-api")
}

func (s *suite) call(t *testing.T, method, path string, body []byte, keys *aws.Credentials, service string) (status int, header nethttp.Header, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := nethttp.NewRequestWithContext(ctx, method, "http://"+s.data+s.fill(path), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(path, "/_aws/") {
		r.Host = s.host("messages")
	}
	if keys != nil {
		sum := sha256.Sum256(body)
		if err := v4.NewSigner().SignHTTP(ctx, *keys, r, hex.EncodeToString(sum[:]), service, "us-east-1", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	res, err := nethttp.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func long(n int) string { return strings.Repeat("x", n) }
