package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// FuzzUnmarshal reads arbitrary bytes as every structure: it must end in an *wire.Error or in a value whose JSON form is
// stable.
func FuzzUnmarshal(f *testing.F) {
	for _, seed := range []string{`{}`, `{"name":"a","tags":{"k":"v"},"item":[{"id":"1"}]}`, `{"createdDate":1.5e9,"enabled":true}`,
		`{"patchOperations":[{"op":"add","path":"/a~1b"}]}`, `[`, `{"throttle":{"rateLimit":1e400}}`, "{\"name\":\"\xff\\ud83d\"}",
		`{"values":{"k":[[1,2],[3]]}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, s := range suites() {
			for name, empty := range s.structures {
				first := empty().(interface {
					DecodeJSON(*wire.Decoder)
					EncodeJSON(*wire.Encoder)
				})
				if err := wire.Unmarshal(data, first); err != nil {
					var refusal *wire.Error
					if !errors.As(err, &refusal) || refusal.Code != "SerializationException" {
						t.Fatalf("%s: error %v", name, err)
					}
					continue
				}
				written, err := wire.Marshal(first)
				if err != nil || !json.Valid(written) {
					t.Fatalf("%s: wrote %s, %v", name, written, err)
				}
				second := empty()
				if err := json.Unmarshal(written, second); err != nil {
					t.Fatalf("%s: %s: %v", name, written, err)
				}
				// Not json.Marshal, which rewrites "<" in what a Marshaler gives it.
				if again, err := wire.Marshal(second.(interface{ EncodeJSON(*wire.Encoder) })); err != nil || !bytes.Equal(written, again) {
					t.Fatalf("%s: wrote %s, then %s, %v", name, written, again, err)
				}
			}
		}
	})
}

// FuzzValues compares with encoding/json what the decoder makes of a map of strings.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{`{"a":"b"}`, `{"\u00e9\ud83c\udf10\ud83c":"\\\/\b\f\n\r\t\""}`, `{"a":"1","a":"2"}`, " {\t\"a\" : \"b\"\n, \"\": \"\"} ",
		"{\"\xc3\":\"\xe2\x80\"}", `{"a":{"b":[1,"]}",null]}}`, `{}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var want map[string]string
		wantErr := json.Unmarshal(data, &want)
		document := slices.Concat([]byte(`{"skipped":`), data, []byte(`,"tags":`), data, []byte(`}`))
		var got apigateway.Tags
		err := wire.Unmarshal(document, &got)
		if wantErr != nil || bytes.Contains(data, []byte("null")) {
			if err == nil && wantErr != nil {
				t.Fatalf("%q was accepted; encoding/json: %v", data, wantErr)
			}
			return // null is refused here and an empty string there
		}
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if diff := cmp.Diff(want, got.Tags); diff != "" {
			t.Fatalf("%q: encoding/json (-), here (+):\n%s", data, diff)
		}
	})
}

// FuzzRequest sends arbitrary requests: every answer must be the success of an operation or a well-formed refusal of the
// framework, and never a 500.
func FuzzRequest(f *testing.F) {
	f.Add("POST", "/restapis", "mode=import", "application/json", []byte(`{"name":"a"}`))
	f.Add("PATCH", "/restapis/a%2Fb", "", "", []byte(`{"patchOperations":[{"op":"x"}]}`))
	f.Add("GET", "/v2/domainnames/d/routingrules", "maxResults=1&nextToken=%zz", "", []byte{})
	f.Add("PUT", "/restapis/a/resources/b/methods/GET/responses/200", "", "text/plain", []byte(`{"responseModels":{"a":1}}`))
	f.Add("POST", "/@connections/x", "", "", []byte("\x00"))
	mux := allServices(f, accept)
	mux.OnError = func(_ *http.Request, operation string, err error) { panic(operation + ": " + err.Error()) }
	refusals := map[string]int{"UnknownOperationException": 404, "SerializationException": 400, "ValidationException": 400,
		"UnsupportedMediaTypeException": 415}
	f.Fuzz(func(t *testing.T, method, path, query, contentType string, body []byte) {
		u, err := url.Parse("http://control.test" + path)
		if err != nil || u.Host != "control.test" {
			return
		}
		u.RawQuery = query
		r := &http.Request{Method: method, URL: u, Header: http.Header{"Content-Type": {contentType}},
			Body: http.NoBody, ContentLength: int64(len(body))}
		if len(body) > 0 {
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code < 300 {
			return
		}
		code := w.Header().Get("x-amzn-ErrorType")
		if refusals[code] != w.Code || !json.Valid(w.Body.Bytes()) {
			t.Fatalf("answer %d %s %q, want one of %v", w.Code, code, w.Body, slices.Sorted(maps.Keys(refusals)))
		}
	})
}
