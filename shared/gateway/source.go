package gateway

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
)

// ErrNoStage says that no API has the stage, or that no deployment serves it.
var ErrNoStage = errors.New("no such stage")

// Source is where stages and their snapshots come from. Both methods return ErrNoStage for
// what does not exist.
type Source interface {
	Stage(ctx context.Context, apiID, stage string) (snapshot.Stage, error)
	Snapshot(ctx context.Context, apiID, deploymentID string) ([]byte, error)
}

// Reader is what StoreSource needs of a store.
type Reader interface {
	Get(ctx context.Context, key store.Key) (store.Item, error)
}

// StoreSource reads what the control plane deployed.
type StoreSource struct{ Reader Reader }

// Stage reads the stage document.
func (s StoreSource) Stage(ctx context.Context, apiID, stage string) (snapshot.Stage, error) {
	b, err := s.get(ctx, apiID, stage, snapshot.StageKey)
	if err != nil {
		return snapshot.Stage{}, fmt.Errorf("read stage %s of API %s: %w", stage, apiID, err)
	}
	return snapshot.DecodeStage(b)
}

// Snapshot reads the compiled deployment.
func (s StoreSource) Snapshot(ctx context.Context, apiID, deploymentID string) ([]byte, error) {
	b, err := s.get(ctx, apiID, deploymentID, snapshot.DataKey)
	if err != nil {
		return nil, fmt.Errorf("read deployment %s of API %s: %w", deploymentID, apiID, err)
	}
	return b, nil
}

// Domains reads the list of custom domain names, which is empty until there is one.
func (s StoreSource) Domains(ctx context.Context) ([]string, error) {
	partition, sort := snapshot.DomainsKey()
	item, err := s.Reader.Get(ctx, store.Key{Partition: partition, Sort: sort})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the list of domains: %w", err)
	}
	return snapshot.DecodeDomains(item.Value)
}

// Domain reads the document of a custom domain name.
func (s StoreSource) Domain(ctx context.Context, name string) (snapshot.Domain, error) {
	partition, sort := snapshot.DomainKey(name)
	item, err := s.Reader.Get(ctx, store.Key{Partition: partition, Sort: sort})
	if errors.Is(err, store.ErrNotFound) {
		return snapshot.Domain{}, ErrNoDomain
	}
	if err != nil {
		return snapshot.Domain{}, fmt.Errorf("read domain %s: %w", name, err)
	}
	return snapshot.DecodeDomain(item.Value)
}

func (s StoreSource) get(ctx context.Context, apiID, name string, key func(string, string) (string, string)) ([]byte, error) {
	partition, sort := key(apiID, name)
	item, err := s.Reader.Get(ctx, store.Key{Partition: partition, Sort: sort})
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNoStage
	}
	if err != nil {
		return nil, err
	}
	return item.Value, nil
}

// BakedSource reads stages that were compiled into a function's asset, so that serving them
// needs no store. The folder holds {apiId}/{stage}.json and {apiId}/{deploymentId}.snapshot.
type BakedSource struct{ FS fs.FS }

// Stage reads the stage document.
func (s BakedSource) Stage(_ context.Context, apiID, stage string) (snapshot.Stage, error) {
	b, err := s.read(apiID + "/" + stage + ".json")
	if err != nil {
		return snapshot.Stage{}, fmt.Errorf("read baked stage %s of API %s: %w", stage, apiID, err)
	}
	return snapshot.DecodeStage(b)
}

// Snapshot reads the compiled deployment.
func (s BakedSource) Snapshot(_ context.Context, apiID, deploymentID string) ([]byte, error) {
	b, err := s.read(apiID + "/" + deploymentID + ".snapshot")
	if err != nil {
		return nil, fmt.Errorf("read baked deployment %s of API %s: %w", deploymentID, apiID, err)
	}
	return b, nil
}

// read treats names that no file can have as files that do not exist: they come from URLs.
func (s BakedSource) read(name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, ErrNoStage
	}
	b, err := fs.ReadFile(s.FS, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoStage
	}
	return b, err
}

// Only returns the one stage that was baked, if there is exactly one.
func (s BakedSource) Only() (apiID, stage string, ok bool) {
	names, err := fs.Glob(s.FS, "*/*.json")
	if err != nil || len(names) != 1 {
		return "", "", false
	}
	dir, file, _ := strings.Cut(names[0], "/")
	return dir, strings.TrimSuffix(file, ".json"), true
}

// Layered asks each source in turn until one knows the stage: baked definitions first, then
// the store.
type Layered []Source

// Stage returns the first source's stage document that exists.
func (l Layered) Stage(ctx context.Context, apiID, stage string) (snapshot.Stage, error) {
	for _, s := range l {
		doc, err := s.Stage(ctx, apiID, stage)
		if !errors.Is(err, ErrNoStage) {
			return doc, err
		}
	}
	return snapshot.Stage{}, ErrNoStage
}

// Snapshot returns the first source's compiled deployment that exists.
func (l Layered) Snapshot(ctx context.Context, apiID, deploymentID string) ([]byte, error) {
	for _, s := range l {
		b, err := s.Snapshot(ctx, apiID, deploymentID)
		if !errors.Is(err, ErrNoStage) {
			return b, err
		}
	}
	return nil, ErrNoStage
}
