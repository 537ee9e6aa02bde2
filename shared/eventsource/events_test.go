package eventsource_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/postern-gateway/postern/shared/edge"
)

// others are events of the functions that do not serve APIs over HTTP.
var others = regexp.MustCompile(`^(authorizer|control|websocket)-`)

// The sample events at the project's root are what SAM and the demo invoke functions with.
func TestSampleEvents(t *testing.T) {
	const (
		urlHost  = "k3x5wq7zt2hb4n6m8p0rv1cd9fgjlsay.lambda-url.us-east-1.on.aws"
		albHost  = "postern-1234567890.us-east-1.elb.amazonaws.com"
		restHost = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
		httpHost = "f6g7h8i9j0.execute-api.us-east-1.amazonaws.com"
	)
	tests := map[string]struct {
		method, uri, host string
		header            http.Header // some of it
		info              edge.Info
	}{
		"url-get.json": {
			"GET", "/health?verbose=true&probe=a%2Cb", urlHost,
			http.Header{"Cookie": {"session=7f3c9a; theme=dark"}, "Accept-Encoding": {"gzip, deflate, br"}},
			edge.Info{Source: edge.SourceFunctionURL, RequestID: "0b1c2d3e-4f50-4161-8273-8495a6b7c8d9", ReceivedAt: time.UnixMilli(1756479710123)},
		},
		"url-post-binary.json": {
			"POST", "/photos", urlHost,
			http.Header{"Content-Type": {"image/png"}},
			edge.Info{Source: edge.SourceFunctionURL, RequestID: "1c2d3e4f-5061-4272-8384-95a6b7c8d9e0", ReceivedAt: time.UnixMilli(1756479711456)},
		},
		"alb-single.json": {
			"GET", "/pets?type=cat", albHost,
			http.Header{"If-Modified-Since": {"Fri, 29 Aug 2025 12:00:00 GMT"}, "X-Forwarded-For": {"198.51.100.23, 203.0.113.7"}},
			edge.Info{Source: edge.SourceALB},
		},
		"alb-multi.json": {
			"GET", "/pets?type=cat&type=dog", albHost,
			http.Header{
				"Accept":        {"application/json", "text/plain;q=0.5"},
				"X-Request-Tag": {"first", "second, with a comma"},
				"Cookie":        {"session=7f3c9a; theme=dark"},
			},
			edge.Info{Source: edge.SourceALB},
		},
		"rest-1.0.json": {
			"GET", "/pets/7", restHost,
			http.Header{"Accept": {"application/json"}},
			edge.Info{Source: edge.SourceRESTAPI, RequestID: "2d3e4f50-6172-4383-8495-a6b7c8d9e0f1", ReceivedAt: time.UnixMilli(1756479714321), APIID: "a1b2c3d4e5", Stage: "local"},
		},
		"http-2.0.json": {
			"OPTIONS", "/pets", httpHost,
			http.Header{"Origin": {"https://shop.example.com"}, "Access-Control-Request-Headers": {"content-type,x-api-key"}},
			edge.Info{Source: edge.SourceHTTPAPI, RequestID: "QDs8MgZdoAMEJXw=", ReceivedAt: time.UnixMilli(1756479715654), APIID: "f6g7h8i9j0", Stage: "$default"},
		},
	}
	files, err := filepath.Glob("../../events/*.json")
	files = slices.DeleteFunc(files, func(f string) bool { return others.MatchString(filepath.Base(f)) })
	if err != nil || len(files) != len(tests) {
		t.Fatalf("found %q (%v), want %d files", files, err, len(tests))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			want, known := tests[filepath.Base(file)]
			if !known {
				t.Fatal("no expectation for this file")
			}
			payload, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			g := deliver(t, json.RawMessage(payload))
			if g.Method != want.method || g.RequestURI != want.uri || g.Host != want.host {
				t.Errorf("got %s %s at %s, want %s %s at %s", g.Method, g.RequestURI, g.Host, want.method, want.uri, want.host)
			}
			for name, values := range want.header {
				if diff := cmp.Diff(values, g.Header[name]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			info := *g.info
			if info.Source == edge.SourceALB {
				info.ReceivedAt = time.Time{} // the event has no time
			}
			want.info.SourceIP, want.info.Protocol = "203.0.113.7", "HTTP/1.1"
			if diff := cmp.Diff(want.info, info); diff != "" {
				t.Errorf("edge.Info (-want +got):\n%s", diff)
			}
			if want.method != "POST" {
				if len(g.body) != 0 {
					t.Errorf("unexpected body %q", g.body)
				}
				return
			}
			picture, err := png.Decode(bytes.NewReader(g.body))
			if err != nil {
				t.Fatalf("body is no PNG: %v", err)
			}
			if size := picture.Bounds().Size(); size.X != 2 || size.Y != 2 {
				t.Errorf("picture of %v, want 2 by 2", size)
			}
		})
	}
}
