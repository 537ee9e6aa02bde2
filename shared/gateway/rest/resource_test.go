package rest

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestResourceMatching(t *testing.T) {
	f := fixture{methods: []snapshot.Method{
		mock("/", "GET"), mock("/a", "GET"), mock("/a/b", "GET"), mock("/{rest+}", "GET"), mock("/{rest+}", "OPTIONS"),
		mock("/x", "POST"), mock("/pets", "ANY"), mock("/pets", "GET"), mock("/pets/{id}", "GET"), mock("/pets/{id}/toys/{toy}", "GET"),
		mock("/pets/mine", "GET"), mock("/files/{path+}", "PUT"), mock("/a%2Bb", "GET"),
	}}
	for _, c := range []struct{ request, want string }{
		{"GET /", "/ GET"},
		{"GET //", "/ GET"},
		{"GET /a", "/a GET"},
		{"GET /a/", "/a GET"},
		{"GET //a", "/a GET"},
		{"GET /a/b", "/a/b GET"},
		{"GET /a/zzz", "/{rest+} GET"}, // backtracking
		{"GET /a//b", "/{rest+} GET"},  // an empty segment is data for a greedy parameter only
		{"OPTIONS /x", "/{rest+} OPTIONS"},
		{"POST /x", "/x POST"},
		{"GET /pets", "/pets GET"},
		{"DELETE /pets", "/pets ANY"},
		{"HEAD /pets", ""}, // compared by status below
		{"GET /pets/mine", "/pets/mine GET"},
		{"GET /pets/7", "/pets/{id} GET"},
		{"GET /pets/7/toys/ball", "/pets/{id}/toys/{toy} GET"},
		{"GET /pets/mine/toys/ball", "/pets/{id}/toys/{toy} GET"}, // static first, then back
		{"GET /pets/a%2Fb", "/pets/{id} GET"},
		{"PUT /files/a/b/c", "/files/{path+} PUT"},
		{"GET /a%2Bb", "/a%2Bb GET"},
		{"GET /a+b", "/{rest+} GET"},
	} {
		got := f.do(t, c.request, "")
		if got.status != 200 || got.body != c.want {
			t.Errorf("%s: %d %q, want %q", c.request, got.status, got.body, c.want)
		}
	}
	for _, request := range []string{"PUT /files", "PUT /files/", "HEAD /a", "POST /a", "OPTIONS /", "TRACE /pets", "get /a", "ANY /pets"} {
		got := f.do(t, request, "")
		if got.status != 403 || got.body != `{"message":"Missing Authentication Token"}` && !strings.HasPrefix(request, "HEAD") ||
			got.get("x-amzn-ErrorType") != "MissingAuthenticationTokenException" {
			t.Errorf("%s: %d %q %v", request, got.status, got.body, got.header)
		}
	}
}

func TestMethodOverride(t *testing.T) {
	m := httpMethod("HTTP_PROXY", "/a", "PUT", "http://set.below/")
	b := newBackend(t, nil)
	m.Integration.URI = b.URL
	f := fixture{methods: []snapshot.Method{m, mock("/a", "POST")}}
	if got := f.do(t, "POST /a", "", "X-HTTP-Method-Override", "PUT"); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if b.last.Method != "PUT" || b.last.Header.Get("X-Http-Method-Override") != "" {
		t.Errorf("the backend got %s with %v", b.last.Method, b.last.Header)
	}
	// ANY covers the verbs of clients and is none of them.
	open := fixture{methods: []snapshot.Method{mock("/a", "ANY")}}
	for _, verb := range []string{"ANY", "any", "delete", "TRACE", "GET/x"} {
		if got := open.do(t, "POST /a", "", "X-HTTP-Method-Override", verb); got.status != 403 {
			t.Errorf("override by %s: %d %s", verb, got.status, got.body)
		}
	}
	m.Integration.RequestParameters = []snapshot.Mapping{{Target: "integration.request.header.X-HTTP-Method-Override", Source: "method.request.header.X-HTTP-Method-Override"}}
	f = fixture{methods: []snapshot.Method{m}}
	f.do(t, "POST /a", "", "X-HTTP-Method-Override", "PUT")
	if got := b.last.Header.Get("X-Http-Method-Override"); got != "PUT" {
		t.Errorf("mapped, the backend got %q", got)
	}
}

func TestUnmatchedRequestWithAuthorization(t *testing.T) {
	f := fixture{methods: []snapshot.Method{mock("/a", "GET")}}
	digest := sha256.Sum256([]byte("Bearer abc"))
	for authorization, want := range map[string]string{
		"Bearer abc": "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" +
			base64.StdEncoding.EncodeToString(digest[:]) + "'.",
		"AWS4-HMAC-SHA256 Credential=a": "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. " +
			"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 Credential=a",
	} {
		got := f.do(t, "GET /none", "", "Authorization", authorization)
		if got.status != 403 || got.body != `{"message":"`+want+`"}` || got.get("x-amzn-ErrorType") != "IncompleteSignatureException" {
			t.Errorf("%s: %d %s %s", authorization, got.status, got.body, got.get("x-amzn-ErrorType"))
		}
	}
	got := f.do(t, "GET /none", "", "Authorization", "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c", "X-Amz-Date", "20240101T000000Z")
	if got.get("x-amzn-ErrorType") != "MissingAuthenticationTokenException" {
		t.Errorf("a complete signature gave %s", got.get("x-amzn-ErrorType"))
	}
}

