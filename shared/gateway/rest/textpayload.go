package rest

import (
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// keepRequestText passes a payload on that is text, which means UTF-8: whatever is not becomes a
// replacement character (REST data plane spec, 4.7). A payload that says it is coded, by gzip for
// instance, is no text whatever its media type, and what streams passes as bytes (domains and edge
// spec, 12.1).
func (inv *Invocation) keepRequestText() error {
	if inv.Method.Binary || inv.streams() || inv.body == nil || hasCoding(inv.Arrival.Headers.Last("Content-Encoding")) {
		return nil
	}
	if err := inv.bufferRequest(); err != nil {
		return err
	}
	req := &inv.IntegrationRequest
	req.Body = exchange.Text(req.Body)
	return nil
}

// keepResponseText is the same for a backend's answer.
func (inv *Invocation) keepResponseText() error {
	in, out := &inv.Integration, &inv.IntegrationResponse
	if hasCoding(in.Headers.Get("Content-Encoding")) {
		return nil
	}
	if !out.Stream {
		out.Body = exchange.Text(out.Body)
		return nil
	}
	if err := inv.holdAnswer(); err != nil {
		return err
	}
	if held, ok := in.HTTP.Body.(*exchange.Held); ok { // unless the request was HEAD
		text := held.Text()
		in.HTTP.Body, in.HTTP.ContentLength = text, text.Size()
	}
	return nil
}

func hasCoding(contentEncoding string) bool {
	return contentEncoding != "" && !strings.EqualFold(contentEncoding, "identity")
}
