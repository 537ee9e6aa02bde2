package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/audit"
	"github.com/postern-gateway/postern/shared/controlplane/bake"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// localStage is where --api files are deployed.
const localStage = "local"

// apiStore is where the importer remembers which API each file became.
type apiStore interface {
	Get(ctx context.Context, key store.Key) (store.Item, error)
	Transact(ctx context.Context, writes []store.Write) error
}

// apiFiles imports OpenAPI files and deploys them. A file keeps its API id between runs on
// the same store.
type apiFiles struct {
	service *controlplane.Service
	trail   *audit.Trail
	store   apiStore
	log     *slog.Logger
}

// imported is what is remembered of a file.
type imported struct {
	APIID        string `json:"apiId"`
	DeploymentID string `json:"deploymentId"`
	// Digest of the document as it was deployed, so that an unchanged file costs nothing.
	Digest []byte `json:"digest"`
}

// load imports and deploys one file, and returns its API's id. On an error, what was served
// before is served on.
func (a *apiFiles) load(ctx context.Context, file string) (string, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if protocol, err := bake.Protocol(body); err == nil && protocol != "REST" {
		return "", fmt.Errorf("import %s: x-postern-protocol: %s: --api takes REST APIs only; import it with aws apigatewayv2 import-api, or bake it", file, protocol)
	}
	known, err := a.recall(ctx, file)
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256(body)
	if known.APIID != "" && slices.Equal(known.Digest, digest[:]) && a.serves(ctx, known) {
		return known.APIID, nil
	}
	api, err := a.put(ctx, known.APIID, body)
	if err != nil {
		return "", fmt.Errorf("import %s: %w", file, err)
	}
	for _, w := range api.Warnings {
		a.log.Warn("import", "file", filepath.Base(file), "warning", w)
	}
	if known.APIID != *api.Id {
		// Known before it is deployed: a refused deployment must not import it once more.
		if err := a.remember(ctx, file, imported{APIID: *api.Id}); err != nil {
			return *api.Id, err
		}
	}
	stage := localStage
	d, err := audit.Own(ctx, a.trail, apigateway.Service, &apigateway.CreateDeploymentOperation,
		&apigateway.CreateDeploymentRequest{RestApiId: api.Id, StageName: &stage}, a.service.CreateDeployment)
	if err != nil {
		return *api.Id, fmt.Errorf("deploy %s: %w", file, err)
	}
	if err := a.remember(ctx, file, imported{*api.Id, *d.Id, digest[:]}); err != nil {
		return *api.Id, err
	}
	if known.APIID == *api.Id && known.DeploymentID != "" {
		// Saves would pile up deployments. One that another stage uses stays, and so may any.
		_, err := audit.Own(ctx, a.trail, apigateway.Service, &apigateway.DeleteDeploymentOperation,
			&apigateway.DeleteDeploymentRequest{RestApiId: api.Id, DeploymentId: &known.DeploymentID}, a.service.DeleteDeployment)
		if err != nil {
			a.log.Debug("the previous deployment stays", "file", filepath.Base(file), "error", err)
		}
	}
	return *api.Id, nil
}

// put imports a document over the API that it became before, or as a new one if that is gone.
func (a *apiFiles) put(ctx context.Context, apiID string, body []byte) (*apigateway.RestApi, error) {
	if apiID != "" {
		mode := "overwrite"
		api, err := audit.Own(ctx, a.trail, apigateway.Service, &apigateway.PutRestApiOperation,
			&apigateway.PutRestApiRequest{RestApiId: &apiID, Mode: &mode, Body: body}, a.service.PutRestApi)
		var e *wire.Error
		if err == nil || !errors.As(err, &e) || e.Status != 404 {
			return api, err
		}
	}
	return audit.Own(ctx, a.trail, apigateway.Service, &apigateway.ImportRestApiOperation,
		&apigateway.ImportRestApiRequest{Body: body}, a.service.ImportRestApi)
}

// serves tells whether the stage still points to the deployment made of the file.
func (a *apiFiles) serves(ctx context.Context, known imported) bool {
	stage := localStage
	s, err := a.service.GetStage(ctx, &apigateway.GetStageRequest{RestApiId: &known.APIID, StageName: &stage})
	return err == nil && s.DeploymentId != nil && *s.DeploymentId == known.DeploymentID
}

func fileKey(file string) store.Key {
	return store.Key{Partition: "local", Sort: "file#" + file}
}

func (a *apiFiles) recall(ctx context.Context, file string) (imported, error) {
	item, err := a.store.Get(ctx, fileKey(file))
	if errors.Is(err, store.ErrNotFound) {
		return imported{}, nil
	}
	if err != nil {
		return imported{}, fmt.Errorf("recall which API %s became: %w", file, err)
	}
	var known imported
	if err := json.Unmarshal(item.Value, &known); err != nil {
		return imported{}, fmt.Errorf("recall which API %s became: %w", file, err)
	}
	return known, nil
}

func (a *apiFiles) remember(ctx context.Context, file string, known imported) error {
	b, err := json.Marshal(known)
	if err != nil {
		return err
	}
	if err := a.store.Transact(ctx, []store.Write{store.Put(store.Item{Key: fileKey(file), Value: b})}); err != nil {
		return fmt.Errorf("remember which API %s became: %w", file, err)
	}
	return nil
}
