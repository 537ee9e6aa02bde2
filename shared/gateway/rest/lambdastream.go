package rest

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// invokeLambdaStream calls the function and returns once it has said status and headers, so that
// whatever fails before that is still an ordinary gateway response (domains and edge spec, 12.2
// and 12.4).
func (inv *Invocation) invokeLambdaStream() error {
	p, req, b := inv.pipeline, &inv.IntegrationRequest, &inv.Resource.method.backend
	if p.c.LambdaStream == nil {
		return configurationError("no Lambda client for answers that stream is configured", nil)
	}
	role, caller, err := inv.identity()
	if err != nil {
		return err
	}
	in := &inv.Integration
	inv.call = exchange.StartCall(inv.Request.Context(), b.timeout, b.streamIdle)
	in.start = p.c.Now()
	res, err := p.c.LambdaStream.InvokeStream(inv.call.Context(), integration.LambdaRequest{LambdaFunction: req.Function, InvocationType: integration.RequestResponse, Payload: req.Event, Credentials: role, Caller: caller})
	in.Latency = inv.sinceCall()
	if err != nil {
		return inv.lambdaStreamFailure(err)
	}
	in.ServiceStatus, in.FunctionRequestID = res.StatusCode, res.RequestID
	in.HTTP = &http.Response{Body: res.Body, ContentLength: -1} // release closes it
	document, rest, err := exchange.ReadPrelude(res.Body)
	in.Latency = inv.sinceCall()
	if err != nil {
		return inv.lambdaStreamFailure(err)
	}
	in.TimeToAllHeaders = in.Latency
	in.Payload = document
	in.HTTP.Body = exchange.RestOfStream(rest, res.Body)
	return nil
}

// lambdaStreamFailure tells a function that failed before its answer began from one that wrote
// something else, and from a service that refused.
func (inv *Invocation) lambdaStreamFailure(err error) error {
	in := &inv.Integration
	var failed *integration.LambdaStreamError
	switch {
	case inv.call.Context().Err() != nil:
		return lambdaFailure(inv.call.Context(), in, err)
	case errors.As(err, &failed):
		return functionFailure(functionErrorMessage([]byte(failed.Details)), in.FunctionRequestID, err)
	case errors.Is(err, exchange.ErrPrelude):
		return malformedStream(err)
	}
	return lambdaFailure(inv.call.Context(), in, err)
}

func malformedStream(err error) *Error {
	return &Error{Type: Default5XX, Status: http.StatusInternalServerError, Reason: "Execution failed due to configuration error: Malformed Lambda proxy response", Err: err}
}

// makeLambdaStreamResponse reads the metadata (domains and edge spec, 12.2).
func (inv *Invocation) makeLambdaStreamResponse() error {
	in, out := &inv.Integration, &inv.IntegrationResponse
	result, err := decodePrelude(in.Payload)
	if err != nil {
		return malformedStream(err)
	}
	in.Payload = nil
	in.Status, out.Status, out.Stream = result.status, result.status, true
	in.HTTP.StatusCode = result.status
	for _, h := range result.headers {
		name := canonicalHeader(h.Name)
		if name == "Content-Length" {
			if in.HTTP.ContentLength, err = decodeLength(h.Values); err != nil {
				return malformedStream(err)
			}
			continue
		}
		if to, ok := lambdaProxyToClient.rename(h.Name, name); ok {
			out.Headers = append(out.Headers, Header{Name: to, Values: h.Values})
		}
	}
	return nil
}

// decodePrelude accepts an object of four members, all optional, and nothing else. A name that
// is in both maps has the values of multiValueHeaders.
func decodePrelude(document []byte) (lambdaResult, error) {
	out := lambdaResult{status: http.StatusOK}
	document = jsontext.Trim(document)
	if jsontext.Kind(document) != '{' || !jsontext.Valid(document) {
		return out, errors.New("the metadata is not a JSON object")
	}
	var single, multi Headers
	var cookies []string
	for name, value := range jsontext.Members(document) {
		var err error
		switch name {
		case "statusCode":
			if jsontext.Kind(value) != 'n' {
				out.status, err = decodeStatus(value)
			}
		case "headers":
			single, err = decodeHeaders(value, false)
		case "multiValueHeaders":
			multi, err = decodeHeaders(value, true)
		case "cookies":
			cookies, err = decodeCookies(value)
		default:
			err = fmt.Errorf("unknown member %q", name)
		}
		if err != nil {
			return out, err
		}
	}
	out.headers = multi
	for _, h := range single {
		if multi.Values(h.Name) == nil {
			out.headers = append(out.headers, h)
		}
	}
	if len(cookies) > 0 {
		out.headers.add("Set-Cookie", cookies)
	}
	return out, nil
}

// decodeCookies reads a list of values of Set-Cookie.
func decodeCookies(raw []byte) ([]string, error) {
	switch jsontext.Kind(raw) {
	case 'n':
		return nil, nil
	case '[':
	default:
		return nil, errors.New("cookies is not a list")
	}
	var out []string
	for value := range jsontext.Elements(raw) {
		if jsontext.Kind(value) != '"' {
			return nil, errors.New("a cookie is not a string")
		}
		out = append(out, exchange.CleanHeaderValue(jsontext.Text(value)))
	}
	return out, nil
}

func decodeLength(values []string) (int64, error) {
	if len(values) == 1 {
		if n, err := strconv.ParseInt(strings.TrimSpace(values[0]), 10, 64); err == nil && n >= 0 {
			return n, nil
		}
	}
	return 0, fmt.Errorf("Content-Length %q is not a length", strings.Join(values, ", "))
}

// add appends values to a header whose name may differ in case.
func (h *Headers) add(name string, values []string) {
	for i := range *h {
		if strings.EqualFold((*h)[i].Name, name) {
			(*h)[i].Values = append((*h)[i].Values, values...)
			return
		}
	}
	*h = append(*h, Header{Name: name, Values: values})
}
