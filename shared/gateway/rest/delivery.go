package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
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

// stream copies a backend's body as it comes: whatever has arrived goes on before more is
// waited for. An answer whose end is already known to be there needs no flush. A body that
// streams has no limit of size: the 10 MB of API Gateway bound what it must hold in memory.
func (inv *Invocation) stream(from io.Reader, length int64) (int64, error) {
	control := http.NewResponseController(inv.writer)
	if length < 0 {
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
		case readErr == io.EOF:
			return sent, nil
		case readErr != nil:
			if cause := context.Cause(inv.call.ctx); errors.Is(cause, errStreamIdle) {
				readErr = cause
			}
			return sent, fmt.Errorf("read the integration's body: %w", readErr)
		}
	}
}
