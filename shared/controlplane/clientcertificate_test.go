package controlplane_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

func TestClientCertificate(t *testing.T) {
	h := newHarness(t)
	created := h.ok(201, "POST", "/clientcertificates", `{"description":"d","tags":{"a":"b"}}`)
	id := created["clientCertificateId"].(string)
	block, rest := pem.Decode([]byte(created["pemEncodedCertificate"].(string)))
	if block == nil || block.Type != "CERTIFICATE" || len(rest) > 0 {
		t.Fatalf("no PEM certificate: %v", created)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if key, ok := c.PublicKey.(*rsa.PublicKey); !ok || key.N.BitLen() != 2048 {
		t.Errorf("key %T", c.PublicKey)
	}
	if err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
		t.Errorf("not signed by itself: %v", err)
	}
	start := time.Unix(now, 0)
	if !c.NotBefore.Equal(start) || !c.NotAfter.Equal(start.Add(365*24*time.Hour)) {
		t.Errorf("valid from %v to %v", c.NotBefore, c.NotAfter)
	}
	if created["createdDate"] != float64(now) || created["expirationDate"] != float64(c.NotAfter.Unix()) {
		t.Errorf("dates %v", created)
	}
	if !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth) {
		t.Errorf("usage %v", c.ExtKeyUsage)
	}

	// The private key is in the row and nowhere else.
	item, err := h.store.Get(t.Context(), store.Key{Partition: "clientcertificates", Sort: id})
	if err != nil {
		t.Fatal(err)
	}
	var row struct{ PrivateKey string }
	if err := json.Unmarshal(item.Value, &row); err != nil {
		t.Fatal(err)
	}
	if _, err := tls.X509KeyPair([]byte(created["pemEncodedCertificate"].(string)), []byte(row.PrivateKey)); err != nil {
		t.Errorf("the key does not fit: %v", err)
	}
	for _, path := range []string{"/clientcertificates", "/clientcertificates/" + id} {
		if _, _, answer := h.do("GET", path, ""); bytes.Contains(answer, []byte("PRIVATE KEY")) || bytes.Contains(answer, []byte("privateKey")) {
			t.Errorf("GET %s answers the private key", path)
		}
	}

	got := h.ok(200, "PATCH", "/clientcertificates/"+id, patch("replace", "/description", "e"))
	if got["description"] != "e" || got["pemEncodedCertificate"] != created["pemEncodedCertificate"] {
		t.Errorf("updated %v", got)
	}
	h.badRequest("Invalid patch path  '/tags/a' specified for op 'add'. Must be one of: []", "PATCH", "/clientcertificates/"+id, patch("add", "/tags/a", "b"))
	if got := members(h.ok(200, "GET", "/clientcertificates", ""), "clientCertificateId"); !slices.Equal(got, []string{id}) {
		t.Errorf("listed %v", got)
	}

	var items []store.Item
	for i := range 59 {
		items = append(items, store.Item{Key: store.Key{Partition: "clientcertificates", Sort: fmt.Sprintf("other%d", i)}, Value: item.Value})
	}
	if err := h.store.PutAll(t.Context(), items); err != nil {
		t.Fatal(err)
	}
	h.refused(429, "LimitExceededException", "Maximum number of Client Certificates for this account has been reached. Please contact AWS if you need additional Client Certificates", "POST", "/clientcertificates", `{}`)

	h.ok(202, "DELETE", "/clientcertificates/"+id, "")
	const missing = "Invalid Client Certificate identifier specified"
	h.notFound(missing, "GET", "/clientcertificates/"+id, "")
	h.notFound(missing, "PATCH", "/clientcertificates/"+id, patch("replace", "/description", "e"))
	h.notFound(missing, "DELETE", "/clientcertificates/"+id, "")
}
