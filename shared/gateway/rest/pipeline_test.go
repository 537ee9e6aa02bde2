package rest

import (
	"slices"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// The order of REST data plane spec, section 2.
func TestPhaseOrder(t *testing.T) {
	want := []string{"arrival", "web application firewall", "resource matching", "resource policy", "authorization", "API key", "throttling",
		"content encoding", "request validation", "cache lookup", "method request", "integration request", "integration", "integration response", "method response",
		"cache store", "compression", "delivery"}
	var got []string
	for _, p := range phases {
		got = append(got, p.name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
}

func TestRecords(t *testing.T) {
	b := statusBackend(t, 201, "answer")
	validated := mock("/v", "GET")
	validated.RequiredParameters = []string{"method.request.querystring.q"}
	var rec *Record
	f := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/a", "POST", b.URL), validated}, observe: func(r *Record) {
		if rec != nil {
			t.Error("observed twice")
		}
		rec = r
	}}
	f.do(t, "POST /a", "question", "User-Agent", "curl/8")
	if rec.RequestID != testRequestID || rec.APIID != "a1b2c3d4e5" || rec.Stage != "prod" || rec.HTTPMethod != "POST" || rec.ResourcePath != "/a" || rec.ResourceID != "rid" ||
		rec.Status != 201 || rec.IntegrationStatus != 201 || rec.RequestBytes != 8 || rec.ResponseBytes != 6 || rec.ResponseType != "" || rec.Err != nil ||
		rec.SourceIP != "203.0.113.9" || rec.UserAgent != "curl/8" || rec.Start != testTime {
		t.Errorf("%+v", rec)
	}
	rec = nil
	f.do(t, "GET /v", "")
	if rec.Status != 400 || rec.ResponseType != BadRequestParameters || rec.Phase != "request validation" || rec.Reason != "Missing required request parameters: [q]" || rec.Err == nil {
		t.Errorf("%+v", rec)
	}
	rec = nil
	f.do(t, "GET /none", "")
	if rec.Status != 403 || rec.ResponseType != MissingAuthenticationToken || rec.ResourcePath != "" || rec.Phase != "resource matching" {
		t.Errorf("%+v", rec)
	}
}

// Two requests of a new stage compile the same route; later ones reuse it.
func TestRoutesAreCompiledOnce(t *testing.T) {
	s := fixture{methods: []snapshot.Method{mock("/a", "GET")}}.stage(t)
	first, err := s.method(0)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.method(0)
	if err != nil || first != second {
		t.Errorf("compiled again: %v", err)
	}
	if _, err := s.method(0); err != nil {
		t.Error(err)
	}
	if first.backend.timeout != 29*time.Second {
		t.Errorf("timeout %v", first.backend.timeout)
	}
}
