package websocket

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// integrate calls the backend.
func (inv *Invocation) integrate() error {
	if inv.route == nil || inv.route.backend.kind == noIntegration {
		return nil
	}
	b, in := &inv.route.backend, &inv.Integration
	if b.kind == mockIntegration {
		in.Status = inv.IntegrationRequest.MockStatus
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(inv.ctx, b.timeout, integration.ErrTimeout)
	defer cancel()
	in.Called = true
	start := inv.pipeline.c.Now()
	var err error
	switch b.kind {
	case lambdaProxyIntegration, lambdaIntegration:
		err = inv.invokeLambda(ctx)
	default:
		err = inv.callHTTP(ctx)
	}
	in.Latency = inv.pipeline.c.Now().Sub(start)
	if err == nil {
		return nil
	}
	if inv.ctx.Err() != nil {
		return errClientGone
	}
	if errors.Is(context.Cause(ctx), integration.ErrTimeout) {
		return timedOut(err)
	}
	return err
}

func (inv *Invocation) invokeLambda(ctx context.Context) error {
	p, in := inv.pipeline, &inv.Integration
	if p.c.Lambda == nil {
		return configurationError("no Lambda client is configured", nil)
	}
	role, err := inv.role()
	if err != nil {
		return err
	}
	res, err := p.c.Lambda.Invoke(ctx, inv.lambdaRequest(role))
	in.ServiceStatus, in.FunctionRequestID = res.StatusCode, res.RequestID
	if err != nil {
		return lambdaFailure(err)
	}
	in.Body, in.Headers, in.Status = res.Payload, res.Header, http.StatusOK
	if res.FunctionError == "" {
		return nil
	}
	if inv.route.backend.kind == lambdaProxyIntegration {
		return integrationFailure(http.StatusBadGateway, "Lambda execution failed with status 200 due to customer function error: "+errorMessage(res.Payload)+". Lambda request id: "+res.RequestID, nil)
	}
	in.Failed, in.Status = true, http.StatusBadGateway
	return nil
}

// lambdaFailure tells why a function could not be called. Lacking permission is the operator's fault
// and not the function's (WebSocket API spec, 1).
func lambdaFailure(err error) error {
	var (
		credentials *integration.CredentialsError
		service     *integration.LambdaServiceError
		notFound    *integration.FunctionNotFoundError
	)
	switch {
	case errors.As(err, &credentials), errors.As(err, &notFound), errors.As(err, &service):
		return integrationFailure(http.StatusInternalServerError, err.Error(), err)
	}
	return integrationFailure(http.StatusInternalServerError, "the Lambda service could not be reached", err)
}

// errorMessage returns errorMessage of a failed function's payload.
func errorMessage(payload []byte) string {
	payload = jsontext.Trim(payload)
	if jsontext.Kind(payload) != '{' || !jsontext.Valid(payload) {
		return ""
	}
	for name, value := range jsontext.Members(payload) {
		if name == "errorMessage" {
			return jsontext.Text(value)
		}
	}
	return ""
}

// maxAnswer bounds what is read of a backend's answer, in bytes. No client gets more than MaxMessage
// of it; a template may pick from more.
const maxAnswer = 10 << 20

func (inv *Invocation) callHTTP(ctx context.Context) error {
	p, b, req, in := inv.pipeline, &inv.route.backend, &inv.IntegrationRequest, &inv.Integration
	method := b.method
	if method == "" || method == "ANY" {
		method = http.MethodPost
	}
	body := req.Body
	if method == http.MethodGet || method == http.MethodHead {
		body = nil
	}
	r, err := http.NewRequestWithContext(ctx, method, req.URI, bytes.NewReader(body))
	if err != nil {
		return configurationError("Invalid endpoint address", err)
	}
	r.Header = req.Header
	var res *http.Response
	if b.kind == serviceIntegration {
		if p.c.Services == nil {
			return configurationError("no client of AWS services is configured", nil)
		}
		role, err := inv.role()
		if err != nil {
			return err
		}
		res, err = p.c.Services.Do(r, integration.ServiceCall{URI: b.service, Role: role, Payload: body})
		if err != nil {
			return httpFailure(err)
		}
	} else {
		if p.c.HTTP == nil {
			return configurationError("no HTTP client is configured", nil)
		}
		options, err := inv.httpOptions(ctx)
		if err != nil {
			return err
		}
		if res, err = p.c.HTTP.Do(r, options); err != nil {
			return httpFailure(err)
		}
	}
	defer func() { _ = res.Body.Close() }() // nothing more is wanted of it
	in.Status, in.Headers = res.StatusCode, res.Header
	in.Body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return httpFailure(err)
	case len(in.Body) > maxAnswer:
		return integrationFailure(http.StatusBadGateway, "the backend's answer exceeds its limit", nil)
	}
	return nil
}

// httpOptions completes what the definition says about the call by where a VPC link leads.
func (inv *Invocation) httpOptions(ctx context.Context) (integration.HTTPOptions, error) {
	b := &inv.route.backend
	options := b.options
	if b.connection == nil || inv.pipeline.c.VPCLinks == nil {
		return options, nil
	}
	scheme, rest, _ := strings.Cut(inv.IntegrationRequest.URI, "://")
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	to := integration.PrivateBackend{ConnectionID: string(b.connection.Append(nil, nil, inv.Stage.doc.Variables)), Scheme: scheme, Host: host}
	var err error
	if options.Address, err = inv.pipeline.c.VPCLinks.Address(ctx, to); err != nil {
		return options, configurationError("VPC link "+to.ConnectionID+" leads nowhere", err)
	}
	return options, nil
}

func httpFailure(err error) error {
	var credentials *integration.CredentialsError
	var he *integration.HTTPError
	switch {
	case errors.As(err, &credentials):
		return configurationError(credentials.Error(), err)
	case errors.As(err, &he) && he.Kind == integration.InvalidEndpoint:
		return configurationError("Invalid endpoint address", err)
	case errors.As(err, &he) && he.Kind == integration.Timeout:
		return timedOut(err)
	}
	return integrationFailure(http.StatusBadGateway, "Network error communicating with endpoint", err)
}
