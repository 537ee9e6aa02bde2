package rest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// What a tested method sees of its caller (REST data plane spec, 15).
const (
	testSourceIP     = "test-invoke-source-ip"
	testAPIKey       = "test-invoke-api-key"
	testAPIKeyID     = "test-invoke-api-key-id"
	testStage        = "test-invoke-stage"
	testInvokeDomain = "testPrefix.testDomainName"
)

// Test runs the one method of a test's snapshot and returns its answer with the execution log.
// Access control, metering and cache do not take part (REST data plane spec, 15). The error
// says that the test itself cannot be run; a failing method gives a result.
func (p *Pipeline) Test(ctx context.Context, t snapshot.Test, region string) (snapshot.TestResult, error) {
	s, err := snapshot.Open(t.Snapshot)
	if err != nil {
		return snapshot.TestResult{}, fmt.Errorf("test invoke: %w", err)
	}
	if s.Len() != 1 {
		return snapshot.TestResult{}, fmt.Errorf("test invoke: the snapshot holds %d methods instead of one", s.Len())
	}
	t.Stage.Name = testStage
	path, query, _ := strings.Cut(t.Path, "?")
	r := (&http.Request{
		Method: t.HTTPMethod, URL: &url.URL{Path: path, RawQuery: query}, Header: t.Header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: http.NoBody, ContentLength: int64(len(t.Body)),
	}).WithContext(edge.NewContext(ctx, &edge.Info{SourceIP: testSourceIP}))
	if len(t.Body) > 0 {
		setBody(r, t.Body)
	}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	w := &testWriter{header: http.Header{}}
	stage := NewStage(s, t.Stage, region)
	streams := stage.testStreams()
	if streams {
		bounded, cancel := context.WithTimeoutCause(r.Context(), testStreamTime, errTestOver)
		defer cancel()
		r, w.limit = r.WithContext(bounded), testStreamBytes
	}
	inv := &Invocation{
		Stage:    stage,
		Target:   Target{Path: path, EventPath: path, ContextPath: "/" + testStage + path, DomainName: testInvokeDomain},
		Request:  r,
		pipeline: p,
		writer:   w,
		Metering: Metering{APIKey: testAPIKey, APIKeyID: testAPIKeyID},
		log:      &executionLog{now: p.c.Now},
	}
	start := p.c.Now()
	if err := inv.run(); err != nil {
		inv.refuse(err)
		inv.log.failed(inv)
	}
	inv.release()
	for _, name := range []string{"x-amzn-RequestId", "x-amz-apigw-id", "Content-Length"} {
		delete(w.header, name)
	}
	result := snapshot.TestResult{Status: w.status, Header: w.header, Body: w.body.Bytes(), Latency: p.c.Now().Sub(start)}
	if !streams {
		result.Log = inv.log.String()
	}
	return result, nil
}

// testResource takes the place of resource matching: the method is given, and the path only
// yields parameters if it fits.
func (inv *Invocation) testResource() error {
	res := &inv.Resource
	res.HTTPMethod = inv.Request.Method
	m, err := inv.Stage.method(0)
	if err != nil {
		return configurationError("the definition cannot be read", err)
	}
	res.method = m
	path := matchedPath(inv.Target.Path)
	if _, fits := match(&inv.Stage.snapshot.Index, m.doc.HTTPMethod, path); fits {
		res.PathParams = pathValues(m.params, path)
	}
	return nil
}

// testWriter keeps the answer of a tested method.
type testWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
	limit  int // of the body, in bytes; 0 is none
}

func (w *testWriter) Header() http.Header    { return w.header }
func (w *testWriter) WriteHeader(status int) { w.status = status }

func (w *testWriter) Write(p []byte) (int, error) {
	if w.limit > 0 && w.body.Len()+len(p) > w.limit {
		n, _ := w.body.Write(p[:w.limit-w.body.Len()])
		return n, errTestFull
	}
	return w.body.Write(p)
}
