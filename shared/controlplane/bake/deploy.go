package bake

import (
	"context"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/postern-gateway/postern/shared/controlplane"
	v2 "github.com/postern-gateway/postern/shared/controlplane/v2"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// Protocol returns what x-postern-protocol at the root of a document says: HTTP makes it an HTTP
// API, REST or nothing a REST API. OpenAPI itself does not tell the two apart.
func Protocol(body []byte) (string, error) {
	var root struct {
		Protocol string `yaml:"x-postern-protocol"`
	}
	if err := yaml.Unmarshal(body, &root); err != nil {
		return "", fmt.Errorf("read the document: %w", err)
	}
	switch root.Protocol {
	case "", "REST":
		return "REST", nil
	case "HTTP":
		return "HTTP", nil
	}
	return "", fmt.Errorf("x-postern-protocol is %q: it must be REST or HTTP", root.Protocol)
}

// deployHTTP imports a document as an HTTP API and deploys it to the stage.
func deployHTTP(ctx context.Context, service *controlplane.Service, c controlplane.Config, body []byte, o Options) (id string, warnings []string, err error) {
	second := v2.New(v2.Config{Store: c.Store, Account: c.Account, Region: c.Region, REST: service, Now: c.Now, NewID: c.NewID})
	text := string(body)
	api, err := second.ImportApi(ctx, &apigatewayv2.ImportApiRequest{Body: &text})
	if err != nil {
		return "", nil, fmt.Errorf("import %s: %w", o.Name, err)
	}
	deployment, err := second.CreateDeployment(ctx, &apigatewayv2.CreateDeploymentRequest{ApiId: api.ApiId})
	if err != nil {
		return "", nil, fmt.Errorf("deploy %s: %w", o.Name, err)
	}
	_, err = second.CreateStage(ctx, &apigatewayv2.CreateStageRequest{ApiId: api.ApiId, StageName: &o.Stage, DeploymentId: deployment.DeploymentId, StageVariables: o.Variables})
	if err != nil {
		return "", nil, fmt.Errorf("deploy %s: %w", o.Name, err)
	}
	return *api.ApiId, append(api.ImportInfo, api.Warnings...), nil
}

// deployREST does the same for a REST API.
func deployREST(ctx context.Context, service *controlplane.Service, body []byte, o Options) (id string, warnings []string, err error) {
	api, err := service.ImportRestApi(ctx, &apigateway.ImportRestApiRequest{Body: body})
	if err != nil {
		return "", nil, fmt.Errorf("import %s: %w", o.Name, err)
	}
	_, err = service.CreateDeployment(ctx, &apigateway.CreateDeploymentRequest{RestApiId: api.Id, StageName: &o.Stage, Variables: o.Variables})
	if err != nil {
		return "", nil, fmt.Errorf("deploy %s: %w", o.Name, err)
	}
	return *api.Id, api.Warnings, nil
}
