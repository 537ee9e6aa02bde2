package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"

	"github.com/aws/aws-lambda-go/cfn"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// withCustomResource lets the function serve CloudFormation's custom resource (infra/postern)
// beside HTTP. CloudFormation invokes the function itself; what comes through the function URL is the
// body of an event and can never look like this.
func withCustomResource(http func(context.Context, json.RawMessage) (any, error), resource *customResource) func(context.Context, json.RawMessage) (any, error) {
	answer := cfn.LambdaWrap(resource.handle)
	return func(ctx context.Context, payload json.RawMessage) (any, error) {
		if bytes.Contains(payload, []byte(`"ResponseURL"`)) {
			var event cfn.Event
			if err := json.Unmarshal(payload, &event); err == nil && event.RequestType != "" && event.ResponseURL != "" {
				return answer(ctx, event)
			}
		}
		return http(ctx, payload)
	}
}

// customResource provisions a REST API from a definition: the API, a deployment and its stage.
//
// A creation that fails leaves nothing behind. An update that fails leaves the stage on the
// deployment that it had; CloudFormation then asks for an update to the properties of before, which
// restores the definition too.
type customResource struct {
	// service is made when it is first needed.
	service func() (*controlplane.Service, error)
	// fetch reads a definition.
	fetch func(ctx context.Context, bucket, key string) ([]byte, error)
	log   *slog.Logger
}

// provisioned are the properties of the resource, as infra/postern writes them. CloudFormation turns
// every number into text.
type provisioned struct {
	Definition struct{ Bucket, Key string }
	Stage      string
	Variables  map[string]string
	RateLimit  string
	BurstLimit string
}

// apiIDPattern is the form of an API's id; the physical id of a resource whose creation failed has
// another one.
var apiIDPattern = regexp.MustCompile(`^[a-z0-9]{10}$`)

const noAPI = "not-created"

// handle serves one event. The physical id is the API's id; the attributes are RestApiId, StageName
// and DeploymentId.
func (c *customResource) handle(ctx context.Context, event cfn.Event) (string, map[string]any, error) {
	c.log.InfoContext(ctx, "custom resource", "requestType", event.RequestType, "stack", event.StackID, "logicalId", event.LogicalResourceID, "api", event.PhysicalResourceID)
	service, err := c.service()
	if err != nil {
		return physicalID(event), nil, err
	}
	if event.RequestType == cfn.RequestDelete {
		return physicalID(event), nil, remove(ctx, service, event.PhysicalResourceID)
	}
	p, err := readProvisioned(event.ResourceProperties)
	if err != nil {
		return physicalID(event), nil, err
	}
	body, err := c.fetch(ctx, p.Definition.Bucket, p.Definition.Key)
	if err != nil {
		return physicalID(event), nil, fmt.Errorf("read the definition: %w", err)
	}
	if event.RequestType == cfn.RequestCreate {
		return c.create(ctx, service, p, body)
	}
	return c.update(ctx, service, event, p, body)
}

func physicalID(event cfn.Event) string {
	if event.PhysicalResourceID == "" {
		return noAPI
	}
	return event.PhysicalResourceID
}

func (c *customResource) create(ctx context.Context, service *controlplane.Service, p *provisioned, body []byte) (string, map[string]any, error) {
	api, err := service.ImportRestApi(ctx, &apigateway.ImportRestApiRequest{Body: body})
	if err != nil {
		return noAPI, nil, fmt.Errorf("import the definition: %w", err)
	}
	deployment, err := deploy(ctx, service, *api.Id, p)
	if err != nil {
		if undo := remove(context.WithoutCancel(ctx), service, *api.Id); undo != nil {
			// CloudFormation deletes the resource by this id.
			return *api.Id, nil, errors.Join(err, undo)
		}
		return noAPI, nil, err
	}
	return *api.Id, attributes(*api.Id, p, deployment), nil
}

