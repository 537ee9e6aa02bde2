package websocket

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// ids are the identifiers of the created APIs by their names.
type ids map[string]string

// fill puts identifiers in the place of names: "<events>" is that of the API events.
func (n ids) fill(text string) string {
	for name, id := range n {
		text = strings.ReplaceAll(text, "<"+name+">", id)
	}
	return text
}

// controlPlane is the stock client of a control plane.
func controlPlane(url string) *sdk.Client {
	return sdk.New(sdk.Options{BaseEndpoint: &url, Region: "us-east-1", RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
}

// deploy creates the definitions with the stock client and deploys them.
func deploy(t *testing.T, url string, apis ...api) ids {
	t.Helper()
	client, out := controlPlane(url), ids{}
	var wait sync.WaitGroup
	var mu sync.Mutex
	gate := make(chan struct{}, 4)
	for _, a := range apis {
		wait.Go(func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			c := &creation{ctx: t.Context(), client: client}
			if err := c.create(a); err != nil {
				t.Errorf("create %s: %v", a.ID, err)
			}
			mu.Lock()
			defer mu.Unlock()
			out[a.ID] = c.api
		})
	}
	wait.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return out
}

// creation creates one API.
type creation struct {
	ctx         context.Context
	client      *sdk.Client
	api         string
	authorizers ids
}

// create makes an API of its definition, whose identifiers are names.
func (c *creation) create(a api) error {
	made, err := c.client.CreateApi(c.ctx, &sdk.CreateApiInput{
		Name: &a.ID, ProtocolType: types.ProtocolTypeWebsocket, RouteSelectionExpression: &a.RouteSelectionExpression,
		ApiKeySelectionExpression: text(a.APIKeySelectionExpression), DisableExecuteApiEndpoint: &a.DisableExecuteAPIEndpoint,
	})
	if err != nil {
		return err
	}
	c.api, c.authorizers = *made.ApiId, ids{}
	for _, name := range slices.Sorted(maps.Keys(a.Models)) {
		if _, err := c.client.CreateModel(c.ctx, &sdk.CreateModelInput{ApiId: &c.api, Name: &name, ContentType: aws.String("application/json"), Schema: aws.String(a.Models[name])}); err != nil {
			return err
		}
	}
	for name, z := range a.Authorizers {
		made, err := c.client.CreateAuthorizer(c.ctx, &sdk.CreateAuthorizerInput{ApiId: &c.api, Name: &name, AuthorizerType: types.AuthorizerType(z.Type), AuthorizerUri: &z.URI, IdentitySource: z.IdentitySource})
		if err != nil {
			return err
		}
		c.authorizers[name] = *made.AuthorizerId
	}
	for _, r := range a.routes {
		if err := c.route(r); err != nil {
			return fmt.Errorf("route %s: %w", r.Key, err)
		}
	}
	return c.stage(a.stage)
}

func (c *creation) route(r snapshot.WebSocketRoute) error {
	in := &sdk.CreateRouteInput{
		ApiId: &c.api, RouteKey: &r.Key, AuthorizationType: types.AuthorizationType(r.AuthorizationType), AuthorizerId: text(c.authorizers[r.AuthorizerID]),
		ApiKeyRequired: &r.APIKeyRequired, ModelSelectionExpression: text(r.ModelSelectionExpression), RequestModels: r.RequestModels,
	}
	for name, required := range r.RequestParameters {
		if in.RequestParameters == nil {
			in.RequestParameters = map[string]types.ParameterConstraints{}
		}
		in.RequestParameters[name] = types.ParameterConstraints{Required: &required}
	}
	if r.Integration != nil {
		id, err := c.integration(r.Integration)
		if err != nil {
			return err
		}
		in.Target = aws.String("integrations/" + id)
	}
	if r.Replies {
		in.RouteResponseSelectionExpression = aws.String("$default")
	}
	made, err := c.client.CreateRoute(c.ctx, in)
	if err != nil || !r.Replies {
		return err
	}
	_, err = c.client.CreateRouteResponse(c.ctx, &sdk.CreateRouteResponseInput{ApiId: &c.api, RouteId: made.RouteId, RouteResponseKey: aws.String("$default")})
	return err
}

func (c *creation) integration(i *snapshot.WebSocketIntegration) (string, error) {
	in := &sdk.CreateIntegrationInput{
		ApiId: &c.api, IntegrationType: types.IntegrationType(i.Type), IntegrationMethod: text(i.Method), IntegrationUri: text(i.URI),
		PassthroughBehavior: types.PassthroughBehavior(i.PassthroughBehavior), ContentHandlingStrategy: types.ContentHandlingStrategy(i.ContentHandling),
		TemplateSelectionExpression: text(i.TemplateSelectionExpression), RequestTemplates: asMap(i.RequestTemplates), RequestParameters: parameters(i.RequestParameters),
	}
	if i.TimeoutMillis != 0 {
		in.TimeoutInMillis = aws.Int32(int32(i.TimeoutMillis))
	}
	made, err := c.client.CreateIntegration(c.ctx, in)
	if err != nil {
		return "", err
	}
	for _, r := range i.Responses {
		_, err := c.client.CreateIntegrationResponse(c.ctx, &sdk.CreateIntegrationResponseInput{
			ApiId: &c.api, IntegrationId: made.IntegrationId, IntegrationResponseKey: &r.Key, TemplateSelectionExpression: text(r.TemplateSelectionExpression),
			ResponseTemplates: asMap(r.Templates), ResponseParameters: parameters(r.Parameters), ContentHandlingStrategy: types.ContentHandlingStrategy(r.ContentHandling),
		})
		if err != nil {
			return "", err
		}
	}
	return *made.IntegrationId, nil
}

// stage deploys the API to its stage.
func (c *creation) stage(s snapshot.Stage) error {
	made, err := c.client.CreateDeployment(c.ctx, &sdk.CreateDeploymentInput{ApiId: &c.api})
	if err != nil {
		return err
	}
	in := &sdk.CreateStageInput{ApiId: &c.api, StageName: &s.Name, DeploymentId: made.DeploymentId, StageVariables: s.Variables}
	for key, m := range s.MethodSettings {
		settings := types.RouteSettings{ThrottlingRateLimit: m.RateLimit}
		if m.BurstLimit != nil {
			settings.ThrottlingBurstLimit = aws.Int32(int32(*m.BurstLimit))
		}
		if key == "*/*" {
			in.DefaultRouteSettings = &settings
			continue
		}
		if in.RouteSettings == nil {
			in.RouteSettings = map[string]types.RouteSettings{}
		}
		in.RouteSettings[key] = settings
	}
	if l := s.AccessLog; l != nil {
		in.AccessLogSettings = &types.AccessLogSettings{DestinationArn: &l.DestinationARN, Format: &l.Format}
	}
	_, err = c.client.CreateStage(c.ctx, in)
	return err
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func asMap(list []snapshot.Template) map[string]string {
	out := map[string]string{}
	for _, t := range list {
		out[t.ContentType] = t.Text
	}
	return out
}

func parameters(list []snapshot.Mapping) map[string]string {
	out := map[string]string{}
	for _, m := range list {
		out[m.Target] = m.Source
	}
	return out
}

// pick returns the definitions of the given names, or all.
func pick(backend string, names ...string) []api {
	all := definitions(backend)
	if len(names) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(a api) bool { return !slices.Contains(names, a.ID) })
}
