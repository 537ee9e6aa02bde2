package controlplane

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/controlplane/compile"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// deployedDefinition is the rows of a definition as they were when it was deployed. A snapshot
// holds what a request needs, which is less: exports are made of this.
type deployedDefinition struct {
	API              apigateway.RestApi             `json:"api"`
	Resources        []*apigateway.Resource         `json:"resources"`
	Models           []*apigateway.Model            `json:"models"`
	Validators       []*apigateway.RequestValidator `json:"validators"`
	Authorizers      []*apigateway.Authorizer       `json:"authorizers"`
	GatewayResponses []*apigateway.GatewayResponse  `json:"gatewayResponses"`
}

// deployedDefinitionKey is beside the snapshot and begins with its key, so that both are cleared
// together.
func deployedDefinitionKey(apiID, deploymentID string) store.Key {
	partition, sort := snapshot.DataKey(apiID, deploymentID)
	return store.Key{Partition: partition, Sort: sort + "#definition"}
}

// deployedDefinition is the item that keeps a definition, of which the compiler had a part, for a
// deployment: compressed JSON.
func (v *view) deployedDefinition(deploymentID string, compiled compile.Definition) (store.Item, error) {
	d := deployedDefinition{
		API: v.row.API, Resources: compiled.Resources, Models: compiled.Models,
		Validators: compiled.Validators, Authorizers: compiled.Authorizers, GatewayResponses: compiled.GatewayResponses,
	}
	var packed bytes.Buffer
	compressor, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err == nil {
		err = json.NewEncoder(compressor).Encode(d)
	}
	if err == nil {
		err = compressor.Close()
	}
	if err != nil {
		return store.Item{}, fmt.Errorf("encode the definition of deployment %s: %w", deploymentID, err)
	}
	return store.Item{Key: deployedDefinitionKey(v.id, deploymentID), Value: packed.Bytes()}, nil
}

// errNoDefinition is the answer for a deployment that was made without keeping its definition.
var errNoDefinition = wire.BadRequest("The definition of this deployment was not kept. Deploy the API again to export it.")

// readDeployedDefinition returns the definition that a deployment was made of.
func (v *view) readDeployedDefinition(deploymentID string) (*deployedDefinition, error) {
	key := deployedDefinitionKey(v.id, deploymentID)
	item, err := v.s.cfg.Store.Get(v.ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, errNoDefinition
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	d := &deployedDefinition{}
	unpacked, err := gzip.NewReader(bytes.NewReader(item.Value))
	if err == nil {
		err = json.NewDecoder(unpacked).Decode(d)
	}
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", key, err)
	}
	return d, nil
}
