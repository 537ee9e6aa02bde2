package rest

import (
	"encoding/base64"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping"
)

// makeIntegrationRequest turns the method request into what the backend gets: parameter
// mapping, template or passthrough, conversion of the payload (REST data plane spec, 4).
func (inv *Invocation) makeIntegrationRequest() error {
	m := inv.Resource.method
	if m.err != nil {
		return m.err
	}
	req := &inv.IntegrationRequest
	req.HTTPMethod = m.backend.method
	if req.HTTPMethod == "" {
		req.HTTPMethod = inv.Resource.HTTPMethod
	}
	if m.backend.kind == lambdaProxyIntegration {
		return inv.makeLambdaProxyRequest()
	}
	if m.backend.mapsBody {
		if err := inv.bufferRequest(); err != nil {
			return err
		}
	}
	if m.backend.kind != mockIntegration {
		// Mappings see the payload as the client sent it, before a template replaces it.
		if err := inv.mapHTTPRequest(); err != nil {
			return err
		}
	}
	if err := inv.transformRequest(); err != nil {
		return err
	}
	switch m.backend.kind {
	case mockIntegration:
		return inv.mockStatus()
	case awsIntegration:
		return inv.finishServiceRequest()
	case lambdaIntegration:
		return inv.finishLambdaRequest()
	}
	return inv.finishHTTPRequest()
}

// bufferRequest reads the client's payload, once.
func (inv *Invocation) bufferRequest() error {
	req := &inv.IntegrationRequest
	if req.buffered {
		return nil
	}
	body, err := inv.body.all()
	if err != nil {
		return err
	}
	req.Body, req.buffered = body, true
	return nil
}

// transformRequest applies a template, or passes the payload on as its class and the content
// handling ask for (REST data plane spec, 4.6 and 4.7).
func (inv *Invocation) transformRequest() error {
	b, req := &inv.Resource.method.backend, &inv.IntegrationRequest
	conversion := requestConversion(inv.Method.Binary, b.contentHandling)
	// A proxy integration has no templates and passes everything.
	if b.kind != httpProxyIntegration {
		t, ok := b.templates.forRequest(inv.Method.ContentType)
		switch {
		case ok && isBytes(inv.Method.Binary, conversion):
			return configurationError("Unable to transform request", nil)
		case ok:
			return inv.renderRequest(t, conversion)
		case b.passthrough == passNever, b.passthrough == passWhenNoTemplates && len(b.templates) > 0:
			return &Error{Type: UnsupportedMediaType, Reason: "no request template for " + firstMediaType(inv.Method.ContentType)}
		}
	}
	if conversion == keepPayload {
		return inv.keepRequestText()
	}
	if err := inv.bufferRequest(); err != nil {
		return err
	}
	converted, err := conversion.apply(req.Body)
	if err != nil {
		return configurationError("Unable to base64 decode the body", err)
	}
	req.Body = converted
	return nil
}

// renderRequest replaces the payload by what a template makes of it.
func (inv *Invocation) renderRequest(t *template, c conversion) error {
	req := &inv.IntegrationRequest
	if t.readsBody() {
		if err := inv.bufferRequest(); err != nil {
			return err
		}
		payload, err := c.apply(req.Body)
		if err != nil {
			return configurationError("Unable to base64 decode the body", err)
		}
		req.Body = exchange.Text(payload)
	}
	body, err := inv.render(t, req.Body, false)
	if err != nil {
		return err
	}
	req.Body, req.buffered = body, true
	return nil
}

// mockStatus finds the status that a MOCK's payload asks for.
func (inv *Invocation) mockStatus() error {
	if err := inv.bufferRequest(); err != nil {
		return err
	}
	status, err := mapping.MockStatus(string(inv.IntegrationRequest.Body))
	if err != nil {
		return configurationError(err.Error(), nil)
	}
	inv.IntegrationRequest.MockStatus = status
	return nil
}

// Passthrough behaviours.
const (
	passNever           = "NEVER"
	passWhenNoTemplates = "WHEN_NO_TEMPLATES"
)

// Content handling.
const (
	convertToText   = "CONVERT_TO_TEXT"
	convertToBinary = "CONVERT_TO_BINARY"
)

// conversion is what happens to a payload between text and bytes.
type conversion uint8

const (
	keepPayload conversion = iota
	encodePayload
	decodePayload
)

// requestConversion is the first table of REST data plane spec, 4.7.
func requestConversion(binary bool, handling string) conversion {
	switch {
	case binary && handling == convertToText:
		return encodePayload
	case !binary && handling == convertToBinary:
		return decodePayload
	}
	return keepPayload
}

// responseConversion is the second table of REST data plane spec, 4.7.
func responseConversion(payloadBinary, acceptBinary bool, handling string) conversion {
	switch {
	case payloadBinary && (handling == convertToText || handling == "" && !acceptBinary):
		return encodePayload
	case !payloadBinary && (handling == convertToBinary || handling == "" && acceptBinary):
		return decodePayload
	}
	return keepPayload
}

// isBytes tells whether a payload is still bytes after a conversion, so that no template can
// read it.
func isBytes(binary bool, c conversion) bool {
	return binary && c == keepPayload || c == decodePayload
}

func (c conversion) apply(payload []byte) ([]byte, error) {
	switch c {
	case encodePayload:
		return base64.StdEncoding.AppendEncode(nil, payload), nil
	case decodePayload:
		return base64.StdEncoding.AppendDecode(nil, payload)
	}
	return payload, nil
}
