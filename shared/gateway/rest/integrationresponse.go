package rest

import (
	"strconv"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// makeIntegrationResponse selects, maps and transforms the backend's answer (REST data plane
// spec, 3.3, 5.2, 6 and 7).
func (inv *Invocation) makeIntegrationResponse() error {
	switch inv.Resource.method.backend.kind {
	case lambdaProxyIntegration:
		if inv.streams() {
			return inv.makeLambdaStreamResponse()
		}
		return inv.makeLambdaProxyResponse()
	case httpProxyIntegration:
		return inv.makeHTTPProxyResponse()
	}
	out := &inv.IntegrationResponse
	if inv.Integration.refused {
		out.Status, out.Body = inv.Integration.Status, inv.Integration.Payload
		return nil
	}
	value := strconv.Itoa(inv.Integration.Status)
	if inv.Resource.method.backend.kind == lambdaIntegration {
		value, out.Body = inv.lambdaSelectionValue(), inv.Integration.Payload
	}
	r, err := selectResponse(inv.Resource.method.backend.responses, value, inv.Integration.Status)
	if err != nil {
		return err
	}
	out.selected, out.Status = r, r.status
	out.Stream = inv.Integration.HTTP != nil
	if r.mapsBody {
		if err := inv.bufferResponse(); err != nil {
			return err
		}
	}
	if err := inv.mapResponse(r); err != nil {
		return err
	}
	if err := inv.transformResponse(r); err != nil {
		return err
	}
	return inv.overrideResponse()
}

// selectResponse returns the first response whose pattern matches the selection value, or the
// default.
func selectResponse(responses []response, value string, status int) (*response, error) {
	var fallback *response
	for i := range responses {
		r := &responses[i]
		if r.selection == nil {
			if fallback == nil {
				fallback = r
			}
			continue
		}
		ok, err := r.selection.Match(value)
		if err != nil {
			return nil, configurationError("the selection pattern failed", err)
		}
		if ok {
			return r, nil
		}
	}
	if fallback == nil {
		return nil, configurationError("No match for output mapping and no default output mapping configured. Endpoint Response Status Code: "+strconv.Itoa(status), nil)
	}
	return fallback, nil
}

// mapResponse evaluates the header mappings. A backend's headers reach the client only so.
func (inv *Invocation) mapResponse(r *response) error {
	for i := range r.parameters {
		p := &r.parameters[i]
		value, err := inv.source(&p.Source)
		if err != nil {
			return err
		}
		if value == "" {
			continue
		}
		if name, ok := mappedToClient.rename(p.Target.Name, p.Target.Canonical); ok {
			inv.IntegrationResponse.Headers.set(name, exchange.CleanHeaderValue(value))
		}
	}
	return nil
}

// transformResponse applies a template, or converts the payload or lets it pass (REST data
// plane spec, 4.6 and 4.7).
func (inv *Invocation) transformResponse(r *response) error {
	contentType := applicationJSON
	if inv.Integration.HTTP != nil {
		contentType = inv.Integration.Headers.Get("Content-Type")
	}
	binary := inv.Stage.binary.match(contentType)
	t, ok := r.templates.forResponse(inv.Method.Accept)
	if ok {
		c := responseConversion(binary, inv.Stage.binary.match(inv.Method.Accept), r.contentHandling)
		// The payload of a MOCK is empty and so never bytes.
		if inv.Resource.method.backend.kind != mockIntegration && isBytes(binary, c) {
			return configurationError("Unable to transform response", nil)
		}
		return inv.renderResponse(t, c)
	}
	return inv.convertResponse(binary, r.contentHandling)
}

// renderResponse replaces the payload by what a template makes of it.
func (inv *Invocation) renderResponse(t *template, c conversion) error {
	out := &inv.IntegrationResponse
	if t.readsBody() {
		if err := inv.bufferResponse(); err != nil {
			return err
		}
		payload, err := c.apply(out.Body)
		if err != nil {
			return configurationError("Unable to base64 decode the body", err)
		}
		out.Body = exchange.Text(payload)
	}
	body, err := inv.render(t, out.Body, true)
	if err != nil {
		return err
	}
	out.Body, out.Stream = body, false
	return nil
}

// convertResponse changes the payload between text and bytes where the client's Accept or the
// definition asks for it.
func (inv *Invocation) convertResponse(binary bool, handling string) error {
	c := responseConversion(binary, inv.Stage.binary.match(inv.Method.Accept), handling)
	switch {
	case c == keepPayload && binary:
		return nil
	case c == keepPayload:
		return inv.keepResponseText()
	case inv.IntegrationResponse.Stream:
		return inv.convertAnswer(c)
	}
	converted, err := c.apply(inv.IntegrationResponse.Body)
	if err != nil {
		return configurationError("Unable to base64 decode the body", err)
	}
	inv.IntegrationResponse.Body = converted
	return nil
}

// makeHTTPProxyResponse passes the backend's answer on.
func (inv *Invocation) makeHTTPProxyResponse() error {
	out, in := &inv.IntegrationResponse, &inv.Integration
	out.Status, out.Stream = in.Status, true
	out.Headers = make(Headers, 0, len(in.Headers)+3)
	for name, values := range in.Headers {
		if to, ok := httpProxyToClient.rename(name, name); ok {
			out.Headers = append(out.Headers, Header{Name: to, Values: values})
		}
	}
	if inv.streams() {
		return nil // as bytes, whatever binaryMediaTypes say (domains and edge spec, 12.1)
	}
	return inv.convertResponse(inv.Stage.binary.match(in.Headers.Get("Content-Type")), inv.Resource.method.backend.contentHandling)
}

// bufferResponse makes one slice of the backend's payload, once.
func (inv *Invocation) bufferResponse() error {
	out := &inv.IntegrationResponse
	if !out.Stream {
		return nil
	}
	out.Stream = false
	body, err := inv.wholeAnswer()
	out.Body = body
	return err
}
