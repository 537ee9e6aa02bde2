package websocket

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorder stands for the Lambda service and for HTTP backends. What it answers depends on the name
// of the function or the path, so that cases do not meet each other.
type recorder struct {
	*httptest.Server
	mu    sync.Mutex
	seen  map[string][]call
	newer chan struct{}
	// hold makes functions named "slow" wait until it is closed.
	hold chan struct{}
}

// call is one request that arrived.
type call struct {
	method, path, query string
	header              http.Header
	body                string
}

func record(t *testing.T) *recorder {
	r := &recorder{seen: map[string][]call{}, newer: make(chan struct{}), hold: make(chan struct{})}
	r.Server = httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) serve(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	name := strings.TrimPrefix(q.URL.Path, "/")
	if rest, ok := strings.CutPrefix(q.URL.Path, "/2015-03-31/functions/"); ok {
		name = strings.TrimSuffix(rest, "/invocations")
		name = name[strings.LastIndexByte(name, ':')+1:]
		defer r.function(w, name, string(body))
	} else {
		defer r.answer(w, q, name, string(body))
	}
	r.mu.Lock()
	r.seen[name] = append(r.seen[name], call{q.Method, q.URL.Path, q.URL.RawQuery, q.Header.Clone(), string(body)})
	close(r.newer)
	r.newer = make(chan struct{})
	r.mu.Unlock()
}

// answers of functions by name.
var answers = map[string]string{
	"ok":        `{"statusCode":200}`,
	"created":   `{"statusCode":201,"headers":{"Set-Cookie":"a=b","X-Other":"1"},"body":"hello"}`,
	"moved":     `{"statusCode":301}`,
	"bad":       `{"statusCode":400}`,
	"denied":    `{"statusCode":401}`,
	"missing":   `{"statusCode":404}`,
	"notimpl":   `{"statusCode":501}`,
	"garbage":   `"text"`,
	"badstatus": `{"statusCode":"x"}`,
	"protocol":  `{"statusCode":200,"headers":{"Sec-WebSocket-Protocol":"chat"}}`,
	"tagged":    `{"statusCode":200,"headers":{"X-Postern-Tags":"red, blue"}}`,
	"reply":     `{"statusCode":200,"body":"pong"}`,
	"reply500":  `{"statusCode":500,"body":"pong"}`,
	"nobody":    `{"statusCode":200}`,
	"null":      `null`,
	"plain":     `{"name":"Ada"}`,
	"authorize": policyOf("Allow", "*"),
	"deny":      policyOf("Deny", "*"),
	"other":     policyOf("Allow", "arn:aws:execute-api:us-east-1:123456789012:elsewhere/*"),
	"scalar":    `{"principalId":"p"}`,
}

func policyOf(effect, resource string) string {
	return `{"principalId":"user","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"` + effect +
		`","Resource":"` + resource + `"}]},"context":{"number":1,"flag":true,"text":"t"},"usageIdentifierKey":"key"}`
}

func (r *recorder) function(w http.ResponseWriter, name, body string) {
	w.Header().Set("X-Amzn-RequestId", "fn-1")
	switch name {
	case "throws":
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		_, _ = io.WriteString(w, `{"errorMessage":"it broke","errorType":"Error"}`)
	case "unauthorized":
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		_, _ = io.WriteString(w, `{"errorMessage":"Unauthorized"}`)
	case "forbidden":
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"Message":"no"}`)
	case "slow":
		<-r.hold
		_, _ = io.WriteString(w, `{"statusCode":200,"body":"late"}`)
	case "dies":
		panic(http.ErrAbortHandler) // the connection breaks while the function runs
	case "sleepy":
		time.Sleep(300 * time.Millisecond) // longer than the timeout of its integration
		_, _ = io.WriteString(w, `{"statusCode":200}`)
	case "echo":
		var event struct{ Body string }
		_ = json.Unmarshal([]byte(body), &event)
		b, _ := json.Marshal(map[string]any{"statusCode": 200, "body": event.Body})
		_, _ = w.Write(b)
	case "event":
		b, _ := json.Marshal(map[string]any{"statusCode": 200, "body": body})
		_, _ = w.Write(b)
	default:
		_, _ = io.WriteString(w, answers[name])
	}
}

func (r *recorder) answer(w http.ResponseWriter, q *http.Request, name, body string) {
	w.Header().Set("X-Kind", "backend")
	switch {
	case strings.HasSuffix(name, "/fails"):
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "down")
	case strings.HasSuffix(name, "/missing"):
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"why":"missing"}`)
	case strings.HasSuffix(name, "/protocol"):
		w.Header().Set("Sec-WebSocket-Protocol", "chat")
	default:
		_, _ = io.WriteString(w, `{"got":`+quoted(body)+`}`)
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// last waits for a call of a name that fits and returns the newest one.
func (r *recorder) newest(t *testing.T, name string, fits func(call) bool) call {
	t.Helper()
	end := time.After(patience)
	for {
		r.mu.Lock()
		newer, seen := r.newer, r.seen[name]
		r.mu.Unlock()
		for i := len(seen) - 1; i >= 0; i-- {
			if fits(seen[i]) {
				return seen[i]
			}
		}
		select {
		case <-newer:
		case <-end:
			t.Fatalf("%s was never called so; it saw %d calls", name, len(seen))
		}
	}
}

func (r *recorder) count(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.seen[name])
}

// has is for calls whose body holds a text.
func has(text string) func(call) bool {
	return func(c call) bool { return strings.Contains(c.body, text) }
}

// member returns a member of a JSON object by its path.
func member(t *testing.T, body, path string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	for name := range strings.SplitSeq(path, "/") {
		switch at := v.(type) {
		case map[string]any:
			var ok bool
			if v, ok = at[name]; !ok {
				return nil
			}
		case []any:
			v = at[0]
		default:
			return nil
		}
	}
	return v
}
