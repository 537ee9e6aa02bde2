package websocket

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
)

// Passthrough behaviours.
const (
	passNever           = "NEVER"
	passWhenNoTemplates = "WHEN_NO_TEMPLATES"
)

// makeIntegrationRequest turns an event into what the backend gets (WebSocket API spec, 4).
func (inv *Invocation) makeIntegrationRequest() error {
	r := inv.route
	if r == nil {
		return nil
	}
	if r.err != nil {
		return configurationError("the route cannot be served", r.err)
	}
	b, req := &r.backend, &inv.IntegrationRequest
	switch b.kind {
	case noIntegration:
		return nil
	case lambdaProxyIntegration:
		return inv.makeLambdaRequest(inv.appendEvent(make([]byte, 0, 2048+len(inv.body.text))))
	}
	// Mappings see the message as the client sent it, before a template replaces it.
	if err := inv.mapRequest(); err != nil {
		return err
	}
	if err := inv.transformRequest(); err != nil {
		return err
	}
	switch b.kind {
	case mockIntegration:
		status, err := mapping.MockStatus(string(req.Body))
		if err != nil {
			return configurationError(err.Error(), nil)
		}
		req.MockStatus = status
		return nil
	case lambdaIntegration:
		payload := req.Body
		if len(payload) == 0 {
			payload = []byte("{}")
		}
		return inv.makeLambdaRequest(payload)
	}
	return inv.finishHTTPRequest()
}

func (inv *Invocation) makeLambdaRequest(payload []byte) error {
	f, err := inv.route.backend.lambda.Function(inv.Stage.doc.Variables)
	if err != nil {
		return configurationError("Invalid Lambda function", err)
	}
	inv.IntegrationRequest.Function, inv.IntegrationRequest.Body = f, payload
	return nil
}

// mapRequest evaluates the parameter mappings.
func (inv *Invocation) mapRequest() error {
	b, req := &inv.route.backend, &inv.IntegrationRequest
	req.Header = http.Header{}
	for i := range b.parameters {
		p := &b.parameters[i]
		value, err := inv.source(&p.source)
		if err != nil {
			return err
		}
		if value == "" {
			continue
		}
		switch p.target.Kind {
		case mapping.TargetPath:
			req.paths = append(req.paths, mapping.PathValue{Name: p.target.Name, Value: value})
		case mapping.TargetQuery:
			req.query = append(req.query, queryParam{p.target.Name, value})
		case mapping.TargetHeader:
			if !validHeaderValue(value) {
				return configurationError("the value of header "+p.target.Name+" has control characters", nil)
			}
			req.Header[p.target.Canonical] = []string{value}
		}
	}
	return nil
}

// transformRequest applies a template, or passes the message on.
func (inv *Invocation) transformRequest() error {
	b, req := &inv.route.backend, &inv.IntegrationRequest
	req.Body = inv.body.text
	if b.kind != httpProxyIntegration {
		t := selectTemplate(b.templates, b.selection, &inv.body, nil)
		switch {
		case t != nil:
			body, err := inv.render(t, &inv.body, false)
			if err != nil {
				return err
			}
			req.Body = body
		case b.passthrough == passNever, b.passthrough == passWhenNoTemplates && len(b.templates) > 0:
			return &Error{Status: http.StatusUnsupportedMediaType, Message: messageMediaType, Type: "UNSUPPORTED_MEDIA_TYPE", Reason: "no request template is selected, and the integration passes nothing through"}
		}
	}
	if !b.toBinary {
		return nil
	}
	decoded, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSpace(req.Body))
	if err != nil {
		return configurationError("Unable to base64 decode the body", err)
	}
	req.Body = decoded
	return nil
}

// finishHTTPRequest makes the address and completes the header.
func (inv *Invocation) finishHTTPRequest() error {
	b, req := &inv.route.backend, &inv.IntegrationRequest
	supply := func(name, value string) {
		if _, mapped := req.Header[name]; !mapped && value != "" {
			req.Header[name] = []string{value}
		}
	}
	if b.kind == serviceIntegration {
		if v := b.service.QueryVersion(); v != "" {
			req.query = append(req.query, queryParam{"Version", v})
		}
	}
	req.URI = b.address(req, inv.Stage.doc.Variables)
	if b.kind == serviceIntegration {
		_, query, _ := strings.Cut(req.URI, "?")
		target, contentType := b.service.Operation(query)
		supply("X-Amz-Target", target)
		supply("Content-Type", contentType)
		req.Header["X-Amz-Source-Arn"] = []string{inv.routeARN()}
	}
	if len(req.Body) > 0 {
		supply("Content-Type", "application/json")
	}
	req.Header["X-Amzn-Trace-Id"] = []string{inv.Arrival.TraceID}
	req.Header["X-Amzn-Apigateway-Api-Id"] = []string{inv.Stage.doc.APIID}
	if b.kind == serviceIntegration {
		delete(req.Header, "X-Amzn-Apigateway-Api-Id") // not for AWS services
	}
	supply("Accept", "application/json")
	supply("User-Agent", inv.Stage.userAgent)
	return nil
}

// address fills the URI in and adds the mapped query.
func (b *backend) address(req *IntegrationRequest, variables map[string]string) string {
	uri, ok := b.uri.Literal()
	if !ok {
		uri = string(b.uri.Append(nil, req.paths, variables))
	}
	if len(req.query) == 0 {
		return uri
	}
	uri, _, _ = strings.Cut(uri, "#")
	separator := "?"
	if strings.Contains(uri, "?") {
		separator = "&"
	}
	for _, q := range req.query {
		uri += separator + url.QueryEscape(q.name) + "=" + url.QueryEscape(q.value)
		separator = "&"
	}
	return uri
}

// lambdaRequest is the invocation of the route's function.
func (inv *Invocation) lambdaRequest(role string) integration.LambdaRequest {
	req := &inv.IntegrationRequest
	r := integration.LambdaRequest{LambdaFunction: req.Function, InvocationType: integration.RequestResponse, Payload: req.Body, Credentials: role}
	if inv.route.backend.kind == lambdaIntegration {
		r.Header = req.Header
		if t := req.Header.Get("X-Amz-Invocation-Type"); t != "" {
			r.InvocationType = t
		}
	}
	return r
}
