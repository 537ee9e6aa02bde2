package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// What functions return (HTTP API spec, 8).
func TestFunctionResponses(t *testing.T) {
	const text, jsonType, failed = "text/plain; charset=utf-8", "application/json", `{"message":"Internal Server Error"}`
	for _, c := range []struct {
		name, version, payload string
		status                 int
		body, contentType      string
		header                 http.Header
	}{
		{"whole", "2.0", `{"statusCode":201,"headers":{"x-a":"1, 2","Content-Type":"text/css"},"cookies":["a=1; Path=/","b=2"],"body":"b"}`, 201, "b", "text/css", http.Header{"X-A": {"1, 2"}, "Set-Cookie": {"a=1; Path=/", "b=2"}}},
		{"default content type", "2.0", `{"statusCode":200,"body":"{}"}`, 200, "{}", text, nil},
		{"base64", "2.0", `{"statusCode":200,"body":"aGk=","isBase64Encoded":true}`, 200, "hi", text, nil},
		{"broken base64", "2.0", `{"statusCode":200,"body":"*","isBase64Encoded":true}`, 500, failed, jsonType, nil},
		{"status 0", "2.0", `{"statusCode":0}`, 500, failed, jsonType, nil},
		{"status as text", "2.0", `{"statusCode":"202"}`, 202, "", text, nil},
		{"a fraction of a status", "2.0", `{"statusCode":200.5}`, 500, failed, jsonType, nil},
		{"headers that are none", "2.0", `{"statusCode":200,"headers":[]}`, 500, failed, jsonType, nil},
		{"inferred object", "2.0", ` {"a": 1}`, 200, ` {"a": 1}`, jsonType, nil},
		{"inferred string", "2.0", `"Hello \"you\""`, 200, `Hello "you"`, jsonType, nil},
		{"inferred empty string", "2.0", `""`, 200, ``, jsonType, nil},
		{"inferred array", "2.0", `[1, 2]`, 200, `[1, 2]`, jsonType, nil},
		{"inferred number", "2.0", `42`, 200, `42`, jsonType, nil},
		{"inferred null", "2.0", `null`, 200, `null`, jsonType, nil},
		{"nothing", "2.0", ``, 200, `null`, jsonType, nil},
		{"no JSON", "2.0", `<html>`, 200, `<html>`, jsonType, nil},
		{"multi-value headers do not count in 2.0", "2.0", `{"statusCode":200,"multiValueHeaders":{"X-A":["1"]}}`, 200, "", text, nil},
		{"1.0 merges", "1.0", `{"statusCode":200,"headers":{"x-a":"1"},"multiValueHeaders":{"X-A":["2","3"]},"cookies":["a=1"]}`, 200, "", text, http.Header{"X-A": {"1", "2", "3"}}},
		{"1.0 infers nothing", "1.0", `{"a":1}`, 500, failed, jsonType, nil},
		{"1.0 wants an object", "1.0", `"Hello"`, 500, failed, jsonType, nil},
		{"the gateway's own headers stay", "2.0", `{"statusCode":200,"headers":{"content-length":"99","apigw-requestid":"x","connection":"close"},"body":"b"}`, 200, "b", text, nil},
	} {
		w := fixture{routes: []snapshot.Route{lambdaRoute("GET /", c.version)}, lambda: answering(c.payload)}.do(t, "GET", "/")
		if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Content-Type") != c.contentType {
			t.Errorf("%s: %d %q %q", c.name, w.Code, w.Body, w.Header().Get("Content-Type"))
		}
		h := w.Header().Clone()
		for _, own := range []string{"Content-Type", "Content-Length", "Apigw-Requestid"} {
			if len(h[own]) != 1 {
				t.Errorf("%s: %s is %q", c.name, own, h[own])
			}
			delete(h, own)
		}
		if want := c.header; len(h)+len(want) > 0 && !cmp.Equal(h, want) {
			t.Errorf("%s: %v, want %v", c.name, h, want)
		}
	}
}

