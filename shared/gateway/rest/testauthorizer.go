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
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// testAuthorizerStage is the stage in the method ARN of a tested authorizer.
const testAuthorizerStage = "ESTestInvoke-stage"

// maxAuthorizerTime bounds an authorizer's function.
const maxAuthorizerTime = 29 * time.Second

// TestAuthorizer calls a Lambda authorizer with the event that a request like the test's would
// give it. The error says that the test itself cannot be run; an authorizer that fails or
// refuses gives a result.
func (p *Pipeline) TestAuthorizer(ctx context.Context, t snapshot.AuthorizerTest, region string) (snapshot.AuthorizerResult, error) {
	inv, err := p.authorizerTest(ctx, t, region)
	if err != nil {
		return snapshot.AuthorizerResult{}, fmt.Errorf("test authorizer: %w", err)
	}
	start := p.c.Now()
	log := &executionLog{now: p.c.Now}
	fmt.Fprintf(&log.text, "Execution log for request %s\n", inv.Arrival.RequestID)
	log.line("Starting authorizer: %s for request: %s", t.Authorizer.ID, inv.Arrival.RequestID)
	out, status, err := inv.askAuthorizer(ctx, t.Authorizer, log)
	result := snapshot.AuthorizerResult{ClientStatus: status, Latency: p.c.Now().Sub(start)}
	if err != nil {
		log.line("%s", err)
	} else {
		result.PrincipalID, result.Policy = out.PrincipalID, string(out.Policy)
		log.line("Using valid authorizer policy for principal: %s", masked(out.PrincipalID))
		log.line("Successfully completed authorizer execution")
	}
	result.Log = log.String()
	return result, nil
}

// authorizerTest makes the request of a test as far as an authorizer sees it.
func (p *Pipeline) authorizerTest(ctx context.Context, t snapshot.AuthorizerTest, region string) (*Invocation, error) {
	data, err := snapshot.Build(snapshot.API{ID: t.Stage.APIID}, nil)
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
		Resource: Resource{HTTPMethod: http.MethodGet, method: &method{doc: &snapshot.Method{ResourceID: "test-invoke-resource-id", ResourcePath: "/", HTTPMethod: http.MethodGet}}},
	}
	return inv, inv.arrive()
}

// askAuthorizer does what the authorization of a request does up to the policy: the identity
// source, the function, its answer. The status is what a client would get, 0 for success.
func (inv *Invocation) askAuthorizer(ctx context.Context, a snapshot.Authorizer, log *executionLog) (*authorizer.Output, int, error) {
	identity, err := authorizer.NewIdentity(a.IdentitySource, a.ValidationExpression)
	if err != nil {
		return nil, http.StatusInternalServerError, err
	}
	values := make([]string, len(identity.Sources))
	for i, source := range identity.Sources {
		values[i] = inv.identityValue(source)
	}
	log.line("Incoming identity: %s", masked(strings.Join(values, ",")))
	if !identity.Admits(values) {
		return nil, http.StatusUnauthorized, errors.New("the identity source is missing, or does not match the validation expression: the function is not called")
	}
	uri, err := integration.ParseLambdaURI(a.URI)
	if err != nil {
		return nil, http.StatusInternalServerError, err
	}
	function, err := uri.Function(inv.Stage.doc.Variables)
	if err != nil {
		return nil, http.StatusInternalServerError, err
	}
	event := inv.appendRequestEvent
	if a.Type == "TOKEN" {
		event = func(b []byte) []byte { return inv.appendTokenEvent(b, strings.Join(values, ",")) }
	}
	payload := event(nil)
	endpoint := "https://lambda." + function.Region + ".amazonaws.com/2015-03-31/functions/" + function.QualifiedARN() + "/invocations"
	log.line("Endpoint request URI: %s", endpoint)
	log.line("Endpoint request body after transformations: %s", payload)
	log.line("Sending request to %s", endpoint)
	ctx, cancel := context.WithTimeout(ctx, maxAuthorizerTime)
	defer cancel()
	res, err := inv.pipeline.c.Lambda.Invoke(ctx, integration.LambdaRequest{LambdaFunction: function, InvocationType: integration.RequestResponse, Payload: payload})
	if err != nil {
		return nil, http.StatusInternalServerError, fmt.Errorf("the authorizer function cannot be called: %w", err)
	}
	log.line("Authorizer result body before parsing: %s", res.Payload)
	out, err := authorizer.ParseOutput(res.Payload, res.FunctionError != "")
	switch {
	case errors.Is(err, authorizer.ErrUnauthorized):
		return nil, http.StatusUnauthorized, err
	case err != nil:
		return nil, http.StatusInternalServerError, err
	}
	return out, 0, nil
}

// masked shows the beginning of a secret.
func masked(s string) string {
	if len(s) <= 4 {
		return "****"
	}
	return s[:4] + "****"
}
