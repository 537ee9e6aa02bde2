package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/runtimeapi"
)

// InvokeStream implements integration.LambdaStreamer.
func (l *lambdaRouter) InvokeStream(ctx context.Context, r integration.LambdaRequest) (*integration.LambdaStream, error) {
	if !l.local.Has(r.FunctionARN) {
		s, err := l.remote.InvokeStream(ctx, r)
		return s, remoteFailure(ctx, r, err)
	}
	s, err := l.local.InvokeRawStream(ctx, localInvocation(r))
	if err != nil {
		return nil, fmt.Errorf("invoke %s: %w", r.QualifiedARN(), localRefusal(r, streamFailure(err)))
	}
	body := &localBody{ctx: ctx, ReadCloser: s.Body}
	body.detach = context.AfterFunc(ctx, func() { _ = s.Body.Close() })
	return &integration.LambdaStream{StatusCode: s.Status, RequestID: s.RequestID, Body: body}, nil
}

// localBody is what a local function writes. A read ends with the context, as it does for a
// function that is called over the network.
type localBody struct {
	io.ReadCloser
	ctx    context.Context
	detach func() bool
}

func (b *localBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		if b.ctx.Err() != nil {
			return n, context.Cause(b.ctx)
		}
		err = streamFailure(err)
	}
	return n, err
}

func (b *localBody) Close() error {
	b.detach()
	return b.ReadCloser.Close()
}

// streamFailure turns the failure of a local function into what InvokeWithResponseStream says.
func streamFailure(err error) error {
	var failed *runtimeapi.FunctionError
	if errors.As(err, &failed) {
		return &integration.LambdaStreamError{Code: failed.Kind, Details: string(failed.Payload)}
	}
	return err
}
