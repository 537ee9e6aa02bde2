package websocket

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/snapshot"
)

const (
	// maxAuthorizerTime bounds the call of an authorizer.
	maxAuthorizerTime = 29 * time.Second
	// maxAuthorizerOutput is in bytes (WebSocket API spec, 7).
	maxAuthorizerOutput = 8 << 10
)

// lambdaAuthorizer is an authorizer of type REQUEST, compiled for a stage.
type lambdaAuthorizer struct {
	sources     []mapping.Expr
	function    integration.LambdaFunction
	credentials string
	// err says that the definition cannot be used: every handshake then fails.
	err error
}

func compileAuthorizers(docs map[string]snapshot.RouteAuthorizer, stage *snapshot.Stage) map[string]*lambdaAuthorizer {
	out := make(map[string]*lambdaAuthorizer, len(docs))
	for id, doc := range docs {
		a := &lambdaAuthorizer{}
		a.err = a.compile(doc, stage)
		out[id] = a
	}
	return out
}

func (a *lambdaAuthorizer) compile(doc snapshot.RouteAuthorizer, stage *snapshot.Stage) error {
	if doc.Type != "REQUEST" {
		return fmt.Errorf("authorizer type %q is not one of WebSocket APIs", doc.Type)
	}
	for _, source := range doc.IdentitySource {
		e, err := mapping.ParseWebSocket(source)
		if err != nil {
			return err
		}
		switch e.Kind {
		case mapping.RequestHeader, mapping.RequestQuery, mapping.StageVariable, mapping.Context:
		default:
			return fmt.Errorf("%s cannot be an identity source", source)
		}
		a.sources = append(a.sources, e)
	}
	uri, err := integration.ParseLambdaURI(doc.URI)
	if err != nil {
		return err
	}
	if a.function, err = uri.Function(stage.Variables); err != nil {
		return err
	}
	role, err := mapping.CompileURI(doc.Credentials)
	if err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	a.credentials = string(role.Append(nil, nil, stage.Variables))
	return nil
}

// authorizeLambda asks the authorizer of $connect. What it says is not kept for other connections
// (WebSocket API spec, 7).
func (inv *Invocation) authorizeLambda() error {
	a := inv.Stage.authorizers[inv.route.doc.AuthorizerID]
	switch {
	case a == nil:
		return authorizerMisconfigured("the deployment does not have the route's authorizer", nil)
	case a.err != nil:
		return authorizerMisconfigured("the authorizer cannot be used", a.err)
	case inv.pipeline.c.Lambda == nil:
		return authorizerMisconfigured("no Lambda client is configured", nil)
	}
	for i := range a.sources {
		if v, _ := inv.source(&a.sources[i]); v == "" { // none of the kinds of source can fail
			return unauthorized("an identity source is missing: the authorizer is not called", nil)
		}
	}
	out, err := inv.askAuthorizer(a)
	if err != nil {
		return err
	}
	z := &inv.Authorization
	z.UsageIdentifierKey = out.UsageIdentifierKey
	inv.Connection.Authorizer = &AuthorizerContext{PrincipalID: out.PrincipalID, Context: out.Context, LatencyMillis: z.Latency.Milliseconds()}
	d := out.Policy.Evaluate(&policy.Request{Action: invokeAction, Resource: inv.routeARN(), Context: func(key string) (policy.Value, bool) {
		if key == "aws:sourceip" {
			return policy.One(inv.Connection.Identity.SourceIP), true
		}
		return policy.Value{}, false
	}})
	z.Statement = "authorizer: " + d.Reason()
	if d.Effect != policy.Allow {
		return accessDenied(z.Statement)
	}
	return nil
}

// askAuthorizer calls the function and reads its answer.
func (inv *Invocation) askAuthorizer(a *lambdaAuthorizer) (*authorizer.Output, error) {
	p, z := inv.pipeline, &inv.Authorization
	ctx, cancel := context.WithTimeoutCause(inv.ctx, maxAuthorizerTime, integration.ErrTimeout)
	defer cancel()
	z.Called = true
	start := p.c.Now()
	res, err := p.c.Lambda.Invoke(ctx, integration.LambdaRequest{LambdaFunction: a.function, Credentials: a.credentials,
		InvocationType: integration.RequestResponse, Payload: inv.appendAuthorizerEvent(nil)})
	z.Latency, z.RequestID = p.c.Now().Sub(start), res.RequestID
	if err != nil {
		z.Status = http.StatusInternalServerError
		if inv.ctx.Err() != nil {
			return nil, errClientGone
		}
		return nil, authorizerMisconfigured("the authorizer's function cannot be called", err)
	}
	out, err := authorizer.ParseOutput(res.Payload, res.FunctionError != "")
	switch {
	case errors.Is(err, authorizer.ErrUnauthorized):
		z.Status = http.StatusUnauthorized
		return nil, unauthorized("the authorizer answered Unauthorized", err)
	case err != nil:
		z.Status = http.StatusInternalServerError
		return nil, authorizerMisconfigured("the authorizer's answer cannot be used", err)
	case len(res.Payload) > maxAuthorizerOutput:
		z.Status = http.StatusInternalServerError
		return nil, authorizerMisconfigured("the authorizer's answer exceeds 8 KB", nil)
	}
	z.Status = http.StatusOK
	return out, nil
}

// appendAuthorizerEvent appends the event of a REQUEST authorizer, which has no path parameters.
func (inv *Invocation) appendAuthorizerEvent(b []byte) []byte {
	b = append(b, `{"type":"REQUEST","methodArn":`...)
	b = jsontext.AppendString(b, inv.routeARN())
	b = append(b, ',')
	b = appendHeaders(b, inv.eventHeaders(true))
	b = append(b, ',')
	b = appendQuery(b, inv.Arrival.Query)
	b = append(b, `,"stageVariables":`...)
	b = appendStringMap(b, inv.Stage.doc.Variables)
	b = append(b, `,"requestContext":`...)
	b = inv.appendRequestContext(b)
	return append(b, '}')
}
