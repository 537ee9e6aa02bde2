package integration

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	testBalancer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/pets/50dc6c495c0c9188"
	testListener = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/pets/50dc6c495c0c9188/f2f7dc8efc522ab2"
)

func TestVPCLinkAddresses(t *testing.T) {
	var asked []string
	balancing := verifying(t, "elasticloadbalancing", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		asked = append(asked, r.Form.Get("Action"))
		switch {
		case r.Form.Get("LoadBalancerArns.member.1") == testBalancer:
			_, _ = io.WriteString(w, `<R><DescribeLoadBalancersResult><LoadBalancers><member><DNSName>pets.elb.amazonaws.com</DNSName></member></LoadBalancers></DescribeLoadBalancersResult></R>`)
		case r.Form.Get("ListenerArns.member.1") == testListener:
			_, _ = io.WriteString(w, `<R><DescribeListenersResult><Listeners><member><Port>8443</Port><LoadBalancerArn>`+testBalancer+`</LoadBalancerArn></member></Listeners></DescribeListenersResult></R>`)
		default:
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `<E><Error><Code>LoadBalancerNotFound</Code><Message>gone</Message></Error></E>`)
		}
	})
	now := time.Now()
	services := NewServiceAPI(ServiceAPIConfig{Credentials: keys("AKIDEXAMPLE", ""), Getenv: endpointEnv("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", balancing.URL)})
	links := NewVPCLinks(map[string]string{"link1": "10.0.0.7:9000", "link2": "10.0.0.8", testBalancer + "x": "10.0.0.9"}, services, func() time.Time { return now })
	for _, c := range []struct {
		backend PrivateBackend
		want    string
	}{
		{PrivateBackend{ConnectionID: "link1", Scheme: "http", Host: "x.example.com"}, "10.0.0.7:9000"},
		{PrivateBackend{ConnectionID: "link2", Scheme: "https", Host: "x.example.com"}, "10.0.0.8:443"},
		{PrivateBackend{ConnectionID: "link2", Scheme: "http", Host: "x.example.com:81"}, "10.0.0.8:81"},
		{PrivateBackend{ConnectionID: "other", Target: testBalancer + "x", Scheme: "http", Host: "x"}, "10.0.0.9:80"},
		{PrivateBackend{ConnectionID: "other", Scheme: "http", Host: "nlb.example.com"}, ""},
		{PrivateBackend{ConnectionID: "other", Target: testBalancer, Scheme: "http", Host: "x.example.com:8080"}, "pets.elb.amazonaws.com:8080"},
		{PrivateBackend{ConnectionID: "other", Target: testBalancer, Scheme: "https", Host: "x.example.com"}, "pets.elb.amazonaws.com:443"},
		{PrivateBackend{ConnectionID: "other", Target: testListener, Scheme: "https", Host: "x.example.com"}, "pets.elb.amazonaws.com:8443"},
	} {
		if got, err := links.Address(t.Context(), c.backend); err != nil || got != c.want {
			t.Errorf("%+v: %q, %v, want %q", c.backend, got, err, c.want)
		}
	}
	if got := strings.Join(asked, " "); got != "DescribeLoadBalancers DescribeListeners DescribeLoadBalancers" {
		t.Errorf("asked for %s", got)
	}
	if _, err := links.Address(t.Context(), PrivateBackend{ConnectionID: "other", Target: testBalancer + "y"}); err == nil || !strings.Contains(err.Error(), "LoadBalancerNotFound") {
		t.Errorf("unknown target: %v", err)
	}
	now = now.Add(2 * targetLifetime)
	balancing.Close()
	if got, err := links.Address(t.Context(), PrivateBackend{ConnectionID: "other", Target: testListener, Scheme: "http"}); err != nil || got != "pets.elb.amazonaws.com:8443" {
		t.Errorf("with the service away: %q, %v", got, err)
	}
}

func TestParseVPCLinks(t *testing.T) {
	links, err := ParseVPCLinks(" a=b:1, arn:x/y=c ,")
	if err != nil || len(links) != 2 || links["a"] != "b:1" || links["arn:x/y"] != "c" {
		t.Errorf("%v, %v", links, err)
	}
	for _, text := range []string{"a", "=b", "a=", "a=http://b", "a=b c"} {
		if _, err := ParseVPCLinks(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

// The address of a private backend replaces the one that is dialled and nothing else: Host and the
// name that TLS verifies are the URI's.
func TestHTTPAddressAndCertificate(t *testing.T) {
	var host, sni string
	var peers []*x509.Certificate
	backend := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		host, sni, peers = r.Host, r.TLS.ServerName, r.TLS.PeerCertificates
	}))
	backend.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	backend.StartTLS()
	defer backend.Close()
	u, _ := url.Parse(backend.URL)
	// The test server's own certificate serves as a client's, too.
	certificate := &backend.TLS.Certificates[0]

	h := NewHTTP(HTTPConfig{AllowLoopback: true})
	defer h.CloseIdle()
	for _, c := range []struct {
		name    string
		options HTTPOptions
		peers   int
	}{
		{"address", HTTPOptions{SkipIssuerCheck: true, Address: u.Host}, 0},
		{"address and certificate", HTTPOptions{SkipIssuerCheck: true, Address: u.Host, Certificate: certificate}, 1},
		{"address again", HTTPOptions{SkipIssuerCheck: true, Address: u.Host}, 0},
	} {
		r, _ := http.NewRequestWithContext(t.Context(), "GET", "https://example.com/x", http.NoBody)
		res, err := h.Do(r, c.options)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		_ = res.Body.Close()
		if host != "example.com" || sni != "example.com" || len(peers) != c.peers {
			t.Errorf("%s: host %q, server name %q, %d certificates", c.name, host, sni, len(peers))
		}
	}
	r, _ := http.NewRequestWithContext(t.Context(), "GET", "https://other.test/x", http.NoBody)
	if _, err := h.Do(r, HTTPOptions{SkipIssuerCheck: true, Address: u.Host}); err == nil {
		t.Error("a certificate for another host is accepted")
	}
	// With an issuer that is not known the strict pool refuses, with or without an address.
	r, _ = http.NewRequestWithContext(t.Context(), "GET", "https://example.com/x", http.NoBody)
	if _, err := h.Do(r, HTTPOptions{Address: u.Host}); err == nil {
		t.Error("a certificate of an unknown issuer is accepted")
	}
	guarded := NewHTTP(HTTPConfig{})
	r, _ = http.NewRequestWithContext(t.Context(), "GET", "https://example.com/x", http.NoBody)
	if _, err := guarded.Do(r, HTTPOptions{Address: u.Host}); err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("the address is not guarded: %v", err)
	}
}
