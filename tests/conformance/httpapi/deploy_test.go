package httpapi

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// api is what facts of one API share.
type api struct {
	cors      *types.Cors
	disabled  bool
	variables map[string]string
	// settings are those of the stage's routes, all or by key.
	settings      *types.RouteSettings
	routeSettings map[string]types.RouteSettings
	// log is the format of the stage's access log.
	log         string
	authorizers []sdk.CreateAuthorizerInput
	// routes are more routes, by key.
	routes map[string]*sdk.CreateIntegrationInput
	// stages are more stages of the same deployment.
	stages []string
	// auto makes the stage deploy by itself.
	auto bool
	// finish does what is left once the API is deployed.
	finish func(ctx context.Context, c *sdk.Client, id string) error
}

func client(control string) *sdk.Client {
	return sdk.New(sdk.Options{BaseEndpoint: &control, RetryMaxAttempts: 1, Region: harness.Region, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
}

// table is the APIs and the facts that they serve.
type table struct {
	apis  map[string]api
	facts []fact
}

// deploy deploys an API as a client would.
func (t *table) deploy(ctx context.Context, control, name string, p *harness.Place) (string, error) {
	c, a := client(control), t.apis[name]
	made, err := c.CreateApi(ctx, &sdk.CreateApiInput{Name: &name, ProtocolType: types.ProtocolTypeHttp, CorsConfiguration: a.cors, DisableExecuteApiEndpoint: &a.disabled})
	if err != nil {
		return "", fmt.Errorf("create the API: %w", err)
	}
	d := &deployment{Client: c, place: p, id: made.ApiId, authorizers: map[string]types.Authorizer{}}
	for _, in := range a.authorizers {
		if err := d.addAuthorizer(ctx, in); err != nil {
			return "", fmt.Errorf("authorizer %s: %w", *in.Name, err)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(a.routes)) {
		if err := d.addRoute(ctx, &fact{key: key, in: a.routes[key]}); err != nil {
			return "", fmt.Errorf("route %s: %w", key, err)
		}
	}
	for i := range t.facts {
		f := &t.facts[i]
		if f.in == nil || f.apiName() != name {
			continue
		}
		if err := d.addRoute(ctx, f); err != nil {
			return "", fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if err := d.serve(ctx, &a); err != nil {
		return "", err
	}
	if a.finish != nil {
		return *d.id, a.finish(ctx, c, *d.id)
	}
	return *d.id, nil
}

// deployment is an API in the making.
type deployment struct {
	*sdk.Client
	place       *harness.Place
	id          *string
	authorizers map[string]types.Authorizer
}

func (d *deployment) addAuthorizer(ctx context.Context, in sdk.CreateAuthorizerInput) error {
	in.ApiId, in.AuthorizerUri = d.id, d.fill(in.AuthorizerUri)
	made, err := d.CreateAuthorizer(ctx, &in)
	if err != nil {
		return err
	}
	d.authorizers[*in.Name] = types.Authorizer{AuthorizerId: made.AuthorizerId, AuthorizerType: in.AuthorizerType}
	return nil
}

func (d *deployment) fill(text *string) *string {
	if text == nil {
		return nil
	}
	return aws.String(d.place.Fill(*text))
}

func (d *deployment) addRoute(ctx context.Context, f *fact) error {
	in := *f.in
	in.ApiId, in.IntegrationUri = d.id, d.fill(in.IntegrationUri)
	if in.ConnectionType == types.ConnectionTypeVpcLink {
		link, err := d.CreateVpcLink(ctx, &sdk.CreateVpcLinkInput{Name: aws.String("link"), SubnetIds: []string{"subnet-12345678"}})
		if err != nil {
			return fmt.Errorf("VPC link: %w", err)
		}
		in.ConnectionId = link.VpcLinkId
	}
	made, err := d.CreateIntegration(ctx, &in)
	if err != nil {
		return fmt.Errorf("integration: %w", err)
	}
	route := &sdk.CreateRouteInput{ApiId: d.id, RouteKey: aws.String(f.routeKey()), Target: aws.String("integrations/" + *made.IntegrationId), AuthorizationScopes: f.scopes}
	switch a, ok := d.authorizers[f.auth]; {
	case ok && a.AuthorizerType == types.AuthorizerTypeJwt:
		route.AuthorizationType, route.AuthorizerId = types.AuthorizationTypeJwt, a.AuthorizerId
	case ok:
		route.AuthorizationType, route.AuthorizerId = types.AuthorizationTypeCustom, a.AuthorizerId
	default:
		route.AuthorizationType = types.AuthorizationType(f.auth)
	}
	if _, err := d.CreateRoute(ctx, route); err != nil {
		return fmt.Errorf("route: %w", err)
	}
	return nil
}

// serve makes the stages.
func (d *deployment) serve(ctx context.Context, a *api) error {
	stage := &sdk.CreateStageInput{ApiId: d.id, StageVariables: a.variables, DefaultRouteSettings: a.settings, RouteSettings: a.routeSettings, AutoDeploy: &a.auto}
	if !a.auto {
		made, err := d.CreateDeployment(ctx, &sdk.CreateDeploymentInput{ApiId: d.id})
		if err != nil {
			return fmt.Errorf("deploy: %w", err)
		}
		stage.DeploymentId = made.DeploymentId
	}
	if a.log != "" {
		stage.AccessLogSettings = &types.AccessLogSettings{Format: &a.log, DestinationArn: aws.String("arn:aws:logs:us-east-1:123456789012:log-group:access")}
	}
	for _, name := range append([]string{harness.Stage}, a.stages...) {
		stage.StageName = &name
		if _, err := d.CreateStage(ctx, stage); err != nil {
			return fmt.Errorf("stage %s: %w", name, err)
		}
	}
	return nil
}
