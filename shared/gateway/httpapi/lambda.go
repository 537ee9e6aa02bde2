package httpapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/sigv4"
)

// integrate calls the backend.
func (inv *Invocation) integrate() error {
	switch r := inv.Route.route; {
	case r.kind == serviceBackend:
		return inv.callService()
	case r.kind != lambdaBackend:
		return inv.callHTTP()
	case r.stream:
		return inv.invokeLambdaStream()
	}
	return inv.invokeLambda()
}

// lambdaRequest makes the invocation of the route's function.
func (inv *Invocation) lambdaRequest() (integration.LambdaRequest, error) {
	r := inv.Route.route
	var none integration.LambdaRequest
	f, err := r.lambda.Function(inv.Stage.doc.Variables)
	if err != nil {
		return none, inv.failed("the URI names no function", err)
	}
	if err := inv.bufferRequest(); err != nil {
		return none, err
	}
	if len(inv.payload) > integration.MaxLambdaPayload {
		return none, eventTooLarge() // before it takes the memory of an event
	}
	role, caller, err := inv.identity()
	if err != nil {
		return none, err
	}
	// Not from the pool: a transport may read the payload after the call has returned.
	event := make([]byte, 0, eventSpace+len(inv.payload)+len(inv.payload)/2)
	if r.version1 {
		event = inv.appendEvent1(event)
	} else {
		event = inv.appendEvent2(event)
	}
	if len(event) > integration.MaxLambdaPayload {
		return none, eventTooLarge()
	}
	return integration.LambdaRequest{LambdaFunction: f, InvocationType: integration.RequestResponse, Payload: event, Credentials: role, Caller: caller}, nil
}

func eventTooLarge() *Error {
	return payloadTooLarge(fmt.Sprintf("the event exceeds %d bytes", integration.MaxLambdaPayload))
}

// invokeLambda calls the function and reads its payload.
func (inv *Invocation) invokeLambda() error {
	p, r := inv.pipeline, inv.Route.route
	if p.c.Lambda == nil {
		return inv.failed("no Lambda client is configured", nil)
	}
	call, err := inv.lambdaRequest()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(inv.Request.Context(), r.timeout, integration.ErrTimeout)
	defer cancel()
	in := &inv.Integration
	in.start = p.c.Now()
	res, err := p.c.Lambda.Invoke(ctx, call)
	in.Latency = inv.sinceCall()
	if err != nil {
		return inv.lambdaFailure(ctx, err)
	}
	in.ServiceStatus, in.FunctionRequestID = res.StatusCode, res.RequestID
	switch {
	case res.FunctionError != "":
		return inv.failed("the function failed: "+functionError(res.Payload), nil)
	case len(res.Payload) > integration.MaxLambdaPayload:
		return inv.failed("the function's response exceeds its limit", nil)
	}
	return inv.readResult(res.Payload)
}

// lambdaFailure tells a function that could not be reached from one that took too long (HTTP API
// spec, 4).
func (inv *Invocation) lambdaFailure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		if errors.Is(context.Cause(ctx), integration.ErrTimeout) {
			return inv.timedOut(err)
		}
		return errClientGone
	}
	var service *integration.LambdaServiceError
	if errors.As(err, &service) {
		inv.Integration.ServiceStatus, inv.Integration.FunctionRequestID = service.StatusCode, service.RequestID
	}
	return inv.failed("the function cannot be invoked: "+err.Error(), err)
}

// identity returns the role to assume for a call to AWS, or the caller's credentials, or neither.
func (inv *Invocation) identity() (role string, caller aws.CredentialsProvider, err error) {
	r := inv.Route.route
	switch {
	case r.role != nil:
		if role = string(r.role.Append(nil, nil, inv.Stage.doc.Variables)); role == "" {
			return "", nil, inv.failed("the credentials of the integration are empty", nil)
		}
		return role, nil, nil
	case r.asCaller:
		caller, err = inv.callerIdentity()
		return "", caller, err
	}
	return "", nil, nil
}

// callerIdentity returns the caller's key pair. Only a key store knows it: a signature does not tell
// the secret that made it, so that callers whom a front door has authenticated cannot be stood for.
func (inv *Invocation) callerIdentity() (aws.CredentialsProvider, error) {
	caller := inv.Authorization.Caller
	if caller == nil || caller.AccessKey == "" {
		return nil, inv.failed("credentials "+callerCredentials+" need a caller that AWS_IAM has authorized", nil)
	}
	unknown := "credentials " + callerCredentials + ": this gateway does not know the secret of access key " + caller.AccessKey
	if inv.pipeline.c.Keys == nil {
		return nil, inv.failed(unknown, nil)
	}
	key, _, err := inv.pipeline.c.Keys.Find(inv.Request.Context(), caller.AccessKey)
	switch {
	case errors.Is(err, sigv4.ErrUnknownKey), err == nil && key.Secret == "":
		return nil, inv.failed(unknown, err)
	case err != nil:
		return nil, inv.failed("the caller's secret key could not be read", err)
	}
	keys := aws.Credentials{AccessKeyID: caller.AccessKey, SecretAccessKey: key.Secret, SessionToken: key.SessionToken, Source: "caller"}
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil }), nil
}