// CORS (HTTP API spec, 14).
func TestCORS(t *testing.T) {
	age := 300
	list := &snapshot.CORS{AllowOrigins: []string{"https://a.example.com", "http://*"}, AllowMethods: []string{"GET", "POST"}, AllowHeaders: []string{"x-a", "x-b"}, ExposeHeaders: []string{"x-c"}, MaxAgeSeconds: &age, AllowCredentials: true}
	star := &snapshot.CORS{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}}
	const own = `{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"mine","Access-Control-Max-Age":"1"}}`
	all := http.Header{"Access-Control-Allow-Origin": {"https://a.example.com"}, "Access-Control-Allow-Methods": {"GET,POST"}, "Access-Control-Allow-Headers": {"x-a,x-b"},
		"Access-Control-Expose-Headers": {"x-c"}, "Access-Control-Max-Age": {"300"}, "Access-Control-Allow-Credentials": {"true"}}
	preflight := func(origin, method string) []string {
		return []string{"Origin: " + origin, "Access-Control-Request-Method: " + method}
	}
	for _, c := range []struct {
		name, route, method string
		cors                *snapshot.CORS
		headers             []string
		status              int
		called              int
		want                http.Header
	}{
		{"preflight", "GET /x", "OPTIONS", list, preflight("https://a.example.com", "GET"), 204, 0, all},
		{"preflight of another origin", "GET /x", "OPTIONS", list, preflight("https://b.example.com", "GET"), 204, 0, http.Header{}},
		{"preflight of another method", "GET /x", "OPTIONS", list, preflight("https://a.example.com", "PUT"), 204, 0, http.Header{}},
		{"preflight that a route takes", "ANY /x", "OPTIONS", list, preflight("https://a.example.com", "GET"), 200, 1, all},
		{"preflight that $default takes", "$default", "OPTIONS", list, preflight("https://a.example.com", "GET"), 200, 1, all},
		{"OPTIONS without a method asked for", "GET /x", "OPTIONS", list, []string{"Origin: https://a.example.com"}, 404, 0, all},
		{"request", "GET /x", "GET", list, []string{"Origin: https://a.example.com"}, 200, 1, all},
		{"request without origin", "GET /x", "GET", list, nil, 200, 1, http.Header{}},
		{"request of another origin", "GET /x", "GET", list, []string{"Origin: https://b.example.com"}, 200, 1, http.Header{}},
		{"any origin", "GET /x", "GET", star, []string{"Origin: https://b.example.com"}, 200, 1, http.Header{"Access-Control-Allow-Origin": {"*"}, "Access-Control-Allow-Methods": {"*"}}},
		{"an error", "GET /y", "GET", star, []string{"Origin: https://b.example.com"}, 404, 0, http.Header{"Access-Control-Allow-Origin": {"*"}, "Access-Control-Allow-Methods": {"*"}}},
		{"no CORS: the function's own", "GET /x", "GET", nil, []string{"Origin: https://b.example.com"}, 200, 1, http.Header{"Access-Control-Allow-Origin": {"mine"}, "Access-Control-Max-Age": {"1"}}},
		{"no CORS: OPTIONS is like any", "GET /x", "OPTIONS", nil, preflight("https://a.example.com", "GET"), 404, 0, http.Header{}},
	} {
		l := answering(own)
		w := fixture{api: snapshot.HTTPAPI{CORS: c.cors}, routes: []snapshot.Route{lambdaRoute(c.route, "2.0")}, lambda: l}.do(t, c.method, "/x", c.headers...)
		got := http.Header{}
		for name, values := range w.Header() {
			if len(name) > 15 && name[:15] == "Access-Control-" {
				got[name] = values
			}
		}
		if w.Code != c.status || len(l.events) != c.called || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %d, called %d times, %v", c.name, w.Code, len(l.events), cmp.Diff(c.want, got))
		}
		if w.Code == 204 && (w.Body.Len() > 0 || w.Header().Get("Apigw-Requestid") == "") {
			t.Errorf("%s: %q, %v", c.name, w.Body, w.Header())
		}
	}
}

// Route selection (HTTP API spec, 2).
func TestRoutes(t *testing.T) {
	routes := []string{"GET /pets", "GET /pets/{id}", "GET /pets/dog/1", "GET /pets/dog/{id}", "GET /{a}/{b}", "ANY /pets/{proxy+}", "GET /{proxy+}", "ANY /both", "POST /both", "GET /", "GET /v/{x}/end"}
	match := func(all []string, method, target string) string {
		f := fixture{lambda: answering(`"x"`)}
		for _, key := range all {
			f.routes = append(f.routes, lambdaRoute(key, "2.0"))
		}
		last := record(&f)
		f.do(t, method, target)
		return last.ResourcePath
	}
	for _, c := range []struct{ method, target, want string }{
		{"GET", "/pets", "GET /pets"},
		{"GET", "/pets/7", "GET /pets/{id}"},
		{"GET", "/pets/dog/1", "GET /pets/dog/1"},
		{"GET", "/pets/dog/2", "GET /pets/dog/{id}"},
		{"GET", "/x/y", "GET /{a}/{b}"},
		{"GET", "/pets/a/b/c", "ANY /pets/{proxy+}"},
		{"DELETE", "/pets/7", "ANY /pets/{proxy+}"},
		{"GET", "/pets/", "ANY /pets/{proxy+}"},
		{"GET", "/x/y/z", "GET /{proxy+}"},
		{"GET", "/v/1/other", "GET /{proxy+}"},
		{"POST", "/both", "POST /both"},
		{"PUT", "/both", "ANY /both"},
		{"GET", "/", "GET /"},
		{"HEAD", "/pets", ""},
		{"POST", "/pets", ""},
		{"GET", "/p%65ts/7", "GET /pets/{id}"},
	} {
		if got := match(routes, c.method, c.target); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.method, c.target, got, c.want)
		}
	}
	if got := match([]string{"GET /pets", "$default"}, "POST", "/pets"); got != "$default" {
		t.Errorf("another method: %q", got)
	}
	if got := match([]string{"GET /{proxy+}"}, "GET", "/"); got != "" {
		t.Errorf("the root: %q", got)
	}
}

// Whatever functions return and clients ask for, nothing panics, and answers stay valid.
func FuzzFunctionResponse(f *testing.F) {
	f.Add(`{"statusCode":200,"headers":{"a":"b"},"body":"x"}`, true)
	f.Add(`"text"`, false)
	f.Fuzz(func(t *testing.T, payload string, version1 bool) {
		if !version1 {
			if _, ok := inferredBody([]byte(payload)); ok {
				return
			}
		}
		r, err := decodeResult([]byte(payload), version1)
		if err == nil && (r.status < 200 || r.status > 599) {
			t.Errorf("%q: status %d", payload, r.status)
		}
	})
}

func FuzzDecodePath(f *testing.F) {
	f.Add("/a%20b/%3F%zz%")
	f.Fuzz(func(t *testing.T, raw string) {
		if got := decodePath(raw); len(got) > len(raw) {
			t.Errorf("%q became %q", raw, got)
		}
		if again := decodePath(escapePath(raw)); !strings.ContainsAny(raw, "?%") && again != raw {
			t.Errorf("%q became %q", raw, again)
		}
	})
}
