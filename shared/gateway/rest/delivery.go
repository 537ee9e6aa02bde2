package rest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// deliver writes the method response to the client.
func (inv *Invocation) deliver() error {
	out := &inv.Response
	body := hasBody(inv.Request.Method, out.Status)
	length := out.Length
	if !body && out.Stream && inv.Request.Method != http.MethodHead {
		length = 0
	}
	inv.writeHeader(out.Status, out.Headers, length)
	switch {
	case !body:
		return nil
	case out.Stream:
		inv.Delivery.Bytes, inv.Delivery.Err = inv.stream(inv.Integration.HTTP.Body, length)
		inv.endStream()
	default:
		inv.writeBody(out.Body)
	}
	return nil
}

// writeHeader writes status and headers, among them the request's identifiers. A length of -1
// is not known.
func (inv *Invocation) writeHeader(status int, headers Headers, length int64) {
	h := inv.writer.Header()
	for _, v := range headers {
		h[v.Name] = v.Values
	}
	own := []string{inv.Arrival.RequestID, inv.Arrival.ExtendedRequestID, ""}
	h["x-amzn-RequestId"] = own[0:1:1]
	h["x-amz-apigw-id"] = own[1:2:2]
	if length >= 0 && status != http.StatusNoContent && status != http.StatusNotModified {
		own[2] = strconv.FormatInt(length, 10)
		h["Content-Length"] = own[2:3:3]
	}
	inv.Delivery.Status = status
	inv.writer.WriteHeader(status)
}

// writeBody writes a whole body. A client that is gone is noted and is nobody's fault.
func (inv *Invocation) writeBody(body []byte) {
	if len(body) == 0 {
		return
	}
	n, err := inv.writer.Write(body)
	inv.Delivery.Bytes = int64(n)
	if err != nil {
		inv.Delivery.Err = fmt.Errorf("write the response: %w", err)
	}
}

// clientIdle is how long a client may take no bytes of an answer that does not fit into the
// buffers on its way (domains and edge spec, 1).
const clientIdle = 310 * time.Second

// clientBound keeps a client that stops reading from holding an answer and its backend for ever.
// An event source without connections of its own knows no deadline and needs none.
type clientBound struct {
	control *http.ResponseController
	renewed time.Time
}

// renew moves the deadline on; not for each write, which would cost more than it is worth.
func (c *clientBound) renew() {
	if now := time.Now(); now.Sub(c.renewed) > clientIdle/16 {
		c.renewed = now
		_ = c.control.SetWriteDeadline(now.Add(clientIdle))
	}
}

// end lifts the deadline, for the connection's next request.
func (c *clientBound) end() { _ = c.control.SetWriteDeadline(time.Time{}) }

// stream copies a body as it comes: whatever has arrived goes on before more is waited for. An
// answer whose end is already known to be there needs no flush.
func (inv *Invocation) stream(from io.Reader, length int64) (int64, error) {
	if held, ok := from.(*heldBody); ok {
		return inv.writeHeld(held)
	}
	control := http.NewResponseController(inv.writer)
	client := clientBound{control: control}
	defer client.end()
	if length < 0 || inv.streams() {
		// A front door that cannot flush buffers, which is its nature and no error.
		_ = control.Flush()
	}
	space := getBuffer()
	defer putBuffer(space)
	buf := (*space)[:cap(*space)]
	var sent int64
	for {
		n, readErr := from.Read(buf)
		if n > 0 {
			inv.call.alive()
			if sent == 0 {
				inv.firstContent()
			}
			client.renew()
			written, err := inv.writer.Write(buf[:n])
			sent += int64(written)
			if err != nil {
				return sent, fmt.Errorf("write the response: %w", err)
			}
			if sent != length && readErr == nil {
				_ = control.Flush()
			}
		}
		switch {
		case readErr == io.EOF && sent < length:
			return sent, errShortAnswer
		case readErr == io.EOF:
			return sent, nil
		case readErr != nil:
			if broken := inv.call.broken(); broken != nil {
				readErr = broken
			}
			return sent, fmt.Errorf("read the integration's body: %w", readErr)
		}
	}
}

var errShortAnswer = errors.New("the integration's answer ended before the length that it announced")

// writeHeld writes a body that is in memory. Nothing is flushed: its length is known.
func (inv *Invocation) writeHeld(held *heldBody) (int64, error) {
	client := clientBound{}
	if len(held.pieces) > len(held.inline) {
		client.control = http.NewResponseController(inv.writer)
		defer client.end()
	}
	var sent int64
	for rest := held.next(); rest != nil; rest = held.next() {
		if client.control != nil {
			client.renew()
		}
		n, err := inv.writer.Write(rest)
		sent += int64(n)
		if err != nil {
			return sent, fmt.Errorf("write the response: %w", err)
		}
		held.off += len(rest)
	}
	return sent, nil
}
