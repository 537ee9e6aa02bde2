package httpapi

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// deliver writes the answer to the client.
func (inv *Invocation) deliver() error {
	in, out := &inv.Integration, &inv.Response
	length := in.Length
	if in.Body == nil {
		length = int64(len(in.Payload))
	}
	if inv.call != nil {
		inv.call.Settle()
		if inv.call.Expired() {
			return inv.timedOut(nil)
		}
	}
	body := inv.Request.Method != http.MethodHead && out.Status != http.StatusNoContent && out.Status != http.StatusNotModified
	h := inv.writer.Header()
	for name, values := range out.Header {
		h[name] = values
	}
	own := []string{inv.Arrival.RequestID, ""}
	h[requestIDHeader] = own[0:1:1]
	if length >= 0 && out.Status != http.StatusNoContent && out.Status != http.StatusNotModified {
		own[1] = strconv.FormatInt(length, 10)
		h["Content-Length"] = own[1:2:2]
	}
	inv.Delivery.Status = out.Status
	inv.writer.WriteHeader(out.Status)
	switch {
	case !body:
	case in.Body != nil:
		s := exchange.Stream{From: in.Body, Length: length, Flush: inv.Route.route.stream, Call: inv.call}
		inv.Delivery.Bytes, inv.Delivery.Err = s.Copy(inv.writer)
		if inv.Route.route.stream {
			in.Latency = inv.sinceCall()
		}
	case len(in.Payload) > 0:
		n, err := inv.writer.Write(in.Payload)
		inv.Delivery.Bytes = int64(n)
		if err != nil {
			inv.Delivery.Err = fmt.Errorf("write the response: %w", err)
		}
	}
	return nil
}
