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
	inv := &Invocation{
		Stage:    NewStage(s, t.Stage, region),
		Target:   Target{Path: path, EventPath: path, ContextPath: "/" + testStage + path, DomainName: testInvokeDomain},
		Request:  r,
		pipeline: p,
		writer:   w,
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
	return snapshot.TestResult{Status: w.status, Header: w.header, Body: w.body.Bytes(), Latency: p.c.Now().Sub(start), Log: inv.log.String()}, nil
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
}

func (w *testWriter) Header() http.Header         { return w.header }
func (w *testWriter) WriteHeader(status int)      { w.status = status }
func (w *testWriter) Write(p []byte) (int, error) { return w.body.Write(p) }
