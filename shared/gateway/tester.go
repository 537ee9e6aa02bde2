package gateway

import (
	"context"

	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// Tester runs test invocations for a control plane, through the phases that serve requests.
type Tester struct {
	Pipeline *rest.Pipeline
	// Region is that of ARNs and events.
	Region string
}

// Test runs one method of a definition that is not deployed.
func (t Tester) Test(ctx context.Context, test snapshot.Test) (snapshot.TestResult, error) {
	return t.Pipeline.Test(ctx, test, t.Region)
}

// TestAuthorizer calls an authorizer that is not deployed.
func (t Tester) TestAuthorizer(ctx context.Context, test snapshot.AuthorizerTest) (snapshot.AuthorizerResult, error) {
	return t.Pipeline.TestAuthorizer(ctx, test, t.Region)
}
