package gateway

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// countingReader counts what is read of a store.
type countingReader struct {
	Reader
	reads int
}

func (r *countingReader) Get(ctx context.Context, key store.Key) (store.Item, error) {
	r.reads++
	return r.Reader.Get(ctx, key)
}

// What the control plane has generated is what backends are shown.
func TestClientCertificates(t *testing.T) {
	db, err := embedded.Open(":memory:", embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	service := controlplane.New(controlplane.Config{Store: db, Account: "123456789012", Region: "us-east-1"})
	made, err := service.GenerateClientCertificate(t.Context(), &apigateway.GenerateClientCertificateRequest{})
	if err != nil {
		t.Fatal(err)
	}
	reader := &countingReader{Reader: db}
	certificates := NewClientCertificates(reader)
	first, err := certificates.ClientCertificate(t.Context(), *made.ClientCertificateId)
	if err != nil {
		t.Fatal(err)
	}
	again, err := certificates.ClientCertificate(t.Context(), *made.ClientCertificateId)
	if err != nil || again != first || reader.reads != 1 {
		t.Errorf("read %d times: %v", reader.reads, err)
	}
	if first.PrivateKey == nil || first.Leaf == nil || first.Leaf.Subject.CommonName != "ApiGateway" || !bytes.Equal(first.Leaf.Raw, first.Certificate[0]) {
		t.Errorf("certificate %+v", first.Leaf)
	}
	if _, err := certificates.ClientCertificate(t.Context(), "nobody"); !errors.Is(err, ErrNoClientCertificate) {
		t.Errorf("unknown id: %v", err)
	}
}
