package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/metering/usageplan"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// The answers of HTTP API spec, 4.
func TestRefusals(t *testing.T) {
	ok := answering(`{"statusCode":200}`)
	closed := httptest.NewServer(nil)
	closed.Close()
	guarded := func(answer string, failed bool) fixture {
		f := fixture{routes: []snapshot.Route{lambdaRoute("GET /pets", "2.0")}, lambda: &lambdas{answers: map[string]string{guardARN: answer, petsARN: `"in"`}, failed: failed}}
		f.routes[0].AuthorizationType, f.routes[0].AuthorizerID = "CUSTOM", "g"
		f.api.Authorizers = map[string]snapshot.RouteAuthorizer{"g": {Type: "REQUEST", URI: guardARN, PayloadFormatVersion: "2.0", SimpleResponses: true, IdentitySource: []string{"$request.header.X-Who"}}}
		return f
	}
	signed := fixture{routes: []snapshot.Route{lambdaRoute("GET /pets", "2.0")}, lambda: ok}
	signed.routes[0].AuthorizationType = "AWS_IAM"
	keyed := fixture{routes: []snapshot.Route{lambdaRoute("GET /pets", "2.0")}, lambda: ok}
	keyed.routes[0].APIKeyRequired = true
	throttled := fixture{routes: []snapshot.Route{lambdaRoute("GET /pets", "2.0")}, lambda: ok, configure: func(c *Config) { c.Throttle = never{} }}
	open := fixture{routes: []snapshot.Route{lambdaRoute("GET /pets", "2.0")}, lambda: ok}
	slow := proxyRoute("GET /pets", "")
	gate := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-gate }))
	t.Cleanup(func() { close(gate); hanging.Close() })
	slow.Integration.URI, slow.Integration.TimeoutMillis = hanging.URL, 50
	for _, c := range []struct {
		name    string
		f       fixture
		target  string
		headers []string
		status  int
		body    string
	}{
		{"no route", open, "/nothing", nil, 404, `{"message":"Not Found"}`},
		{"a trailing slash", open, "/pets/", nil, 404, `{"message":"Not Found"}`},
		{"no identity source", guarded(`{"isAuthorized":true}`, false), "/pets", nil, 401, `{"message":"Unauthorized"}`},
		{"allowed", guarded(`{"isAuthorized":true}`, false), "/pets", []string{"X-Who: me"}, 200, `in`},
		{"denied", guarded(`{"isAuthorized":false}`, false), "/pets", []string{"X-Who: me"}, 403, `{"message":"Forbidden"}`},
		{"malformed authorization", guarded(`{"isAuthorized":"yes"}`, false), "/pets", []string{"X-Who: me"}, 500, `{"message":"Internal Server Error"}`},
		{"the authorizer fails", guarded(`{"errorMessage":"Unauthorized"}`, true), "/pets", []string{"X-Who: me"}, 500, `{"message":"Internal Server Error"}`},
		{"unsigned", signed, "/pets", nil, 403, `{"message":"Forbidden"}`},
		{"a key that nobody knows", keyed, "/pets", []string{"X-Api-Key: k"}, 403, `{"message":"Forbidden"}`},
		{"throttled", throttled, "/pets", nil, 429, `{"message":"Too Many Requests"}`},
		{"headers too long", open, "/pets", []string{"X-Long: " + strings.Repeat("x", 10240)}, 431, `{"message":"Request Header Fields Too Large"}`},
		{"the function fails", fixture{routes: open.routes, lambda: &lambdas{answers: map[string]string{petsARN: `{"errorMessage":"x"}`}, failed: true}}, "/pets", nil, 500, `{"message":"Internal Server Error"}`},
		{"no function", fixture{routes: open.routes, lambda: &lambdas{err: &integration.FunctionNotFoundError{}}}, "/pets", nil, 500, `{"message":"Internal Server Error"}`},
		{"invalid response", fixture{routes: open.routes, lambda: answering(`{"statusCode":200.5}`)}, "/pets", nil, 500, `{"message":"Internal Server Error"}`},
		{"nobody listens", fixture{routes: []snapshot.Route{proxyRoute("GET /pets", closed.URL)}}, "/pets", nil, 503, `{"message":"Service Unavailable"}`},
		{"too slow", fixture{routes: []snapshot.Route{slow}}, "/pets", nil, 503, `{"message":"Service Unavailable"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := c.f.do(t, "GET", c.target, c.headers...)
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, c.status, c.body)
			}
			if got := w.Header()["Apigw-Requestid"]; len(got) != 1 || got[0] != testRequestID {
				t.Errorf("apigw-requestid %q", got)
			}
			if c.status != 200 && w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("content type %q", w.Header().Get("Content-Type"))
			}
		})
	}
}

type never struct{}

func (never) Admit(context.Context, ThrottleRequest) Admission { return Admission{Reason: "never"} }

func TestPayloadTooLarge(t *testing.T) {
	f := fixture{routes: []snapshot.Route{lambdaRoute("POST /pets", "2.0")}, lambda: answering(`"in"`)}
	for name, size := range map[string]int64{"announced": 10485761, "beyond the invocation's limit": 6291557} {
		r := raw(t, "POST /pets HTTP/1.1\nHost: h\n\n")
		r.Body, r.ContentLength = io.NopCloser(io.LimitReader(zeros{}, size)), size
		if w := serve(t, f.handler(t), r); w.Code != 413 || w.Body.String() != `{"message":"Request Entity Too Large"}` {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// JWT routes: statuses and challenges (HTTP API spec, 4 and 11).
func TestJWT(t *testing.T) {
	i := newIssuer(t)
	f := fixture{routes: []snapshot.Route{lambdaRoute("GET /pets", "2.0")}, lambda: answering(`"in"`)}
	i.protect(&f, "read", "write")
	last := record(&f)
	for _, c := range []struct {
		name, header, challenge string
		status                  int
	}{
		{"no token", "X: y", "Bearer", 401},
		{"no JWT", "Authorization: Bearer abc", `Bearer scope="" error="invalid_token" error_description="token contains an invalid number of segments"`, 401},
		{"another audience", "Authorization: Bearer " + i.token(t, map[string]any{"aud": "other"}), `Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"`, 401},
		{"scope", "Authorization: Bearer " + i.token(t, map[string]any{"scope": "a read"}), "", 200},
		{"scp, without Bearer", "authorization: " + i.token(t, map[string]any{"scp": []string{"write"}}), "", 200},
	} {
		w := f.do(t, "GET", "/pets", c.header)
		if w.Code != c.status || w.Header().Get("Www-Authenticate") != c.challenge {
			t.Errorf("%s: %d, %q (%s)", c.name, w.Code, w.Header().Get("Www-Authenticate"), last.Reason)
		}
	}
	if w := f.do(t, "GET", "/pets", "Authorization: "+i.token(t, map[string]any{"scope": "a"})); w.Code != 403 || w.Body.String() != `{"message":"Forbidden"}` {
		t.Errorf("no scope: %d %s", w.Code, w.Body)
	}
	f.configure = nil
	if w := f.do(t, "GET", "/pets"); w.Code != 500 {
		t.Errorf("without anybody who verifies tokens: %d", w.Code)
	}
}

