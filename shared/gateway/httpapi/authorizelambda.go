package httpapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// maxAuthorizerTime is how long an authorizer's function may take (HTTP API spec, 12).
const maxAuthorizerTime = 10 * time.Second

// keptBytes bounds what is kept of the answers of authorizers.
const keptBytes = 8 << 20

// lambdaAuthorizer is an authorizer of type REQUEST, compiled for a stage.
type lambdaAuthorizer struct {
	sources  []source
	function integration.LambdaFunction
	// credentials is the ARN of a role or "".
	credentials string
	version1    bool
	simple      bool
	scope       authorizer.Scope
	ttl         time.Duration
	// err says that the definition cannot be used: every request then fails.
	err error
}

func compileLambdaAuthorizer(doc snapshot.RouteAuthorizer, stage *snapshot.Stage) *lambdaAuthorizer {
	a := &lambdaAuthorizer{simple: doc.SimpleResponses}
	a.err = a.compile(doc, stage)
	return a
}

func (a *lambdaAuthorizer) compile(doc snapshot.RouteAuthorizer, stage *snapshot.Stage) error {
	switch doc.PayloadFormatVersion {
	case "1.0":
		a.version1 = true
	case "2.0":
	default:
		return fmt.Errorf("payload format version %q is unknown", doc.PayloadFormatVersion)
	}
	if a.version1 && a.simple {
		return errors.New("simple responses need the payload format version 2.0")
	}
	for _, text := range doc.IdentitySource {
		v, err := parseValue(text, false)
		if err != nil {
			return err
		}
		if !v.bare || !slices.Contains([]sourceKind{requestHeader, requestQuery, contextVariable, stageVariable}, v.parts[0].kind) {
			return fmt.Errorf("%s cannot be an identity source", text)
		}
		a.sources = append(a.sources, v.parts[0])
	}
	var stream bool
	uri, err := parseFunction(doc.URI, &stream)
	if err != nil {
		return err
	}
	if stream {
		return errors.New("the answer of an authorizer does not stream")
	}
	if a.function, err = uri.Function(stage.Variables); err != nil {
		return err
	}
	role, err := mapping.CompileURI(doc.Credentials)
	if err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	a.credentials = string(role.Append(nil, nil, stage.Variables))
	// Without identity sources all requests would share one result.
	if len(a.sources) > 0 {
		a.ttl = time.Duration(doc.TTLSeconds) * time.Second
	}
	a.scope = authorizer.NewScope(stage.APIID, stage.Name, doc.ID, stage.AuthorizersFlushed,
		a.function.QualifiedARN(), a.credentials, strings.Join(doc.IdentitySource, ","), doc.PayloadFormatVersion, fmt.Sprint(doc.SimpleResponses))
	return nil
}

// lambdaAnswer is what came of calling an authorizer's function.
type lambdaAnswer struct{ output *authorizer.HTTPOutput }

func (a lambdaAnswer) size() int { return a.output.Size() }

// authorizeLambda asks the route's Lambda authorizer, or uses what it said before, and decides by
// that and the resource policy (HTTP API spec, 12).
func (inv *Invocation) authorizeLambda() error {
	a := inv.Stage.authorizers[inv.Route.route.doc.AuthorizerID]
	if a == nil {
		return internal(authorizerConfiguration, "the deployment does not have the route's Lambda authorizer", nil)
	}
	if a.err != nil {
		return internal(authorizerConfiguration, "the authorizer cannot be used", a.err)
	}
	values := make([]string, len(a.sources))
	for i := range a.sources {
		if values[i], _ = inv.source(&a.sources[i]); values[i] == "" {
			return unauthorized("", "an identity source is missing: the authorizer is not called", nil)
		}
	}
	out, err := inv.lambdaOutput(a, values)
	if err != nil {
		return err
	}
	z := &inv.Authorization
	z.Lambda = out
	r := inv.policyRequest(inv.routeARN(), policy.Principal{}, nil)
	d := out.Decide(&r)
	effect := d.Effect
	z.Statement = "authorizer: " + d.Reason()
	if inv.Stage.policy != nil {
		c := policy.SameAccount(d, z.resource)
		effect, z.Statement = c.Effect, c.Reason()
	}
	if effect != policy.Allow {
		return forbidden(z.Statement, nil)
	}
	return nil
}

// lambdaOutput returns what the authorizer says about the values of its identity sources.
func (inv *Invocation) lambdaOutput(a *lambdaAuthorizer, values []string) (*authorizer.HTTPOutput, error) {
	p, z := inv.pipeline, &inv.Authorization
	var key authorizer.Key
	if a.ttl > 0 {
		key = a.scope.Key(values)
		if kept, ok := p.authorizers.Get(key); ok {
			return kept.output, nil
		}
	}
	// Made here and not by the call, which may outlive this request.
	call := integration.LambdaRequest{LambdaFunction: a.function, Credentials: a.credentials, InvocationType: integration.RequestResponse, Payload: inv.authorizerEvent(a, values)}
	simple := a.simple
	start := p.c.Now()
	answer, _, err := p.authorizers.Do(inv.Request.Context(), key, a.ttl, func(ctx context.Context) (lambdaAnswer, error) {
		return p.askLambda(ctx, call, simple)
	})
	z.Latency = p.c.Now().Sub(start)
	if err != nil {
		return nil, inv.authorizerFailure(err)
	}
	return answer.output, nil
}

var errNoLambda = errors.New("no Lambda client is configured")

// askLambda calls the function of an authorizer and reads its answer.
func (p *Pipeline) askLambda(ctx context.Context, call integration.LambdaRequest, simple bool) (lambdaAnswer, error) {
	if p.c.Lambda == nil {
		return lambdaAnswer{}, errNoLambda
	}
	ctx, cancel := context.WithTimeoutCause(ctx, maxAuthorizerTime, integration.ErrTimeout)
	defer cancel()
	res, err := p.c.Lambda.Invoke(ctx, call)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return lambdaAnswer{}, err
	}
	out, err := authorizer.ParseHTTPOutput(res.Payload, res.FunctionError != "", simple)
	return lambdaAnswer{out}, err
}

// authorizerFailure turns the failure of an authorizer into what the client is told: always 500.
func (inv *Invocation) authorizerFailure(err error) error {
	if inv.Request.Context().Err() != nil {
		return errClientGone
	}
	var output *authorizer.OutputError
	reason := "the authorizer's function cannot be called"
	switch {
	case errors.As(err, &output):
		reason = output.Reason
	case errors.Is(err, integration.ErrTimeout):
		reason = "the authorizer did not answer in time"
	}
	inv.Authorization.Error = reason
	return internal(authorizerFailed, reason, err)
}
