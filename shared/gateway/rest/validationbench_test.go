package rest

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// BenchmarkValidatedMock is the whole way of a REST request with a body of 2 KB: parameters and
// body are validated, a template reads the body and makes the MOCK's request, another the answer.
func BenchmarkValidatedMock(b *testing.B) {
	m := mock("/pets/{id}", "POST")
	m.RequiredParameters = []string{"method.request.path.id", "method.request.querystring.verbose"}
	m.RequestModels = map[string]string{"application/json": "Pets"}
	m.Integration.RequestTemplates[0].Text = `#set($pets = $input.path('$'))
#set($context.requestOverride.header.first = $pets[0].name)
{"statusCode": 200, "count": $pets.size(), "names": [#foreach($p in $pets)"$p.name"#if($foreach.hasNext),#end#end]}`
	m.Integration.Responses[0].Templates[0].Text = `{"id": "$input.params('id')", "stage": "$context.stage", "request": "$context.requestId", "at": $context.requestTimeEpoch}`
	f := fixture{api: snapshot.API{Models: petModels}, methods: []snapshot.Method{m}}
	s, p := f.stage(b), New(Config{})
	body := []byte("[")
	for i := range 40 {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, `{"name": "a cat with a name", "kind": "cat", "age": 3}`...)
	}
	body = append(body, ']')
	r := benchmarkRequest("POST", "/pets/7?verbose=1")
	r.Header.Set("Content-Type", "application/json")
	r.ContentLength = int64(len(body))
	reader := bytes.NewReader(body)
	r.Body = io.NopCloser(reader)
	t := target("/pets/7")
	w := &statusOnly{discard: discard{header: http.Header{}}}
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		reader.Reset(body)
		clear(w.header)
		p.Serve(w, r, s, t)
		if w.status != 200 {
			b.Fatalf("status %d", w.status)
		}
	}
}

// statusOnly is a ResponseWriter that keeps the status.
type statusOnly struct {
	discard
	status int
}

func (s *statusOnly) WriteHeader(status int) { s.status = status }