// A cached answer of an authorizer counts for every route, a policy is evaluated for each anew.
func TestAuthorizerCache(t *testing.T) {
	policy := `{"principalId":"me","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/$default/GET/a"}]},"context":{"k":[1]}}`
	l := &lambdas{answers: map[string]string{guardARN: policy, petsARN: `"in"`}}
	f := fixture{routes: []snapshot.Route{lambdaRoute("GET /a", "2.0"), lambdaRoute("GET /b", "2.0")}, lambda: l}
	f.api.Authorizers = map[string]snapshot.RouteAuthorizer{"g": {Type: "REQUEST", URI: guardARN, PayloadFormatVersion: "2.0", IdentitySource: []string{"$request.header.X-Who"}, TTLSeconds: 300}}
	for i := range f.routes {
		f.routes[i].AuthorizationType, f.routes[i].AuthorizerID = "CUSTOM", "g"
	}
	h := f.handler(t)
	for target, want := range map[string]int{"/a": 200, "/b": 403} {
		for range 2 {
			if w := serve(t, h, raw(t, "GET "+target+" HTTP/1.1\nHost: h\nX-Who: me\n\n")); w.Code != want {
				t.Errorf("%s: %d, want %d", target, w.Code, want)
			}
		}
	}
	if n := l.count(guardARN); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestAPIKeys(t *testing.T) {
	f := fixture{routes: []snapshot.Route{lambdaRoute("GET /pets", "2.0")}, lambda: answering(`"in"`), configure: func(c *Config) { c.APIKeys = keys{} }}
	f.routes[0].APIKeyRequired = true
	var seen []*exchange.Record
	observing := f.configure
	f.configure = func(c *Config) { observing(c); c.Observe = func(r *exchange.Record) { seen = append(seen, r) } }
	for _, c := range []struct {
		key    string
		status int
		body   string
		kind   exchange.ResponseType
		plan   string
	}{
		{"good", 200, "in", "", "plan"},
		{"fast", 429, `{"message":"Too Many Requests"}`, "THROTTLED", "plan"},
		{"empty", 429, `{"message":"Limit Exceeded"}`, "QUOTA_EXCEEDED", "plan"},
		{"", 403, `{"message":"Forbidden"}`, "INVALID_API_KEY", ""},
		{"broken", 500, `{"message":"Internal Server Error"}`, "API_CONFIGURATION_ERROR", ""},
	} {
		for _, fields := range []string{"", "true"} {
			seen = nil
			f.vars = map[string]string{"posternRateLimitHeaders": fields}
			w := f.do(t, "GET", "/pets", "X-API-Key: "+c.key)
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("%q: %d %s", c.key, w.Code, w.Body)
			}
			if len(seen) != 1 || seen[0].ResponseType != c.kind || seen[0].UsagePlanID != c.plan {
				t.Errorf("%q: %+v", c.key, seen)
			}
			if got := len(map[string][]string(w.Header())["RateLimit-Limit"]) == 1; got != (fields == "true" && c.plan != "") {
				t.Errorf("%q, fields %q: %v", c.key, fields, w.Header())
			}
		}
	}
}

type keys struct{}

func (keys) Use(_ context.Context, r KeyRequest) (KeyUse, error) {
	known := KeyUse{KeyID: "id", PlanID: "plan"}
	if r.Fields {
		known.Fields = []usageplan.Field{{Name: "RateLimit-Limit", Value: "1"}}
	}
	switch r.Value {
	case "good":
		return known, nil
	case "fast":
		return known, fmt.Errorf("%w: by its plan", ErrThrottled)
	case "empty":
		return known, ErrQuota
	case "":
		return KeyUse{}, ErrNoKey
	}
	return KeyUse{}, errors.New("no store")
}
