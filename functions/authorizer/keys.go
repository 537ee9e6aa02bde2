package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/postern-gateway/postern/shared/store"
)

// Key is an API key as far as a stage is concerned.
type Key struct {
	ID, PlanID string
	// Limited says that the usage plan has throttles or a quota.
	Limited bool
}

// Keys recognises API keys.
type Keys interface {
	// Find returns the key with a value and its usage plan of an API's stage. It returns errNoKey for
	// one that is unknown or disabled, or that has no plan there.
	Find(ctx context.Context, value, apiID, stage string) (Key, error)
}

var errNoKey = errors.New("the API key is unknown or disabled, or no usage plan of it names the API and stage")

// reader is what storeKeys needs of a store.
type reader interface {
	Get(ctx context.Context, key store.Key) (store.Item, error)
}

// How long a key is relied on without another look, and how many are remembered. An unknown key is
// remembered shortly, so that a new one works soon and a flood of wrong ones costs little.
const (
	keyLasts     = 30 * time.Second
	unknownLasts = 5 * time.Second
	maxKnownKeys = 10_000
	// maxKeyValue is the length of the longest API key in characters of up to four bytes.
	maxKeyValue = 128 * 4
)

// storeKeys reads what the control plane wrote about API keys and usage plans.
type storeKeys struct {
	reader reader
	known  *otter.Cache[knownKey, foundKey]
}

// knownKey holds a digest, so that memory holds no secrets.
type knownKey struct {
	digest       [sha256.Size]byte
	apiID, stage string
}

// foundKey is a remembered result: a key without ID is none.
type foundKey struct{ key Key }

func newStoreKeys(r reader, now func() time.Time) *storeKeys {
	return &storeKeys{reader: r, known: otter.Must(&otter.Options[knownKey, foundKey]{
		MaximumSize: maxKnownKeys,
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[knownKey, foundKey]) time.Duration {
			if e.Value.key.ID == "" {
				return unknownLasts
			}
			return keyLasts
		}),
		Clock: quietClock{now},
	})}
}

// quietClock has no ticks: a function between two requests has nothing to do.
type quietClock struct{ now func() time.Time }

func (c quietClock) NowNano() int64                    { return c.now().UnixNano() }
func (quietClock) Tick(time.Duration) <-chan time.Time { return nil }

// Find implements Keys.
func (k *storeKeys) Find(ctx context.Context, value, apiID, stage string) (Key, error) {
	if value == "" || len(value) > maxKeyValue {
		return Key{}, errNoKey
	}
	id := knownKey{sha256.Sum256([]byte(value)), apiID, stage}
	found, ok := k.known.GetIfPresent(id)
	if !ok {
		var err error
		if found.key, err = k.read(ctx, id); err != nil {
			return Key{}, err
		}
		k.known.Set(id, found)
	}
	if found.key.ID == "" {
		return Key{}, errNoKey
	}
	return found.key, nil
}

// valueRow is the row by which a key is recognised. It lies under the SHA-256 of its value.
type valueRow struct {
	ID      string   `json:"id"`
	Enabled bool     `json:"enabled"`
	Plans   []string `json:"plans"`
}

// planRow is a usage plan.
type planRow struct {
	Plan struct {
		APIStages []struct {
			APIID    string                     `json:"apiId"`
			Stage    string                     `json:"stage"`
			Throttle map[string]json.RawMessage `json:"throttle"`
		} `json:"apiStages"`
		Throttle *struct{} `json:"throttle"`
		Quota    *struct{} `json:"quota"`
	} `json:"plan"`
}

// read looks a key up. The zero Key says that there is none.
func (k *storeKeys) read(ctx context.Context, id knownKey) (Key, error) {
	var row valueRow
	ok, err := k.get(ctx, store.Key{Partition: "apikeyvalue#" + hex.EncodeToString(id.digest[:]), Sort: "apikey"}, &row)
	if err != nil || !ok || !row.Enabled {
		return Key{}, err
	}
	for _, planID := range row.Plans {
		var plan planRow
		ok, err := k.get(ctx, store.Key{Partition: "usageplans", Sort: planID}, &plan)
		if err != nil {
			return Key{}, err
		}
		if !ok {
			continue // it is just being deleted
		}
		for _, s := range plan.Plan.APIStages {
			if s.APIID == id.apiID && s.Stage == id.stage {
				limited := plan.Plan.Throttle != nil || plan.Plan.Quota != nil || len(s.Throttle) > 0
				return Key{ID: row.ID, PlanID: planID, Limited: limited}, nil
			}
		}
	}
	return Key{}, nil
}

func (k *storeKeys) get(ctx context.Context, key store.Key, row any) (bool, error) {
	item, err := k.reader.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read API key: %w", err)
	}
	if err := json.Unmarshal(item.Value, row); err != nil {
		return false, fmt.Errorf("decode row of %s: %w", key.Sort, err)
	}
	return true, nil
}
