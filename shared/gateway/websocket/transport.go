package websocket

import (
	"context"
	"errors"
	"time"
)

// MaxMessage and MaxFrame are the greatest lengths of a message and of a frame in bytes (WebSocket
// API spec, 10).
const (
	MaxMessage = 128 << 10
	MaxFrame   = 32 << 10
)

// Errors of a Transport, beside ErrGone.
var (
	// ErrBusy says that the client does not read, so that its outbound buffer is full.
	ErrBusy = errors.New("the outbound buffer of the connection is full")
	// ErrTooLarge says that a message exceeds MaxMessage.
	ErrTooLarge = errors.New("the message is too large")
	// ErrRefused says that the transport does not let this gateway use its @connections.
	ErrRefused = errors.New("the transport refuses the call")
)

// Transport moves messages to where sockets are. Every method is safe for concurrent use.
type Transport interface {
	// Post queues a text message. It returns once the message is accepted, which does not mean that
	// it has arrived. data must not change afterwards.
	Post(ctx context.Context, c *Connection, data []byte) error
	// Get tells about an open connection.
	Get(ctx context.Context, c *Connection) (Status, error)
	// Delete closes a connection with 1000, "Connection Closed Normally".
	Delete(ctx context.Context, c *Connection) error
}

// Status is what GET on @connections tells.
type Status struct {
	ConnectedAt, LastActiveAt time.Time
	SourceIP, UserAgent       string
}

// Closing is how a connection ended.
type Closing struct {
	// Code is that of the close frame, 1005 for a frame without one and 1006 for a connection that
	// broke.
	Code int
	// Reason is the text of the frame or the gateway's own.
	Reason string
}

// What $disconnect events say about connections that the gateway, or nobody, has closed (WebSocket
// API spec, 10). The texts of those that no capture shows are this package's own.
var (
	ClosedNormally = Closing{1000, "Connection Closed Normally"}
	GoingAway      = Closing{1001, "Going away"}
	ProtocolError  = Closing{1002, "Protocol error"}
	BinaryRefused  = Closing{1003, "Binary messages are not supported"}
	NoStatus       = Closing{1005, "Client-side close frame status not set"}
	ConnectionLost = Closing{1006, "Connection lost without a close frame"}
	InvalidText    = Closing{1007, "Text is not UTF-8"}
	TooLarge       = Closing{1009, "Message or frame too large"}
	ServerFailure  = Closing{1011, "Internal server error"}
)
