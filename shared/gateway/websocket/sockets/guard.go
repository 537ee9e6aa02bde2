package sockets

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// guard is a socket that follows the frames which the client sends, and stops at the first that
// breaks a rule. It is there because the library neither shows frames, whose length API Gateway
// bounds, nor answers each fault with a close code. Only one goroutine at a time may read.
type guard struct {
	net.Conn
	// pending was read before the socket was taken over from the HTTP server.
	pending []byte

	header [14]byte
	have   int   // bytes of header
	skip   int64 // bytes of payload that are still to come

	fragmented bool  // a message has begun and not ended
	message    int64 // bytes of the message so far

	// fault is how the connection has to end, once a rule was broken; nil before.
	fault atomic.Pointer[websocket.Closing]
}

var errFault = errors.New("the client broke a rule of the protocol")

// Read gives the bytes up to the frame that breaks a rule, and then errFault.
func (g *guard) Read(p []byte) (int, error) {
	if g.fault.Load() != nil {
		return 0, errFault
	}
	n, err := g.read(p)
	allowed := g.follow(p[:n])
	if allowed == 0 && g.fault.Load() != nil {
		return 0, errFault
	}
	if allowed < n {
		return allowed, nil
	}
	return n, err
}

func (g *guard) read(p []byte) (int, error) {
	if len(g.pending) > 0 {
		n := copy(p, g.pending)
		g.pending = g.pending[n:]
		if len(g.pending) == 0 {
			g.pending = nil
		}
		return n, nil
	}
	return g.Conn.Read(p)
}

// follow walks through bytes and returns how many of them may be passed on. Of a header that breaks
// a rule, the bytes that came in earlier reads have been passed on; without the rest of it they say
// nothing.
func (g *guard) follow(b []byte) int {
	for i := 0; i < len(b); {
		if g.skip > 0 {
			n := min(g.skip, int64(len(b)-i))
			g.skip -= n
			i += int(n)
			continue
		}
		start := i
		for i < len(b) && (g.have < 2 || g.have < g.headerLength()) {
			g.header[g.have] = b[i]
			g.have++
			i++
		}
		if g.have >= 2 {
			// The first two bytes tell most faults, and a client may send no more.
			if c := g.checkStart(); c != nil {
				g.fault.Store(c)
				return start
			}
		}
		if g.have < 2 || g.have < g.headerLength() {
			return i
		}
		if c := g.checkLength(); c != nil {
			g.fault.Store(c)
			return start
		}
		g.have = 0
	}
	return len(b)
}

// headerLength is that of the header whose first two bytes are known.
func (g *guard) headerLength() int {
	n := 2
	switch g.header[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if g.header[1]&0x80 != 0 {
		n += 4
	}
	return n
}

// The opcodes (RFC 6455, 5.2).
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xa
)

// checkStart judges a frame by its first two bytes: reserved bits and opcodes, the mask that every
// client's frame has, the rules of control frames, and the order of fragments (RFC 6455, 5).
func (g *guard) checkStart() *websocket.Closing {
	first, second := g.header[0], g.header[1]
	final, length := first&0x80 != 0, second&0x7f
	if first&0x70 != 0 || second&0x80 == 0 {
		return &websocket.ProtocolError
	}
	switch first & 0x0f {
	case opContinuation:
		if !g.fragmented {
			return &websocket.ProtocolError
		}
	case opText:
		if g.fragmented {
			return &websocket.ProtocolError
		}
	case opBinary:
		if g.fragmented {
			return &websocket.ProtocolError
		}
		return &websocket.BinaryRefused
	case opClose, opPing, opPong:
		if !final || length > 125 {
			return &websocket.ProtocolError
		}
	default:
		return &websocket.ProtocolError
	}
	return nil
}

// checkLength judges a frame by its length and counts it towards its message.
func (g *guard) checkLength() *websocket.Closing {
	length := int64(g.header[1] & 0x7f)
	switch length {
	case 126:
		length = int64(binary.BigEndian.Uint16(g.header[2:]))
	case 127:
		length = int64(binary.BigEndian.Uint64(g.header[2:]))
		if length < 0 {
			return &websocket.ProtocolError
		}
	}
	opcode, final := g.header[0]&0x0f, g.header[0]&0x80 != 0
	if opcode < opClose {
		if opcode != opContinuation {
			g.message = 0
		}
		g.message += length
		g.fragmented = !final
		if length > websocket.MaxFrame || g.message > websocket.MaxMessage {
			return &websocket.TooLarge
		}
	}
	g.skip = length
	return nil
}

// How much of what a client still sends is read, and for how long, after it broke a rule: a socket
// that is closed with unread bytes is reset, and the close frame may be lost with it.
const (
	lingerBytes = 4 << 20
	lingerTime  = time.Second
)

// Close closes the socket. One that broke a rule is first read on for a moment.
func (g *guard) Close() error {
	if g.fault.Load() != nil {
		if half, ok := g.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
			_ = g.SetReadDeadline(time.Now().Add(lingerTime))
			_, _ = io.CopyN(io.Discard, g.Conn, lingerBytes) // what it is does not matter
		}
	}
	return g.Conn.Close()
}
