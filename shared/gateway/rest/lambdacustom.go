package rest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// invokeLambdaCustom invokes the function of an AWS integration. A function that fails answers like
// one that does not: the payload tells, and selects the integration response (REST data plane
// spec, 6).
func (inv *Invocation) invokeLambdaCustom() error {
	p, req, b := inv.pipeline, &inv.IntegrationRequest, &inv.Resource.method.backend
	if p.c.Lambda == nil {
		return configurationError("no Lambda client is configured", nil)
	}
	role, caller, err := inv.identity()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(inv.Request.Context(), b.timeout, integration.ErrTimeout)
	defer cancel()
	r := integration.LambdaRequest{
		LambdaFunction: req.Function, InvocationType: integration.RequestResponse, Payload: req.Event,
		Credentials: role, Caller: caller, Header: canonicalHeaders(req.Header),
	}
	if t := r.Header.Get("X-Amz-Invocation-Type"); t != "" {
		r.InvocationType = t
	}
	in := &inv.Integration
	in.start = p.c.Now()
	res, err := p.c.Lambda.Invoke(ctx, r)
	in.Latency = inv.sinceCall()
	if err != nil {
		return inv.lambdaCustomFailure(ctx, err)
	}
	in.Status, in.ServiceStatus, in.Headers = res.StatusCode, res.StatusCode, res.Header
	in.Payload, in.FunctionRequestID = res.Payload, res.RequestID
	if len(res.Payload) > integration.MaxLambdaPayload {
		return integrationFailure(http.StatusBadGateway, "the function's response exceeds its limit", nil)
	}
	return nil
}

// lambdaCustomFailure lets a payload that is no JSON be the client's fault: Lambda's own words
// reach it with status 400.
func (inv *Invocation) lambdaCustomFailure(ctx context.Context, err error) error {
	if e := credentialsFailure(err); e != nil {
		return e
	}
	var service *integration.LambdaServiceError
	if !errors.As(err, &service) {
		return lambdaFailure(ctx, &inv.Integration, err)
	}
	switch service.Code {
	case "InvalidRequestContentException":
		in := &inv.Integration
		in.Status, in.ServiceStatus, in.FunctionRequestID = service.StatusCode, service.StatusCode, service.RequestID
		in.refused, in.Payload = true, service.Body
		if len(in.Payload) == 0 {
			in.Payload = jsontext.AppendString([]byte(`{"Type":"User","message":`), service.Message)
			in.Payload = append(in.Payload, '}')
		}
		return nil
	case "RequestTooLargeException", "RequestEntityTooLargeException":
		inv.Integration.ServiceStatus = service.StatusCode
		return &Error{Type: RequestTooLarge, Reason: service.Error(), Err: err}
	}
	return lambdaFailure(ctx, &inv.Integration, err)
}

// selectionValue is what the patterns of integration responses are compared with: errorMessage of
// a function's answer, whatever its status.
func (inv *Invocation) lambdaSelectionValue() string {
	payload := jsontext.Trim(inv.Integration.Payload)
	if len(payload) == 0 || payload[0] != '{' {
		return ""
	}
	return functionErrorMessage(payload)
}

// canonicalHeaders returns headers under their canonical names; mappings keep their own casing.
func canonicalHeaders(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		out[canonicalHeader(name)] = values
	}
	return out
}

// validText replaces bytes that are no UTF-8 by U+FFFD.
func validText(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	var out bytes.Buffer
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		out.WriteRune(r)
		b = b[n:]
	}
	return out.Bytes()
}
