package rest

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// api is what facts of one API share.
type api struct {
	// document has members of the OpenAPI document besides the facts' paths.
	document obj
	// paths are more of them.
	paths     obj
	variables map[string]string
	// stage changes the stage: path, value, ...
	stage []string
	// canary deploys these paths beside the others, for a share of the requests.
	canary    obj
	overrides map[string]string
	percent   float64
}

// deploy deploys an API as a client would.
func deploy(ctx context.Context, control, name string, p *harness.Place) (string, error) {
	return deployFacts(ctx, control, name, p, apis[name], facts)
}

// deployFacts deploys an API with the methods of those facts that are its own.
func deployFacts(ctx context.Context, control, name string, p *harness.Place, a api, facts []fact) (string, error) {
	c := apigateway.New(apigateway.Options{BaseEndpoint: &control, Region: harness.Region, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	paths := obj{}
	for path, item := range a.paths {
		paths[path] = item
	}
	for i := range facts {
		f := &facts[i]
		if f.in == nil || f.apiName() != name {
			continue
		}
		verb := f.verb
		if verb == "" {
			verb = lower(f.request().Method)
		}
		path := f.resource() + f.under
		item, ok := paths[path].(obj)
		if !ok {
			item = obj{}
			paths[path] = item
		}
		item[verb] = f.operation()
	}
	document := func(paths obj) []byte {
		d := obj{"openapi": "3.0.1", "info": obj{"title": name, "version": "1"}, "paths": paths}
		for k, v := range a.document {
			d[k] = v
		}
		b, err := json.Marshal(d)
		if err != nil {
			panic(err) // a definition of the tests
		}
		return []byte(p.Fill(string(b)))
	}
	imported, err := c.ImportRestApi(ctx, &apigateway.ImportRestApiInput{Body: document(paths), FailOnWarnings: true})
	if err != nil {
		return "", fmt.Errorf("import: %w", err)
	}
	id := imported.Id
	if _, err := c.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: id, StageName: aws.String(harness.Stage), Variables: a.variables}); err != nil {
		return "", fmt.Errorf("deploy: %w", err)
	}
	if a.canary != nil {
		if _, err := c.PutRestApi(ctx, &apigateway.PutRestApiInput{RestApiId: id, Mode: types.PutModeOverwrite, Body: document(a.canary)}); err != nil {
			return "", fmt.Errorf("import the canary: %w", err)
		}
		if _, err := c.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: id, StageName: aws.String(harness.Stage),
			CanarySettings: &types.DeploymentCanarySettings{PercentTraffic: a.percent, StageVariableOverrides: a.overrides}}); err != nil {
			return "", fmt.Errorf("deploy the canary: %w", err)
		}
	}
	if len(a.stage) > 0 {
		var ops []types.PatchOperation
		for i := 0; i < len(a.stage); i += 2 {
			ops = append(ops, types.PatchOperation{Op: types.OpReplace, Path: &a.stage[i], Value: &a.stage[i+1]})
		}
		if _, err := c.UpdateStage(ctx, &apigateway.UpdateStageInput{RestApiId: id, StageName: aws.String(harness.Stage), PatchOperations: ops}); err != nil {
			return "", fmt.Errorf("update the stage: %w", err)
		}
	}
	return *id, nil
}
