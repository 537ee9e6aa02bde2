package websocket

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
)

// MaxLife is how long a connection may last (WebSocket API spec, 14).
const MaxLife = 2 * time.Hour

// ErrGone says that a connection is closed, never existed, or is not open yet.
var ErrGone = errors.New("the connection is gone")

// Ref names a connection.
type Ref struct {
	APIID string `json:"apiId"`
	Stage string `json:"stage"`
	ID    string `json:"id"`
}

// Connection is what is kept of a connection for as long as it lives: every event repeats what the
// handshake found out (WebSocket API spec, 3 and 7). It does not change once the handshake is done.
type Connection struct {
	Ref
	// DomainName is the host that the client named, without a port.
	DomainName  string    `json:"domainName"`
	ConnectedAt time.Time `json:"connectedAt"`
	Identity    Identity  `json:"identity"`
	// Authorizer is nil if no authorizer ran.
	Authorizer *AuthorizerContext `json:"authorizer,omitempty"`
	// Protocol is the subprotocol that the $connect integration chose, or empty.
	Protocol string `json:"protocol,omitempty"`
	// Tags are what a broadcast may choose connections by, an extension of Postern: the $connect
	// integration gives them in the header X-Postern-Tags.
	Tags []string `json:"tags,omitempty"`
	// Endpoint is the address of the transport's @connections, with its stage and without a slash
	// at the end; empty for a socket of this process.
	Endpoint string `json:"endpoint,omitempty"`
	// Host is the header of the handshake, which $disconnect events show.
	Host string `json:"host,omitempty"`
}

// Identity is who is at the other end, as far as the handshake found out.
type Identity struct {
	SourceIP  string `json:"sourceIp,omitempty"`
	UserAgent string `json:"userAgent,omitempty"`
	// Caller is the AWS identity of an AWS_IAM route, else nil.
	Caller *edge.Caller `json:"caller,omitempty"`
	// APIKey and APIKeyID are the value and the identifier of the API key, if $connect requires one.
	APIKey   string `json:"apiKey,omitempty"`
	APIKeyID string `json:"apiKeyId,omitempty"`
}

// AuthorizerContext is what a Lambda authorizer said at the handshake.
type AuthorizerContext struct {
	PrincipalID string            `json:"principalId,omitempty"`
	Context     map[string]string `json:"context,omitempty"`
	// LatencyMillis is how long the authorizer took.
	LatencyMillis int64 `json:"latencyMillis"`
}

// Connections finds the connections of stages. Every method is safe for concurrent use.
type Connections interface {
	// Find returns a connection, or ErrGone.
	Find(ctx context.Context, ref Ref) (*Connection, error)
	// List returns the connections of a stage, those with a tag unless it is empty, page by page:
	// after is the next of the page before or empty, and next is empty on the last page.
	List(ctx context.Context, apiID, stage, tag, after string) (page []*Connection, next string, err error)
	// Forget drops a connection that the transport says is gone. One that is not known is no error.
	Forget(ctx context.Context, c *Connection) error
}

// newID returns 15 characters and "=", the form of connection, message and request ids (WebSocket
// API spec, 3).
func newID() string {
	var b [11]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return base64.URLEncoding.EncodeToString(b[:])
}

// validID tells whether a text has the form of a connection id.
func validID(id string) bool {
	b, err := base64.URLEncoding.DecodeString(id)
	return err == nil && len(b) == 11
}
