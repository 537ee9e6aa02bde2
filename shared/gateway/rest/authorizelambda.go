package rest

import (
	"context"
	"errors"
	"net/http"

	"github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/policy"
)

// authorizeLambda asks the method's Lambda authorizer, or uses what it said before, and decides by
// its policy and the resource policy (REST data plane spec, 11.1 to 11.3).
func (inv *Invocation) authorizeLambda() error {
	a := inv.Stage.lambdaAuthorizers[inv.Resource.method.doc.AuthorizerID]
	if a == nil {
		return authorizerMisconfigured("the deployment does not have the method's Lambda authorizer", nil)
	}
	if a.err != nil {
		return authorizerMisconfigured("the authorizer cannot be used", a.err)
	}
	var room [usualSources]string
	values := a.identityValues(inv, room[:0])
	if !a.identity.Admits(values) {
		return noIdentity()
	}
	out, err := inv.lambdaOutput(a, values)
	if err != nil {
		return err
	}
	z := &inv.Authorization
	z.PrincipalID, z.Context, z.UsageIdentifierKey = out.PrincipalID, out.Context, out.UsageIdentifierKey
	return inv.decideLambda(out)
}

// lambdaOutput returns what the authorizer says about the values of its identity sources.
func (inv *Invocation) lambdaOutput(a *lambdaAuthorizer, values []string) (*authorizer.Output, error) {
	p, z := inv.pipeline, &inv.Authorization
	z.Called = true
	var key authorizer.Key
	if a.ttl > 0 {
		key = a.scope.Key(values)
		if kept, ok := p.authorizers.Get(key); ok {
			z.Cached, z.Status = true, http.StatusOK
			return kept.output, nil
		}
	}
	// Made here and not by the call, which may outlive this request.
	call := a.call(inv, values)
	start := p.c.Now()
	answer, cached, err := p.authorizers.Do(inv.Request.Context(), key, a.ttl, func(ctx context.Context) (lambdaAnswer, error) {
		answer, err := p.askLambda(ctx, call)
		answer.payload = nil // read, and not worth keeping
		return answer, err
	})
	z.Cached, z.Latency, z.RequestID = cached, p.c.Now().Sub(start), answer.requestID
	if err := inv.authorizerFailed(err); err != nil {
		return nil, err
	}
	z.Status = http.StatusOK
	return answer.output, nil
}

// decideLambda decides about the request at hand, which need not be the one that the authorizer
// was asked about: by the policy that it returned, combined with the resource policy by table A of
// REST data plane spec, 2.1.
func (inv *Invocation) decideLambda(out *authorizer.Output) error {
	r := inv.policyRequest(policy.Principal{}, nil)
	d := out.Policy.Evaluate(&r)
	effect, reason := d.Effect, "authorizer: "+d.Reason()
	if inv.Stage.resourcePolicy.attached() {
		c := policy.SameAccount(d, inv.Authorization.resource)
		effect, reason = c.Effect, c.Reason()
	}
	inv.Authorization.Statement = reason
	switch effect {
	case policy.Allow:
		return nil
	case policy.ExplicitDeny:
		return &Error{Type: AccessDenied, Message: builtIns[AccessDenied].message + endingExplicitDeny, Reason: reason}
	}
	return &Error{Type: AccessDenied, Reason: reason}
}

// lambdaAnswer is what came of calling an authorizer's function.
type lambdaAnswer struct {
	output *authorizer.Output
	// requestID is that of the invocation, of a failed one too.
	requestID string
	// payload is the answer as it came.
	payload []byte
}

// keptBytes bounds what is kept of the answers of authorizers.
const keptBytes = 8 << 20

func (a lambdaAnswer) size() int { return a.output.Size() + len(a.requestID) }

// askLambda calls the function of an authorizer and reads its answer.
func (p *Pipeline) askLambda(ctx context.Context, call integration.LambdaRequest) (lambdaAnswer, error) {
	if p.c.Lambda == nil {
		return lambdaAnswer{}, errNoLambda
	}
	ctx, cancel := context.WithTimeoutCause(ctx, maxAuthorizerTime, integration.ErrTimeout)
	defer cancel()
	res, err := p.c.Lambda.Invoke(ctx, call)
	answer := lambdaAnswer{requestID: res.RequestID, payload: res.Payload}
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return answer, err
	}
	answer.output, err = authorizer.ParseOutput(res.Payload, res.FunctionError != "")
	return answer, err
}

var errNoLambda = errors.New("no Lambda client is configured")

// authorizerFailed turns the failure of an authorizer into what the client is told (REST data
// plane spec, 11.3), nil into nil. A Lambda service that cannot be reached is nobody's
// configuration.
func (inv *Invocation) authorizerFailed(err error) error {
	if err == nil {
		return nil
	}
	if inv.Request.Context().Err() != nil {
		return errClientGone
	}
	inv.Authorization.Status = http.StatusInternalServerError
	var (
		output   *authorizer.OutputError
		role     *integration.CredentialsError
		notFound *integration.FunctionNotFoundError
		service  *integration.LambdaServiceError
	)
	switch {
	case errors.Is(err, authorizer.ErrUnauthorized):
		inv.Authorization.Status = http.StatusUnauthorized
		return &Error{Type: Unauthorized, Reason: "the authorizer answered " + authorizer.ErrUnauthorized.Error(), Err: err}
	case errors.As(err, &output):
		return &Error{Type: AuthorizerConfigurationError, Reason: output.Reason, Err: err}
	case errors.Is(err, integration.ErrTimeout):
		return &Error{Type: AuthorizerConfigurationError, Reason: "Execution failed due to a timeout error: the authorizer did not answer in time", Err: err}
	case errors.Is(err, errNoLambda), errors.As(err, &role), errors.As(err, &notFound), errors.As(err, &service):
		return authorizerMisconfigured("the authorizer's function cannot be called", err)
	}
	return &Error{Type: AuthorizerFailure, Reason: "the Lambda service could not be reached to ask the authorizer", Err: err}
}

// noIdentity is the answer to a request without what identifies its caller.
func noIdentity() *Error {
	return &Error{Type: Unauthorized, Reason: "the identity source is missing, or does not match the validation expression: the authorizer is not called"}
}

func authorizerMisconfigured(reason string, err error) *Error {
	return &Error{Type: AuthorizerConfigurationError, Reason: "Execution failed due to configuration error: " + reason, Err: err}
}
