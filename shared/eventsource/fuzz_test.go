package eventsource_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/eventsource"
)

// FuzzEvent sends arbitrary payloads: none may panic, and a request that reaches the handler has
// what handlers rely on.
func FuzzEvent(f *testing.F) {
	files, err := filepath.Glob("../../events/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no sample events: %v", err)
	}
	for _, file := range files {
		payload, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload)
	}
	c := get("/a%2Fb/%zz", "q=1&q=%")
	for _, event := range []object{c.rest(), c.httpV1("prod"), c.httpV2("prod"), c.alb(false), c.functionURL(true)} {
		f.Add([]byte(mustJSON(f, event)))
	}
	f.Add([]byte(`{}`))

	f.Fuzz(func(t *testing.T, payload []byte) {
		invoke := eventsource.Lambda(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if edge.FromContext(r.Context()) == nil {
				t.Error("no edge.Info")
			}
			if !strings.HasPrefix(r.RequestURI, "/") || strings.ContainsAny(r.RequestURI, " \t\r\n\x00") {
				t.Errorf("request URI %q", r.RequestURI)
			}
			path, query, _ := strings.Cut(r.RequestURI, "?")
			if r.URL.RawQuery != query || r.URL.RawPath != "" && r.URL.RawPath != path {
				t.Errorf("URL %#v does not agree with %q", r.URL, r.RequestURI)
			}
			if _, err := io.Copy(w, r.Body); err != nil {
				panic(err)
			}
		}), quiet(eventsource.Options{}))
		answer, err := invoke(context.Background(), payload)
		if err != nil {
			return
		}
		if stream, ok := answer.(io.Reader); ok {
			if _, err := io.Copy(io.Discard, stream); err != nil {
				t.Fatal(err)
			}
			return
		}
		if _, err := json.Marshal(answer); err != nil {
			t.Fatal(err)
		}
	})
}
