package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// fakeHTTP keeps the last call.
type fakeHTTP struct {
	last    *http.Request
	options integration.HTTPOptions
}

func (h *fakeHTTP) Do(r *http.Request, o integration.HTTPOptions) (*http.Response, error) {
	h.last, h.options = r, o
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("")), ContentLength: 0}, nil
}

// fakeLinks leads every link to its own id and keeps what it was asked for.
type fakeLinks struct{ last integration.PrivateBackend }

func (l *fakeLinks) Address(_ context.Context, b integration.PrivateBackend) (string, error) {
	l.last = b
	if b.ConnectionID == "lost" {
		return "", errors.New("not found")
	}
	return b.ConnectionID + ".internal:80", nil
}

const testTarget = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/pets/50dc6c495c0c9188"

func privateMethod(kind, uri, connection, target string) snapshot.Method {
	m := httpMethod(kind, "/x", "GET", uri)
	m.Integration.ConnectionType, m.Integration.ConnectionID, m.Integration.IntegrationTarget = "VPC_LINK", connection, target
	return m
}

// A link changes the network path alone; a target puts the stage into the path (REST data plane
// spec, 4.3; domains and edge spec, 11).
func TestVPCLink(t *testing.T) {
	for _, c := range []struct {
		name         string
		method       snapshot.Method
		uri, address string
		asked        integration.PrivateBackend
	}{
		{"link", privateMethod("HTTP_PROXY", "http://pets.example.com:81/a?b=c", "link1", ""), "http://pets.example.com:81/a?b=c", "link1.internal:80",
			integration.PrivateBackend{ConnectionID: "link1", Scheme: "http", Host: "pets.example.com:81"}},
		{"stage variable", privateMethod("HTTP", "https://pets.example.com", "${stageVariables.link}", ""), "https://pets.example.com", "link2.internal:80",
			integration.PrivateBackend{ConnectionID: "link2", Scheme: "https", Host: "pets.example.com"}},
		{"target", privateMethod("HTTP_PROXY", "https://pets.example.com/a?b=c", "link1", testTarget), "https://pets.example.com/prod/a?b=c", "link1.internal:80",
			integration.PrivateBackend{ConnectionID: "link1", Target: testTarget, Scheme: "https", Host: "pets.example.com"}},
		{"target without path", privateMethod("HTTP", "http://pets.example.com", "link1", testTarget), "http://pets.example.com/prod", "link1.internal:80",
			integration.PrivateBackend{ConnectionID: "link1", Target: testTarget, Scheme: "http", Host: "pets.example.com"}},
	} {
		h, links := &fakeHTTP{}, &fakeLinks{}
		f := fixture{methods: []snapshot.Method{c.method}, vars: map[string]string{"link": "link2"}, http: h, configure: func(c *Config) { c.VPCLinks = links }}
		if a := f.do(t, "GET /x", ""); a.status != 200 {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
			continue
		}
		if h.last.URL.String() != c.uri || h.options.Address != c.address || links.last != c.asked {
			t.Errorf("%s: %s at %q after %+v", c.name, h.last.URL, h.options.Address, links.last)
		}
	}
}

// $context.requestOverride.path drops the stage (domains and edge spec, 11).
func TestVPCLinkPathOverride(t *testing.T) {
	m := privateMethod("HTTP", "http://pets.example.com/a?b=c", "link1", testTarget)
	m.Integration.RequestTemplates = []snapshot.Template{{ContentType: "application/json", Text: `#set($context.requestOverride.path = "/whole/path")`}}
	h := &fakeHTTP{}
	fixture{methods: []snapshot.Method{m}, http: h}.do(t, "GET /x", "")
	if got := h.last.URL.String(); got != "http://pets.example.com/whole/path?b=c" {
		t.Errorf("called %s", got)
	}
}

func TestVPCLinkFailures(t *testing.T) {
	for _, id := range []string{"lost", "${stageVariables.none}"} {
		h := &fakeHTTP{}
		f := fixture{methods: []snapshot.Method{privateMethod("HTTP_PROXY", "http://pets.example.com", id, "")}, http: h, configure: func(c *Config) { c.VPCLinks = &fakeLinks{} }}
		if a := f.do(t, "GET /x", ""); a.status != 500 || h.last != nil {
			t.Errorf("%s: %d", id, a.status)
		}
	}
}

// fakeCertificates knows one certificate.
type fakeCertificates struct{ one tls.Certificate }

func (c *fakeCertificates) ClientCertificate(_ context.Context, id string) (*tls.Certificate, error) {
	if id != "cert1" {
		return nil, errors.New("unknown")
	}
	return &c.one, nil
}

// A stage's certificate is shown to HTTPS backends (REST data plane spec, 4.3).
func TestClientCertificate(t *testing.T) {
	certificates := &fakeCertificates{}
	for _, c := range []struct {
		name, id, uri string
		source        ClientCertificates
		status        int
		shown         bool
	}{
		{"none", "", "https://pets.example.com", certificates, 200, false},
		{"https", "cert1", "https://pets.example.com", certificates, 200, true},
		{"http", "cert1", "http://pets.example.com", certificates, 200, false},
		{"unknown", "cert2", "https://pets.example.com", certificates, 500, false},
		{"no store", "cert1", "https://pets.example.com", nil, 500, false},
	} {
		h := &fakeHTTP{}
		f := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/x", "GET", c.uri)}, http: h,
			configure: func(to *Config) { to.ClientCertificates = c.source },
			document:  func(s *snapshot.Stage) { s.ClientCertificateID = c.id }}
		a := f.do(t, "GET /x", "")
		if shown := h.options.Certificate == &certificates.one; a.status != c.status || shown != c.shown {
			t.Errorf("%s: %d, shown %v", c.name, a.status, shown)
		}
	}
}
