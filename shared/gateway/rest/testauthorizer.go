package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// testAuthorizerStage is the stage in the method ARN of a tested authorizer.
const testAuthorizerStage = "ESTestInvoke-stage"

// maxAuthorizerTime bounds an authorizer's function.
const maxAuthorizerTime = 29 * time.Second

// TestAuthorizer calls a Lambda authorizer with the event that a request like the test's would
// give it, or verifies a token as a user pool's authorizer of a method without scopes does. The
// error says that the test itself cannot be run; an authorizer that fails or refuses gives a
// result.
func (p *Pipeline) TestAuthorizer(ctx context.Context, t snapshot.AuthorizerTest, region string) (snapshot.AuthorizerResult, error) {
	inv, err := p.authorizerTest(ctx, t, region)
	if err != nil {
		return snapshot.AuthorizerResult{}, fmt.Errorf("test authorizer: %w", err)
	}
	start := p.c.Now()
	log := &executionLog{now: p.c.Now}
	fmt.Fprintf(&log.text, "Execution log for request %s\n", inv.Arrival.RequestID)
	log.line("Starting authorizer: %s for request: %s", t.Authorizer.ID, inv.Arrival.RequestID)
	var result snapshot.AuthorizerResult
	if t.Authorizer.Type == tokenAuthorizer || t.Authorizer.Type == requestAuthorizer {
		var out *authorizer.Output
		if out, err = inv.testLambda(ctx, log); err == nil {
			result.PrincipalID, result.Policy = out.PrincipalID, string(out.Document)
			log.line("Using valid authorizer policy for principal: %s", masked(out.PrincipalID))
		}
	} else if err = inv.authorizeCognito(); err == nil {
		result.Claims = inv.Authorization.Claims
	}
	result.Latency = p.c.Now().Sub(start)
	if err == nil {
		log.line("Successfully completed authorizer execution")
	} else {
		result.ClientStatus = log.refusedBy(err)
	}
	result.Log = log.String()
	return result, nil
}

// refusedBy writes why an authorizer did not let a request pass, and gives the client's status.
func (l *executionLog) refusedBy(err error) int {
	var e *Error
	if !errors.As(err, &e) {
		l.line("%s", err)
		return http.StatusInternalServerError
	}
	text := e.Reason
	if e.Err != nil && e.Err.Error() != text {
		text += ": " + e.Err.Error()
	}
	l.line("%s", text)
	return errorStatus(e)
}

// authorizerTest makes the request of a test as far as an authorizer sees it.
func (p *Pipeline) authorizerTest(ctx context.Context, t snapshot.AuthorizerTest, region string) (*Invocation, error) {
	data, err := snapshot.Build(snapshot.API{ID: t.Stage.APIID, Authorizers: map[string]snapshot.Authorizer{t.Authorizer.ID: t.Authorizer}}, nil)
	if err != nil {
		return nil, err
	}
	s, err := snapshot.Open(data)
	if err != nil {
		return nil, err
	}
	t.Stage.Name = testAuthorizerStage
	path, query, _ := strings.Cut(t.Path, "?")
	r := (&http.Request{Method: http.MethodGet, URL: &url.URL{Path: path, RawQuery: query}, Header: t.Header, Proto: "HTTP/1.1", Body: http.NoBody}).
		WithContext(edge.NewContext(ctx, &edge.Info{SourceIP: testSourceIP}))
	inv := &Invocation{
		Stage: NewStage(s, t.Stage, region), Request: r, pipeline: p,
		Target:   Target{Path: path, EventPath: path, ContextPath: "/" + testAuthorizerStage + path, DomainName: testInvokeDomain},
		Resource: Resource{HTTPMethod: http.MethodGet, method: &method{doc: &snapshot.Method{ResourceID: "test-invoke-resource-id", ResourcePath: "/", HTTPMethod: http.MethodGet, AuthorizerID: t.Authorizer.ID}}},
	}
	return inv, inv.arrive()
}

// testLambda does what the authorization of a request does up to the policy: the identity source,
// the function, its answer. Nothing is kept.
func (inv *Invocation) testLambda(ctx context.Context, log *executionLog) (*authorizer.Output, error) {
	a := inv.Stage.lambdaAuthorizers[inv.Resource.method.doc.AuthorizerID]
	if a.err != nil {
		return nil, authorizerMisconfigured("the authorizer cannot be used", a.err)
	}
	values := a.identityValues(inv, nil)
	log.line("Incoming identity: %s", masked(strings.Join(values, ",")))
	if !a.identity.Admits(values) {
		return nil, noIdentity()
	}
	call := a.call(inv, values)
	endpoint := "https://lambda." + a.function.Region + ".amazonaws.com/2015-03-31/functions/" + a.function.QualifiedARN() + "/invocations"
	log.line("Endpoint request URI: %s", endpoint)
	log.line("Endpoint request body after transformations: %s", call.Payload)
	log.line("Sending request to %s", endpoint)
	answer, err := inv.pipeline.askLambda(ctx, call)
	if answer.payload != nil {
		log.line("Authorizer result body before parsing: %s", answer.payload)
	}
	return answer.output, inv.authorizerFailed(err)
}

// masked shows the beginning of a secret.
func masked(s string) string {
	if len(s) <= 4 {
		return "****"
	}
	return s[:4] + "****"
}
