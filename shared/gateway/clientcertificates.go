package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
)

// ErrNoClientCertificate says that no client certificate has the id.
var ErrNoClientCertificate = errors.New("no such client certificate")

// ClientCertificates reads the certificates that stages show to HTTPS backends, each once, since a
// certificate never changes under its id. It is safe for concurrent use.
type ClientCertificates struct {
	reader Reader
	mu     sync.RWMutex
	kept   map[string]*tls.Certificate
}

// NewClientCertificates returns ClientCertificates that read from a store.
func NewClientCertificates(reader Reader) *ClientCertificates {
	return &ClientCertificates{reader: reader, kept: map[string]*tls.Certificate{}}
}

// ClientCertificate returns a certificate with its key: the same pointer each time. It fails with
// ErrNoClientCertificate, wrapped, for an unknown id.
func (c *ClientCertificates) ClientCertificate(ctx context.Context, id string) (*tls.Certificate, error) {
	c.mu.RLock()
	known := c.kept[id]
	c.mu.RUnlock()
	if known != nil {
		return known, nil
	}
	item, err := c.reader.Get(ctx, store.Key{Partition: snapshot.ClientCertificatePartition, Sort: id})
	if errors.Is(err, store.ErrNotFound) {
		err = ErrNoClientCertificate
	}
	if err != nil {
		return nil, fmt.Errorf("read client certificate %s: %w", id, err)
	}
	doc, err := snapshot.DecodeClientCertificate(item.Value)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair([]byte(doc.Certificate), []byte(doc.PrivateKey))
	if err != nil {
		return nil, fmt.Errorf("read client certificate %s: %w", id, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.kept[id]; known != nil {
		return known, nil // of a request at the same time
	}
	c.kept[id] = &pair
	return &pair, nil
}
