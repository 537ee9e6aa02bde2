package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// serviceAction is an integration with an action of an AWS service, compiled (HTTP API spec, 9.3).
type serviceAction struct {
	subtype *subtype
	values  map[string]value
}

// subtype is an action: its parameters and the request that it becomes.
type subtype struct {
	// service is the name in endpoints and signatures, hostPrefix what comes before the endpoint.
	service, hostPrefix string
	required, optional  []string
	request             func(parameters map[string]string) (serviceRequest, error)
}

// serviceRequest is a request to a service as its protocol has it.
type serviceRequest struct {
	method string // POST unless set
	path   string // escaped; "/" unless set
	query  string
	header map[string]string
	body   []byte
}

func compileService(in *snapshot.RouteIntegration) (*serviceAction, error) {
	s := subtypes[in.Subtype]
	if s == nil {
		return nil, fmt.Errorf("integration subtype %q is not supported", in.Subtype)
	}
	a := &serviceAction{subtype: s, values: make(map[string]value, len(in.RequestParameters))}
	for _, m := range in.RequestParameters {
		if m.Target != "Region" && !slices.Contains(s.required, m.Target) && !slices.Contains(s.optional, m.Target) {
			return nil, fmt.Errorf("%s has no parameter %s", in.Subtype, m.Target)
		}
		v, err := parseValue(m.Source, false)
		if err != nil {
			return nil, fmt.Errorf("parameter %s: %w", m.Target, err)
		}
		a.values[m.Target] = v
	}
	for _, name := range s.required {
		if _, ok := a.values[name]; !ok {
			return nil, fmt.Errorf("%s needs the parameter %s", in.Subtype, name)
		}
	}
	return a, nil
}

func (a *serviceAction) readsBody() bool {
	for _, v := range a.values {
		if v.reads(requestBody) {
			return true
		}
	}
	return false
}

// evaluateParameters finds the values of the action's parameters. One that is required and has none
// is the client's fault.
func (inv *Invocation) evaluateParameters() error {
	a := inv.Route.route.service
	out := make(map[string]string, len(a.values))
	for name, v := range a.values {
		if text, ok := inv.evaluate(&v); ok && text != "" {
			out[name] = text
		} else if slices.Contains(a.subtype.required, name) {
			return badRequest("Bad Request", "the request has no value for the parameter "+name)
		}
	}
	inv.IntegrationRequest.Parameters = out
	return nil
}

// callService calls the service and passes its answer on.
func (inv *Invocation) callService() error {
	p, r := inv.pipeline, inv.Route.route
	if p.c.Services == nil {
		return inv.failed("no client of AWS services is configured", nil)
	}
	role, caller, err := inv.identity()
	if err != nil {
		return err
	}
	a := r.service
	made, err := a.subtype.request(inv.IntegrationRequest.Parameters)
	if err != nil {
		return badRequest("Bad Request", "the action cannot be called: "+err.Error())
	}
	region := inv.IntegrationRequest.Parameters["Region"]
	if region == "" {
		region = inv.Stage.region
	}
	uri, err := integration.ParseServiceURI("arn:" + partition(region) + ":apigateway:" + region + ":" + a.subtype.service + ":path//")
	if err != nil {
		return inv.failed("the region is invalid", err)
	}
	inv.call = exchange.StartCall(inv.Request.Context(), r.timeout, 0)
	req, err := made.build(inv, "https://"+a.subtype.hostPrefix+uri.Host)
	if err != nil {
		return inv.failed("the request to the service is invalid", err)
	}
	in := &inv.Integration
	in.start = p.c.Now()
	res, err := p.c.Services.Do(req, integration.ServiceCall{URI: uri, Role: role, Caller: caller, Payload: made.body})
	in.Latency = inv.sinceCall()
	if err != nil {
		var unsigned *integration.CredentialsError
		if errors.As(err, &unsigned) {
			return inv.failed("the request to the service cannot be signed", err)
		}
		return inv.httpFailure(err)
	}
	return inv.takeAnswer(res, req.Method)
}

func (s *serviceRequest) build(inv *Invocation, endpoint string) (*http.Request, error) {
	method, to := s.method, endpoint+s.path
	if method == "" {
		method = http.MethodPost
	}
	if s.path == "" {
		to += "/"
	}
	if s.query != "" {
		to += "?" + s.query
	}
	req, err := http.NewRequestWithContext(inv.call.Context(), method, to, http.NoBody)
	if err != nil {
		return nil, err
	}
	if len(s.body) > 0 {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(s.body)), int64(len(s.body))
	}
	for name, text := range s.header {
		req.Header.Set(name, text)
	}
	req.Header.Set("User-Agent", "AmazonAPIGateway_"+inv.Stage.doc.APIID)
	return req, nil
}
