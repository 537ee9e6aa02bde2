package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/runtimeapi"
)

// lambdaRouter invokes the functions of --functions itself and hands all others to the
// endpoint in AWS_ENDPOINT_URL_LAMBDA, or to AWS if there are credentials.
type lambdaRouter struct {
	local  *runtimeapi.Server
	remote *integration.LambdaAPI
}

func newLambdaRouter(local *runtimeapi.Server, services *integration.ServiceAPI, own aws.CredentialsProvider, getenv func(string) string) *lambdaRouter {
	endpoint := cmp.Or(getenv("AWS_ENDPOINT_URL_LAMBDA"), getenv("AWS_ENDPOINT_URL"))
	return &lambdaRouter{local, integration.NewLambdaAPI(integration.LambdaAPIConfig{Credentials: own, Roles: services, Endpoint: endpoint})}
}

// Invoke implements integration.Lambda.
func (l *lambdaRouter) Invoke(ctx context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error) {
	if !l.local.Has(r.FunctionARN) {
		return l.invokeRemote(ctx, r)
	}
	res, err := l.local.Invoke(ctx, localInvocation(r))
	if err != nil {
		return integration.LambdaResponse{}, fmt.Errorf("invoke %s: %w", r.QualifiedARN(), localRefusal(r, err))
	}
	return integration.LambdaResponse{StatusCode: res.Status, FunctionError: res.FunctionError, Payload: res.Payload, RequestID: res.RequestID, Header: localHeader(res)}, nil
}

// invokeRemote asks the Lambda service. A failure tells that the function is none of the local
// ones, since that is what usually is the matter.
func (l *lambdaRouter) invokeRemote(ctx context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error) {
	res, err := l.remote.Invoke(ctx, r)
	return res, remoteFailure(ctx, r, err)
}

func remoteFailure(ctx context.Context, r integration.LambdaRequest, err error) error {
	var none *noCredentials
	var service *integration.LambdaServiceError
	var unsigned *integration.CredentialsError
	switch {
	case err == nil, ctx.Err() != nil, errors.As(err, &service):
		return err
	case errors.As(err, &none):
		err = errors.New("there are no AWS credentials to ask AWS with")
	case errors.As(err, &unsigned):
		return err
	}
	return &integration.FunctionNotFoundError{Function: r.QualifiedARN(), Err: fmt.Errorf("--functions does not list it, and the Lambda service does not answer for it: %w", err)}
}

// credentials are AWS's own, looked for when a function is not a local one.
type credentials struct {
	mu  sync.Mutex
	cfg *aws.Config
}

// noCredentials says why AWS cannot be asked.
type noCredentials struct{ err error }

func (e *noCredentials) Error() string { return e.err.Error() }

// Retrieve implements aws.CredentialsProvider. It fails with a *noCredentials.
func (c *credentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cfg == nil {
		// A laptop has no instance metadata service, and looking for one takes seconds.
		cfg, err := config.LoadDefaultConfig(ctx, config.WithEC2IMDSClientEnableState(imds.ClientDisabled))
		if err != nil {
			return aws.Credentials{}, &noCredentials{err}
		}
		c.cfg = &cfg
	}
	creds, err := c.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return aws.Credentials{}, &noCredentials{err}
	}
	return creds, nil
}
