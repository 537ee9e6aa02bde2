package remote

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// Management reaches sockets through the @connections of API Gateway (WebSocket API spec, 9). It
// implements websocket.Transport. It does not retry.
type Management struct {
	// Credentials sign the calls, Region is that of the transport.
	Credentials aws.CredentialsProvider
	Region      string
	// Client makes the calls.
	Client *http.Client
	// Now tells the time of signing.
	Now func() time.Time

	signer *v4.Signer
}

var _ websocket.Transport = (*Management)(nil)

// callTimeout bounds one call.
const callTimeout = 10 * time.Second

// NewManagement returns a Management with a connection pool of its own, which is large enough for
// broadcasts.
func NewManagement(credentials aws.CredentialsProvider, region string) *Management {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &Management{Credentials: credentials, Region: region, Now: time.Now, signer: v4.NewSigner(),
		Client: &http.Client{Transport: transport, Timeout: callTimeout}}
}

// Post implements websocket.Transport.
func (m *Management) Post(ctx context.Context, c *websocket.Connection, data []byte) error {
	_, err := m.call(ctx, http.MethodPost, c, data)
	return err
}

// Get implements websocket.Transport.
func (m *Management) Get(ctx context.Context, c *websocket.Connection) (websocket.Status, error) {
	body, err := m.call(ctx, http.MethodGet, c, nil)
	if err != nil {
		return websocket.Status{}, err
	}
	s, err := websocket.ParseStatus(body)
	if err != nil {
		return s, fmt.Errorf("read the status of connection %s: %w", c.ID, err)
	}
	return s, nil
}

// Delete implements websocket.Transport.
func (m *Management) Delete(ctx context.Context, c *websocket.Connection) error {
	_, err := m.call(ctx, http.MethodDelete, c, nil)
	return err
}

// maxStatus bounds what is read of an answer, in bytes.
const maxStatus = 64 << 10

func (m *Management) call(ctx context.Context, method string, c *websocket.Connection, data []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.Endpoint+"/@connections/"+url.PathEscape(c.ID), bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("reach connection %s: %w", c.ID, err)
	}
	credentials, err := m.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("credentials for @connections: %w", err)
	}
	sum := sha256.Sum256(data)
	if err := m.signer.SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), "execute-api", m.Region, m.Now()); err != nil {
		return nil, fmt.Errorf("sign for @connections: %w", err)
	}
	res, err := m.Client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("reach connection %s: %w", c.ID, err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxStatus))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reach connection %s: %w", c.ID, err)
	case res.StatusCode < 300:
		return body, nil
	case res.StatusCode == http.StatusGone:
		return nil, websocket.ErrGone
	case res.StatusCode == http.StatusRequestEntityTooLarge:
		return nil, websocket.ErrTooLarge
	case res.StatusCode == http.StatusTooManyRequests:
		return nil, websocket.ErrBusy
	case res.StatusCode == http.StatusForbidden:
		return nil, fmt.Errorf("%w: %s", websocket.ErrRefused, body)
	}
	return nil, fmt.Errorf("@connections answers %d for connection %s: %s", res.StatusCode, c.ID, body)
}
