package bake

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

// Options of one baked API.
type Options struct {
	// Name tells baked APIs apart and decides the API's id, which therefore stays the same
	// however the definition changes; usually the file's name.
	Name string
	// Stage is the stage's name.
	Stage string
	// Variables are the stage's variables.
	Variables map[string]string
	// Account and Region are those of ARNs.
	Account, Region string
}

// API is a compiled API.
type API struct {
	Stage    snapshot.Stage
	Snapshot []byte
	// Warnings are those of the import.
	Warnings []string
}

// Compile compiles an OpenAPI document, whose member x-postern-protocol at the root makes it an HTTP
// API if it is HTTP. Equal input gives equal bytes.
func Compile(ctx context.Context, body []byte, o Options) (*API, error) {
	mem, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = mem.Close() }()
	ids := idSequence{seed: o.Name}
	config := controlplane.Config{
		Store: mem, Account: o.Account, Region: o.Region,
		Now:   func() time.Time { return time.Unix(0, 0).UTC() },
		NewID: ids.next,
	}
	service := controlplane.New(config)
	protocol, err := Protocol(body)
	if err != nil {
		return nil, err
	}
	var id string
	var warnings []string
	if protocol == "HTTP" {
		id, warnings, err = deployHTTP(ctx, service, config, body, o)
	} else {
		id, warnings, err = deployREST(ctx, service, body, o)
	}
	if err != nil {
		return nil, err
	}
	baked := &API{Warnings: warnings}
	item, err := mem.Get(ctx, key(snapshot.StageKey(id, o.Stage)))
	if err != nil {
		return nil, fmt.Errorf("read the stage of %s: %w", o.Name, err)
	}
	if baked.Stage, err = snapshot.DecodeStage(item.Value); err != nil {
		return nil, err
	}
	if item, err = mem.Get(ctx, key(snapshot.DataKey(id, baked.Stage.DeploymentID))); err != nil {
		return nil, fmt.Errorf("read the snapshot of %s: %w", o.Name, err)
	}
	baked.Snapshot = item.Value
	return baked, nil
}

// Write writes a compiled API into a folder of baked APIs, as gateway.BakedSource reads it.
func (a *API) Write(folder string) error {
	doc, err := snapshot.EncodeStage(a.Stage)
	if err != nil {
		return err
	}
	dir := filepath.Join(folder, a.Stage.APIID)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write baked API: %w", err)
	}
	for name, b := range map[string][]byte{a.Stage.Name + ".json": doc, a.Stage.DeploymentID + ".snapshot": a.Snapshot} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return fmt.Errorf("write baked API: %w", err)
		}
	}
	return nil
}

func key(partition, sort string) store.Key { return store.Key{Partition: partition, Sort: sort} }

// idSequence makes the ids of one baked API: the same ones each time.
type idSequence struct {
	seed string
	n    uint64
}

func (s *idSequence) next(length int) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	s.n++
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(s.seed+"\x00"), s.n))
	id := make([]byte, length)
	for i := range id {
		id[i] = alphabet[int(sum[i%len(sum)])%len(alphabet)]
	}
	return string(id)
}
