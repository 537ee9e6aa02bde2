package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/sigv4"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// ServiceClient calls AWS services. The error is an *integration.CredentialsError or an
// *integration.HTTPError.
type ServiceClient interface {
	Do(*http.Request, integration.ServiceCall) (*http.Response, error)
}

// callerCredentials stands for the caller's own identity in credentials (REST data plane spec, 4.1).
const callerCredentials = "arn:aws:iam::*:user/*"

// serviceBackend is what integrations of the types AWS and AWS_PROXY have of their own.
type serviceBackend struct {
	// uri is that of a service; nil if a function is invoked.
	uri *integration.ServiceURI
	// role is nil if the gateway calls under its own identity, or the caller's.
	role     *mapping.URITemplate
	asCaller bool
}

// compileService reads the URI of an integration of type AWS: the invocation of a function, which
// is not made over HTTP everywhere, or a request to a service.
func (b *backend) compileService(in *snapshot.Integration) error {
	if f, err := integration.ParseLambdaURI(in.URI); err == nil {
		b.kind, b.lambda = lambdaIntegration, f
		return nil
	}
	u, err := integration.ParseServiceURI(in.URI)
	if err != nil {
		return err
	}
	b.service.uri, b.uri = u, u.Address()
	return nil
}

// compileCredentials reads the identity of the calls to AWS.
func (b *backend) compileCredentials(text string) error {
	switch {
	case text == "" || b.kind != awsIntegration && b.kind != lambdaProxyIntegration:
		return nil // other types have no use for credentials
	case text == callerCredentials:
		b.service.asCaller = true
		return nil
	}
	var err error
	b.service.role, err = mapping.CompileURI(text)
	return err
}

// identity returns the role to assume for a call to AWS, or the caller's credentials, or neither.
func (inv *Invocation) identity() (role string, caller aws.CredentialsProvider, err error) {
	s := &inv.Resource.method.backend.service
	switch {
	case s.role != nil:
		if literal, ok := s.role.Literal(); ok {
			return literal, nil, nil
		}
		role = string(s.role.Append(nil, nil, inv.Stage.doc.Variables))
		if role == "" {
			return "", nil, configurationError("the credentials of the integration are empty", nil)
		}
		return role, nil, nil
	case s.asCaller:
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
		return nil, configurationError("credentials "+callerCredentials+" need a caller that AWS_IAM has authorized", nil)
	}
	unknown := "credentials " + callerCredentials + ": this gateway does not know the secret of access key " + caller.AccessKey + " and cannot call AWS in the caller's name"
	if inv.pipeline.c.Keys == nil {
		return nil, configurationError(unknown, nil)
	}
	key, _, err := inv.pipeline.c.Keys.Find(inv.Request.Context(), caller.AccessKey)
	switch {
	case errors.Is(err, sigv4.ErrUnknownKey), err == nil && key.Secret == "":
		return nil, configurationError(unknown, err)
	case err != nil:
		return nil, configurationError("the caller's secret key could not be read", err)
	}
	keys := aws.Credentials{AccessKeyID: caller.AccessKey, SecretAccessKey: key.Secret, SessionToken: key.SessionToken, Source: "caller"}
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil }), nil
}

// callService returns once the whole answer of the service has arrived.
func (inv *Invocation) callService() error {
	p, b := inv.pipeline, &inv.Resource.method.backend
	if p.c.Services == nil {
		return configurationError("no client of AWS services is configured", nil)
	}
	role, caller, err := inv.identity()
	if err != nil {
		return err
	}
	inv.call = exchange.StartCall(inv.Request.Context(), b.timeout, b.streamIdle)
	r, err := inv.backendRequest()
	if err != nil {
		return invalidEndpoint(err)
	}
	in := &inv.Integration
	in.start = p.c.Now()
	res, err := p.c.Services.Do(r, integration.ServiceCall{URI: b.service.uri, Role: role, Caller: caller, Payload: inv.IntegrationRequest.Body})
	in.Latency = inv.sinceCall()
	if err != nil {
		if e := credentialsFailure(err); e != nil {
			return e
		}
		return inv.httpFailure(err)
	}
	in.HTTP, in.Headers, in.Status = res, res.Header, res.StatusCode
	err = inv.holdAnswer()
	in.Latency = inv.sinceCall()
	return err
}

// credentialsFailure tells a call that could not be signed (REST data plane spec, 4.1); it returns
// nil for any other failure.
func credentialsFailure(err error) error {
	var e *integration.CredentialsError
	if !errors.As(err, &e) {
		return nil
	}
	if e.Role != "" {
		return configurationError("API Gateway does not have permission to assume the provided role "+e.Role, err)
	}
	return configurationError(e.Error(), err)
}

// sourceARN is the method that makes a call to AWS.
func (inv *Invocation) sourceARN() string {
	doc := &inv.Stage.doc
	partition := "aws"
	switch {
	case strings.HasPrefix(inv.Stage.region, "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(inv.Stage.region, "us-gov-"):
		partition = "aws-us-gov"
	}
	return fmt.Sprintf("arn:%s:execute-api:%s:%s:%s/%s/%s%s", partition, inv.Stage.region, doc.AccountID, doc.APIID, doc.Name,
		inv.Resource.HTTPMethod, inv.Resource.method.doc.ResourcePath)
}