func (c *customResource) update(ctx context.Context, service *controlplane.Service, event cfn.Event, p *provisioned, body []byte) (string, map[string]any, error) {
	id := event.PhysicalResourceID
	overwrite := "overwrite"
	if _, err := service.PutRestApi(ctx, &apigateway.PutRestApiRequest{RestApiId: &id, Mode: &overwrite, Body: body}); err != nil {
		return id, nil, fmt.Errorf("replace the definition: %w", err)
	}
	deployment, err := deploy(ctx, service, id, p)
	if err != nil {
		return id, nil, err
	}
	// A stage of another name is a new one; the old one goes when the new one serves.
	if old, err := readProvisioned(event.OldResourceProperties); err == nil && old.Stage != p.Stage {
		if _, err := service.DeleteStage(ctx, &apigateway.DeleteStageRequest{RestApiId: &id, StageName: &old.Stage}); err != nil && !isNotFound(err) {
			return id, nil, fmt.Errorf("delete stage %s: %w", old.Stage, err)
		}
	}
	return id, attributes(id, p, deployment), nil
}

// deploy makes a deployment, moves the stage to it and gives the stage its settings.
func deploy(ctx context.Context, service *controlplane.Service, id string, p *provisioned) (string, error) {
	before, err := service.GetStage(ctx, &apigateway.GetStageRequest{RestApiId: &id, StageName: &p.Stage})
	if err != nil && !isNotFound(err) {
		return "", fmt.Errorf("read stage %s: %w", p.Stage, err)
	}
	description := "Provisioned by CloudFormation"
	deployment, err := service.CreateDeployment(ctx, &apigateway.CreateDeploymentRequest{
		RestApiId: &id, StageName: &p.Stage, Description: &description, Variables: p.Variables,
	})
	if err != nil {
		return "", fmt.Errorf("deploy: %w", err)
	}
	patches := stagePatches(before, p)
	if len(patches) > 0 {
		if _, err := service.UpdateStage(ctx, &apigateway.UpdateStageRequest{RestApiId: &id, StageName: &p.Stage, PatchOperations: patches}); err != nil {
			return "", fmt.Errorf("set up stage %s: %w", p.Stage, err)
		}
	}
	return *deployment.Id, nil
}

// stagePatches brings a stage's variables and throttling to what the properties say. A deployment
// adds variables and removes none.
func stagePatches(before *apigateway.Stage, p *provisioned) []apigateway.PatchOperation {
	var patches []apigateway.PatchOperation
	patch := func(op, path, value string) {
		o := apigateway.PatchOperation{Op: &op, Path: &path}
		if op != "remove" {
			o.Value = &value
		}
		patches = append(patches, o)
	}
	throttled := false
	if before != nil {
		for name := range before.Variables {
			if _, kept := p.Variables[name]; !kept {
				patch("remove", "/variables/"+name, "")
			}
		}
		setting, found := before.MethodSettings["*/*"]
		throttled = found && setting.ThrottlingRateLimit != nil && *setting.ThrottlingRateLimit >= 0
	}
	switch {
	case p.RateLimit != "":
		patch("replace", "/*/*/throttling/rateLimit", p.RateLimit)
		patch("replace", "/*/*/throttling/burstLimit", p.BurstLimit)
	case throttled:
		patch("replace", "/*/*/throttling/rateLimit", "-1")
		patch("replace", "/*/*/throttling/burstLimit", "-1")
	}
	return patches
}

// remove deletes an API; one that is gone already, or never was, is no error.
func remove(ctx context.Context, service *controlplane.Service, id string) error {
	if !apiIDPattern.MatchString(id) {
		return nil
	}
	if _, err := service.DeleteRestApi(ctx, &apigateway.DeleteRestApiRequest{RestApiId: &id}); err != nil && !isNotFound(err) {
		return fmt.Errorf("delete the API: %w", err)
	}
	return nil
}

func isNotFound(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && e.Code == "NotFoundException"
}

func attributes(id string, p *provisioned, deployment string) map[string]any {
	return map[string]any{"RestApiId": id, "StageName": p.Stage, "DeploymentId": deployment}
}

// readProvisioned decodes the properties. What the resource does not know is refused, so that a
// misspelt one does not pass unnoticed.
func readProvisioned(properties map[string]any) (*provisioned, error) {
	text, err := json.Marshal(properties)
	if err != nil {
		return nil, err
	}
	var p struct {
		provisioned
		ServiceToken, ServiceTimeout string
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("properties: %w", err)
	}
	switch {
	case p.Definition.Bucket == "" || p.Definition.Key == "":
		return nil, errors.New("properties: Definition needs Bucket and Key")
	case p.Stage == "":
		return nil, errors.New("properties: Stage is missing")
	case (p.RateLimit == "") != (p.BurstLimit == ""):
		return nil, errors.New("properties: RateLimit and BurstLimit belong together")
	}
	return &p.provisioned, nil
}
