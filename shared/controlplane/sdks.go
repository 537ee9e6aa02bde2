package controlplane

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/sdk"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (s *Service) sdks() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.GetSdkTypesOperation, s.GetSdkTypes),
		wire.Bind(&apigateway.GetSdkTypeOperation, s.GetSdkType),
		wire.Bind(&apigateway.GetSdkOperation, s.GetSdk),
	}}
}

// GetSdkTypes lists the SDK types, in pages. Not every one can be generated: GetSdk says which.
func (s *Service) GetSdkTypes(_ context.Context, in *apigateway.GetSdkTypesRequest) (*apigateway.SdkTypes, error) {
	var list []apigateway.SdkType
	for _, t := range sdk.Types() {
		list = append(list, *printSDKType(t))
	}
	page, next, err := pageList(list, func(t apigateway.SdkType) string { return *t.Id }, in.Position, in.Limit)
	return &apigateway.SdkTypes{Items: page, Position: next}, err
}

// GetSdkType returns an SDK type.
func (s *Service) GetSdkType(_ context.Context, in *apigateway.GetSdkTypeRequest) (*apigateway.SdkType, error) {
	for _, t := range sdk.Types() {
		if t.ID == *in.Id {
			return printSDKType(t), nil
		}
	}
	return nil, wire.NotFound("Invalid SDK type specified: %s", *in.Id)
}

func printSDKType(t sdk.Type) *apigateway.SdkType {
	out := &apigateway.SdkType{Id: &t.ID, FriendlyName: &t.FriendlyName, Description: &t.Description, ConfigurationProperties: []apigateway.SdkConfigurationProperty{}}
	for _, p := range t.Properties {
		out.ConfigurationProperties = append(out.ConfigurationProperties, apigateway.SdkConfigurationProperty{
			Name: &p.Name, FriendlyName: &p.FriendlyName, Description: &p.Description, Required: &p.Required, DefaultValue: nonEmpty(p.Default),
		})
	}
	return out
}

// GetSdk generates a client library for what a stage serves: a ZIP archive.
func (s *Service) GetSdk(ctx context.Context, in *apigateway.GetSdkRequest) (*apigateway.SdkResponse, error) {
	generate, err := generator(*in.SdkType)
	if err != nil {
		return nil, err
	}
	return viewing(ctx, s, *in.RestApiId, errNoStage, func(v *view) (*apigateway.SdkResponse, error) {
		stage, err := v.stage(*in.StageName)
		if err != nil {
			return nil, err
		}
		api := sdk.API{ID: v.id, Stage: *stage.StageName}
		if api.Name, api.Methods, err = v.deployedMethods(*stage.DeploymentId); err != nil {
			return nil, err
		}
		body, err := generate(api)
		if err != nil {
			return nil, fmt.Errorf("generate an SDK for stage %s of API %s: %w", *stage.StageName, v.id, err)
		}
		return &apigateway.SdkResponse{
			ContentType:        ptr("application/octet-stream"),
			ContentDisposition: ptr(`attachment; filename="` + *in.SdkType + "_" + v.id + "_" + *stage.StageName + `.zip"`),
			Body:               body,
		}, nil
	})
}

// generator returns what makes SDKs of a type.
func generator(name string) (func(sdk.API) ([]byte, error), error) {
	var available []string
	known := false
	for _, t := range sdk.Types() {
		if t.ID == name {
			if t.Generate != nil {
				return t.Generate, nil
			}
			known = true
		}
		if t.Generate != nil {
			available = append(available, t.ID)
		}
	}
	if !known {
		return nil, wire.BadRequest("Invalid SDK type specified: %s. Must be one of: [%s]", name, strings.Join(available, ", "))
	}
	return nil, wire.BadRequest("SDK type %s cannot be generated. Must be one of: [%s]", name, strings.Join(available, ", "))
}

// deployedMethods returns the name of the API and all methods as a deployment has them.
func (v *view) deployedMethods(deploymentID string) (string, []snapshot.Method, error) {
	item, err := v.s.cfg.Store.Get(v.ctx, snapshotKey(v.id, deploymentID))
	if errors.Is(err, store.ErrNotFound) {
		return "", nil, errNoDeployment // the stage moved on and the deployment was deleted
	}
	if err != nil {
		return "", nil, fmt.Errorf("read snapshot %s of API %s: %w", deploymentID, v.id, err)
	}
	snap, err := snapshot.Open(item.Value)
	if err != nil {
		return "", nil, fmt.Errorf("open snapshot %s of API %s: %w", deploymentID, v.id, err)
	}
	methods := make([]snapshot.Method, snap.Len())
	for i := range methods {
		m, err := snap.Method(i)
		if err != nil {
			return "", nil, fmt.Errorf("read snapshot %s of API %s: %w", deploymentID, v.id, err)
		}
		methods[i] = *m
	}
	return snap.API.Name, methods, nil
}