func TestPathValues(t *testing.T) {
	for _, c := range []struct {
		resource, path string
		want           []PathParam
	}{
		{"/{proxy+}", "/abc", []PathParam{{"proxy", "abc"}}},
		{"/{proxy+}", "/abc/", []PathParam{{"proxy", "abc"}}},
		{"/{proxy+}", "/abc//x", []PathParam{{"proxy", "abc//x"}}},
		{"/{proxy+}", "//abc", []PathParam{{"proxy", "abc"}}},
		{"/static", "//static", nil},
		{"/u/{a}/{b}", "/u/a%2Bb@x/a+b@x", []PathParam{{"a", "a%2Bb@x"}, {"b", "a+b@x"}}},
		{"/a/{x}/c/{rest+}", "/a/1/c/d/e/", []PathParam{{"x", "1"}, {"rest", "d/e"}}},
	} {
		if diff := cmp.Diff(c.want, pathValues(pathParams(c.resource), matchedPath(c.path))); diff != "" {
			t.Errorf("%s on %s (-want +got):\n%s", c.path, c.resource, diff)
		}
	}
}

// referenceMatch tries every route: the best one is the first by static, then parameter, then
// greedy at the first segment in which routes differ.
func referenceMatch(routes []snapshot.Method, method, path string) int {
	segments := strings.Split(path, "/")
	if path == "" {
		segments = nil
	}
	best, bestRank := -1, ""
	for i, m := range routes {
		var pattern []string
		if m.ResourcePath != "/" {
			pattern = strings.Split(m.ResourcePath[1:], "/")
		}
		rank, ok := "", true
		for j, p := range pattern {
			if strings.HasSuffix(p, "+}") {
				ok = j < len(segments) && strings.Join(segments[j:], "/") != ""
				rank += "2"
				break
			}
			if j >= len(segments) || segments[j] == "" || !strings.HasPrefix(p, "{") && p != segments[j] {
				ok = false
				break
			}
			if strings.HasPrefix(p, "{") {
				rank += "1"
			} else {
				rank += "0"
			}
			if j == len(pattern)-1 && len(segments) != len(pattern) {
				ok = false
			}
		}
		if len(pattern) == 0 && len(segments) > 0 {
			ok = false
		}
		if !ok || m.HTTPMethod != method && (m.HTTPMethod != "ANY" || method == "TRACE") {
			continue
		}
		if m.HTTPMethod == "ANY" {
			rank += "~" // after the same resource with the method's own name
		}
		if best < 0 || rank < bestRank {
			best, bestRank = i, rank
		}
	}
	return best
}

func TestMatchAgreesWithReference(t *testing.T) {
	segment := rapid.SampledFrom([]string{"a", "b", "c", "{p}", "%41"})
	rapid.Check(t, func(t *rapid.T) {
		seen := map[string]bool{}
		var routes []snapshot.Method
		for range rapid.IntRange(1, 12).Draw(t, "routes") {
			parts := rapid.SliceOfN(segment, 0, 4).Draw(t, "parts")
			if rapid.Bool().Draw(t, "greedy") {
				parts = append(parts, "{g+}")
			}
			m := snapshot.Method{ResourcePath: "/" + strings.Join(parts, "/"), HTTPMethod: rapid.SampledFrom([]string{"GET", "POST", "ANY"}).Draw(t, "method")}
			if key := m.HTTPMethod + m.ResourcePath; !seen[key] {
				seen[key] = true
				routes = append(routes, m)
			}
		}
		data, err := snapshot.Build(snapshot.API{}, routes)
		if err != nil {
			t.Fatal(err)
		}
		s, err := snapshot.Open(data)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			path := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "", "%41"}), 0, 6).Draw(t, "path"), "/")
			path = matchedPath("/" + path)
			method := rapid.SampledFrom([]string{"GET", "POST", "HEAD", "TRACE"}).Draw(t, "verb")
			want := referenceMatch(routes, method, path)
			got, ok := match(&s.Index, method, path)
			if !ok {
				got = -1
			}
			if got != want {
				t.Fatalf("%s %q: record %d, the reference says %d of %v", method, path, got, want, routes)
			}
		}
	})
}

func FuzzMatch(f *testing.F) {
	var methods []snapshot.Method
	for _, p := range []string{"/", "/a", "/a/{b}", "/a/{b}/c", "/{x+}", "/a/b/{y+}"} {
		methods = append(methods, mock(p, "GET"))
	}
	stage := fixture{methods: methods}.stage(f)
	f.Add("/a/b/c")
	f.Add("//a//%2F/")
	f.Fuzz(func(t *testing.T, path string) {
		matched := matchedPath(path)
		record, ok := match(&stage.snapshot.Index, "GET", matched)
		if !ok {
			t.Fatalf("%q matched nothing, not even /{x+}", path)
		}
		m, err := stage.method(record)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pathValues(m.params, matched) {
			if p.Value == "" {
				t.Fatalf("%q: parameter %s of %s is empty", path, p.Name, m.doc.ResourcePath)
			}
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{10, 1000, 100000} {
		methods := make([]snapshot.Method, n)
		for i := range methods {
			methods[i] = snapshot.Method{ResourcePath: fmt.Sprintf("/v1/group%d/item%d/{id}", i%40, i), HTTPMethod: "GET"}
		}
		data, err := snapshot.Build(snapshot.API{}, methods)
		if err != nil {
			b.Fatal(err)
		}
		s, err := snapshot.Open(data)
		if err != nil {
			b.Fatal(err)
		}
		paths := make([]string, 1024)
		for i := range paths {
			k := rand.IntN(n)
			paths[i] = fmt.Sprintf("/v1/group%d/item%d/7", k%40, k)
		}
		b.Run(fmt.Sprintf("routes=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, ok := match(&s.Index, "GET", matchedPath(paths[i&1023])); !ok {
					b.Fatal("no match")
				}
				i++
			}
		})
	}
}
