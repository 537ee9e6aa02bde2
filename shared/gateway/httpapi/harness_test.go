package httpapi

import (
	"bufio"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

const (
	testRequestID = "JCIn6iOMPHcEP2Q="
	testDomain    = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
	petsARN       = "arn:aws:lambda:us-east-1:123456789012:function:pets"
	guardARN      = "arn:aws:lambda:us-east-1:123456789012:function:guard"
)

var testTime = time.Date(2020, 3, 4, 19, 15, 17, 250e6, time.UTC)

// fixture is what a test sets; the rest has defaults.
type fixture struct {
	api    snapshot.HTTPAPI
	routes []snapshot.Route
	stage  string // "$default" unless set
	vars   map[string]string
	lambda integration.Lambda
	info   *edge.Info
	// configure changes the pipeline's configuration, document that of the stage.
	configure func(*Config)
	document  func(*snapshot.Stage)
}

func (f fixture) build(t testing.TB) *Stage {
	t.Helper()
	f.api.ID, f.api.DeploymentID = "a1b2c3d4e5", "dep123"
	data, err := snapshot.BuildHTTP(f.api, f.routes)
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	doc := snapshot.Stage{APIID: "a1b2c3d4e5", Name: defaultStage, DeploymentID: "dep123", AccountID: "123456789012", Variables: f.vars}
	if f.stage != "" {
		doc.Name = f.stage
	}
	if f.document != nil {
		f.document(&doc)
	}
	return NewStage(s, doc, "us-east-1")
}

func (f fixture) pipeline(t testing.TB) *Pipeline {
	t.Helper()
	h := integration.NewHTTP(integration.HTTPConfig{AllowLoopback: true})
	t.Cleanup(h.CloseIdle)
	c := Config{HTTP: h, Lambda: f.lambda, NewID: func() string { return testRequestID }, Now: func() time.Time { return testTime }}
	if f.configure != nil {
		f.configure(&c)
	}
	return New(c)
}

// handler serves the stage as the gateway package would: the name of a named stage is the first
// segment of the path.
func (f fixture) handler(t testing.TB) http.Handler {
	p, s := f.pipeline(t), f.build(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, _, _ := strings.Cut(r.RequestURI, "?")
		to := Target{Path: path, ContextPath: path, DomainName: testDomain}
		if f.stage != "" {
			to.Path = strings.TrimPrefix(path, "/"+f.stage)
			if to.Path == "" {
				to.Path = "/"
			}
		}
		if f.info != nil {
			r = r.WithContext(edge.NewContext(r.Context(), f.info))
		}
		p.Serve(w, r, s, to)
	})
}

// raw makes a request of its text, in which lines end with LF.
func raw(t testing.TB, text string) *http.Request {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body)))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" && r.ContentLength == 0 {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
	r.RemoteAddr = "203.0.113.9:4711"
	return r
}

func serve(t testing.TB, h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// do serves one request of a method, a target and header lines.
func (f fixture) do(t testing.TB, method, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	text := method + " " + target + " HTTP/1.1\nHost: " + testDomain + "\n" + strings.Join(headers, "\n")
	return serve(t, f.handler(t), raw(t, strings.TrimSuffix(text, "\n")+"\n\n"))
}

// lambdas answers by function ARN and keeps the events.
type lambdas struct {
	mu      sync.Mutex
	answers map[string]string
	failed  bool
	err     error
	events  []integration.LambdaRequest
}

func (l *lambdas) Invoke(_ context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, r)
	if l.err != nil {
		return integration.LambdaResponse{}, l.err
	}
	res := integration.LambdaResponse{StatusCode: 200, Payload: []byte(l.answers[r.FunctionARN]), RequestID: "fn-1"}
	if l.failed {
		res.FunctionError = "Unhandled"
	}
	return res, nil
}

func (l *lambdas) count(arn string) int {
	n := 0
	for _, e := range l.events {
		if e.FunctionARN == arn {
			n++
		}
	}
	return n
}

func answering(payload string) *lambdas {
	return &lambdas{answers: map[string]string{petsARN: payload}}
}

func lambdaRoute(key, version string) snapshot.Route {
	return snapshot.Route{ID: "r1", Key: key, AuthorizationType: "NONE", Integration: snapshot.RouteIntegration{
		ID: "i1", Type: "AWS_PROXY", URI: petsARN, Method: "POST", PayloadFormatVersion: version, TimeoutMillis: 30000,
	}}
}

func proxyRoute(key, uri string) snapshot.Route {
	return snapshot.Route{ID: "r1", Key: key, AuthorizationType: "NONE", Integration: snapshot.RouteIntegration{
		ID: "i1", Type: "HTTP_PROXY", URI: uri, Method: "ANY", PayloadFormatVersion: "1.0", TimeoutMillis: 30000,
	}}
}

// issuer is an OpenID provider whose tokens are good at testTime.
type issuer struct {
	url string
	key *rsa.PrivateKey
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b64 := base64.RawURLEncoding.EncodeToString
		switch r.URL.Path {
		case "/.well-known/openid-configuration":
			_, _ = fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, i.url, i.url+"/keys")
		case "/keys":
			_, _ = fmt.Fprintf(w, `{"keys":[{"kty":"RSA","kid":"k1","alg":"RS256","use":"sig","n":%q,"e":%q}]}`, b64(key.N.Bytes()), b64(big.NewInt(int64(key.E)).Bytes()))
		}
	}))
	t.Cleanup(s.Close)
	i.url = s.URL
	return i
}

// token signs claims, to which iss, aud, iat and exp are added unless they are there.
func (i *issuer) token(t testing.TB, claims map[string]any) string {
	t.Helper()
	all := map[string]any{"iss": i.url, "aud": "pets", "iat": testTime.Unix() - 10, "exp": testTime.Unix() + 3600}
	for k, v := range claims {
		all[k] = v
	}
	payload, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	signed := b64([]byte(`{"alg":"RS256","kid":"k1","typ":"JWT"}`)) + "." + b64(payload)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + b64(signature)
}

// protect makes a fixture's routes of type JWT.
func (i *issuer) protect(f *fixture, scopes ...string) {
	f.api.Authorizers = map[string]snapshot.RouteAuthorizer{"a1": {ID: "a1", Type: "JWT", IdentitySource: []string{"$request.header.Authorization"}, Issuer: i.url, Audience: []string{"pets"}}}
	for n := range f.routes {
		f.routes[n].AuthorizationType, f.routes[n].AuthorizerID, f.routes[n].AuthorizationScopes = "JWT", "a1", scopes
	}
	ring := jwt.NewKeyring(jwt.Options{AllowLoopback: true, Now: func() time.Time { return testTime }})
	before := f.configure
	f.configure = func(c *Config) {
		if before != nil {
			before(c)
		}
		c.Tokens = ring
	}
}

// record keeps what is observed.
func record(f *fixture) *exchange.Record {
	var last exchange.Record
	before := f.configure
	f.configure = func(c *Config) {
		if before != nil {
			before(c)
		}
		c.Observe = func(r *exchange.Record) { last = *r }
	}
	return &last
}
