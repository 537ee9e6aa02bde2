package rest

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
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
		s := exchange.Stream{From: inv.Integration.HTTP.Body, Length: length, Flush: inv.streams(), Call: inv.call, First: inv.firstContent}
		inv.Delivery.Bytes, inv.Delivery.Err = s.Copy(inv.writer)
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
