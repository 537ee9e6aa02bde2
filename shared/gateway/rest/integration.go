package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
)

// integrate calls the backend.
func (inv *Invocation) integrate() error {
	switch inv.Resource.method.backend.kind {
	case mockIntegration:
		inv.Integration.Status = inv.IntegrationRequest.MockStatus
		return nil
	case lambdaProxyIntegration:
		if inv.streams() {
			return inv.invokeLambdaStream()
		}
		return inv.invokeLambda()
	case awsIntegration:
		return inv.callService()
	case lambdaIntegration:
		return inv.invokeLambdaCustom()
	}
	return inv.callHTTP()
}

// callHTTP returns once the backend's header has arrived, if the answer is to stream, or else the
// whole of it (REST data plane spec, 4.3; domains and edge spec, 12.3).
func (inv *Invocation) callHTTP() error {
	p, b := inv.pipeline, &inv.Resource.method.backend
	if p.c.HTTP == nil {
		return configurationError("no HTTP client is configured", nil)
	}
	inv.call = exchange.StartCall(inv.Request.Context(), b.timeout, b.streamIdle)
	r, err := inv.backendRequest()
	if err != nil {
		return invalidEndpoint(err)
	}
	options, err := inv.httpOptions()
	if err != nil {
		return err
	}
	inv.Integration.start = p.c.Now()
	res, err := p.c.HTTP.Do(r, options)
	inv.Integration.Latency = inv.sinceCall()
	if err != nil {
		return inv.httpFailure(err)
	}
	inv.Integration.HTTP, inv.Integration.Headers, inv.Integration.Status = res, res.Header, res.StatusCode
	if inv.body != nil && !inv.IntegrationRequest.buffered {
		// A backend may answer while it is still being sent to. Without full duplex the server
		// would read the rest of the request itself, away from the backend. Not every event
		// source knows the notion, and those need nothing.
		_ = http.NewResponseController(inv.writer).EnableFullDuplex()
	}
	if err := exchange.CheckAnswerHeader(res.Header); err != nil {
		return networkError(err)
	}
	if b.stream {
		inv.Integration.TimeToAllHeaders = inv.Integration.Latency
		return nil
	}
	err = inv.holdAnswer()
	inv.Integration.Latency = inv.sinceCall()
	return err
}

// backendRequest makes the request that the transport sends.
func (inv *Invocation) backendRequest() (*http.Request, error) {
	req := &inv.IntegrationRequest
	r, err := http.NewRequestWithContext(inv.call.Context(), req.HTTPMethod, req.URI, nil)
	if err != nil {
		return nil, err
	}
	r.Header = req.Header
	if req.Host != "" {
		r.Host = req.Host
	}
	switch {
	case req.buffered:
		setBody(r, req.Body)
	case inv.body != nil:
		inv.body.Call = inv.call
		r.Body, r.ContentLength = inv.body, inv.body.Length
	default:
		r.Body = http.NoBody
	}
	if r.Body == http.NoBody {
		// Makes net/http say "Content-Length: 0" with every method that may have a body (REST
		// data plane spec, 3.2).
		r.TransferEncoding = []string{"identity"}
	}
	return r, nil
}

// setBody gives the request a body that the transport may send again on another connection.
func setBody(r *http.Request, body []byte) {
	if len(body) == 0 {
		r.Body = http.NoBody
		return
	}
	r.ContentLength = int64(len(body))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, _ = r.GetBody()
}

// httpFailure turns a failed call into what the client is told.
func (inv *Invocation) httpFailure(err error) error {
	if e := inv.body.failure(); e != nil {
		return e
	}
	var he *integration.HTTPError
	if !errors.As(err, &he) {
		return integrationFailure(500, "the HTTP call failed", err)
	}
	switch he.Kind {
	case integration.InvalidEndpoint:
		return invalidEndpoint(he)
	case integration.Timeout:
		return timedOut(he)
	case integration.Canceled:
		return errClientGone
	}
	return networkError(he)
}

// networkError is a connection to a backend that could not be made, or that broke before the answer
// was there.
func networkError(err error) *Error {
	e := integrationFailure(http.StatusGatewayTimeout, "Network error communicating with endpoint", err)
	e.Message = e.Reason
	return e
}

func invalidEndpoint(err error) *Error { return configurationError("Invalid endpoint address", err) }

func timedOut(err error) *Error {
	return &Error{Type: IntegrationTimeout, Reason: "the integration did not answer in time", Err: err}
}

// invokeLambda calls the function and keeps its payload for the integration response.
func (inv *Invocation) invokeLambda() error {
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
	start := p.c.Now()
	res, err := p.c.Lambda.Invoke(ctx, integration.LambdaRequest{LambdaFunction: req.Function, InvocationType: integration.RequestResponse, Payload: req.Event, Credentials: role, Caller: caller})
	in := &inv.Integration
	in.Latency = p.c.Now().Sub(start)
	if err != nil {
		return lambdaFailure(ctx, in, err)
	}
	in.ServiceStatus, in.Payload, in.FunctionRequestID = res.StatusCode, res.Payload, res.RequestID
	switch {
	case res.FunctionError != "":
		return functionFailure(functionErrorMessage(res.Payload), res.RequestID, nil)
	case len(res.Payload) > integration.MaxLambdaPayload:
		return integrationFailure(http.StatusBadGateway, "the function's response exceeds its limit", nil)
	}
	return nil
}

// functionFailure is a function that ran and failed (REST data plane spec, 5.2).
func functionFailure(message, requestID string, err error) *Error {
	return integrationFailure(http.StatusBadGateway, "Lambda execution failed with status 200 due to customer function error: "+message+". Lambda request id: "+requestID, err)
}

// lambdaFailure tells a function that could not be reached from one that took too long
// (REST data plane spec, 4.5).
func lambdaFailure(ctx context.Context, in *Integration, err error) error {
	if ctx.Err() != nil {
		if errors.Is(context.Cause(ctx), integration.ErrTimeout) {
			return timedOut(err)
		}
		return errClientGone
	}
	if e := credentialsFailure(err); e != nil {
		return e
	}
	var (
		service  *integration.LambdaServiceError
		notFound *integration.FunctionNotFoundError
	)
	switch {
	case errors.As(err, &notFound):
		return integrationFailure(500, notFound.Error(), err)
	case errors.As(err, &service):
		in.ServiceStatus, in.FunctionRequestID = service.StatusCode, service.RequestID
		return integrationFailure(500, service.Error(), err)
	}
	return integrationFailure(500, "the Lambda service could not be reached", err)
}
