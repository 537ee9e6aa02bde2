package httpapi

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// invokeLambdaStream calls a function whose answer streams, an extension of Postern, and returns once
// it has said status and headers (domains and edge spec, 12.2).
func (inv *Invocation) invokeLambdaStream() error {
	p := inv.pipeline
	if p.c.LambdaStream == nil {
		return inv.failed("no Lambda client for answers that stream is configured", nil)
	}
	call, err := inv.lambdaRequest()
	if err != nil {
		return err
	}
	in := &inv.Integration
	inv.call = exchange.StartCall(inv.Request.Context(), inv.Route.route.timeout, 0)
	in.start = p.c.Now()
	res, err := p.c.LambdaStream.InvokeStream(inv.call.Context(), call)
	in.Latency = inv.sinceCall()
	if err != nil {
		return inv.streamFailure(err)
	}
	in.ServiceStatus, in.FunctionRequestID = res.StatusCode, res.RequestID
	in.Body, in.Length = res.Body, -1 // release closes it
	document, rest, err := exchange.ReadPrelude(res.Body)
	in.Latency = inv.sinceCall()
	if err != nil {
		return inv.streamFailure(err)
	}
	in.Body = exchange.RestOfStream(rest, res.Body)
	return inv.readPrelude(document)
}

func (inv *Invocation) streamFailure(err error) error {
	var failed *integration.LambdaStreamError
	switch {
	case inv.call.Context().Err() != nil:
	case errors.As(err, &failed):
		return inv.failed("the function failed: "+functionError([]byte(failed.Details)), err)
	case errors.Is(err, exchange.ErrPrelude):
		return inv.failed("the function's response is malformed", err)
	}
	return inv.lambdaFailure(inv.call.Context(), err)
}

// readPrelude reads the metadata of an answer that streams: the members of a whole response but for
// the body, all optional.
func (inv *Invocation) readPrelude(document []byte) error {
	in := &inv.Integration
	result := lambdaResult{status: http.StatusOK, header: http.Header{}}
	document = jsontext.Trim(document)
	if jsontext.Kind(document) != '{' || !jsontext.Valid(document) {
		return inv.failed("the function's response is malformed: the metadata is not a JSON object", nil)
	}
	var err error
	for name, value := range jsontext.Members(document) {
		if name != "body" && name != "isBase64Encoded" && err == nil {
			err = result.member(name, value, name == "multiValueHeaders")
		}
	}
	length := result.header.Get("Content-Length")
	if err == nil {
		err = result.finish()
	}
	if err == nil && length != "" {
		if in.Length, err = strconv.ParseInt(length, 10, 64); err == nil && in.Length < 0 {
			err = errors.New("the length is negative")
		}
	}
	if err != nil {
		return inv.failed("the function's response is malformed: "+err.Error(), err)
	}
	in.Status, in.Header = result.status, result.header
	return nil
}
