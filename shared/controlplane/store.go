package controlplane

import (
	"context"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
)

// Store is what the control plane needs of the state; the contract is that of package store.
type Store interface {
	Get(ctx context.Context, key store.Key) (store.Item, error)
	Query(ctx context.Context, partition, sortPrefix string, page store.Page) (items []store.Item, next string, err error)
	Transact(ctx context.Context, writes []store.Write) error
	PutAll(ctx context.Context, items []store.Item) error
	DeleteAll(ctx context.Context, partition, sortPrefix string) error
}

// Where the rows are. The row of an API names the generation of its definition: an import writes
// a new generation beside the old one and then changes the name, all or nothing. Deployments and
// stages outlive generations.
const (
	apisPartition     = "restapis"
	leftoverPartition = "leftovers"
)

func apiKey(apiID string) store.Key { return store.Key{Partition: apisPartition, Sort: apiID} }

func definitionPartition(apiID, generation string) string {
	return "restapi#" + apiID + "#" + generation
}

func livePartition(apiID string) string { return "restapi#" + apiID }

func stageDocumentKey(apiID, stage string) store.Key {
	partition, sort := snapshot.StageKey(apiID, stage)
	return store.Key{Partition: partition, Sort: sort}
}

func snapshotKey(apiID, deploymentID string) store.Key {
	partition, sort := snapshot.DataKey(apiID, deploymentID)
	return store.Key{Partition: partition, Sort: sort}
}
