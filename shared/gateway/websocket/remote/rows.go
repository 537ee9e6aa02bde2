package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/store"
)

// Store is what Rows needs of a store; the contract is that of package store.
type Store interface {
	Get(ctx context.Context, key store.Key) (store.Item, error)
	Query(ctx context.Context, partition, sortPrefix string, page store.Page) (items []store.Item, next string, err error)
	Transact(ctx context.Context, writes []store.Write) error
}

// Rows keeps connections in the store: one row each in the partition of their stage, and one for each
// tag. They expire with the longest life of a connection, so that one whose disconnect never arrived
// goes too. It implements websocket.Connections.
type Rows struct{ Store Store }

var _ websocket.Connections = Rows{}

const (
	// slack is how much longer than a connection its rows last, so that the disconnect finds them.
	slack = 10 * time.Minute
	// pageSize is how many connections are listed at once.
	pageSize = 200
)

func partition(apiID, stage string) string { return "connections#" + apiID + "#" + stage }

func idKey(r websocket.Ref) store.Key {
	return store.Key{Partition: partition(r.APIID, r.Stage), Sort: "id#" + r.ID}
}

func tagPrefix(tag string) string { return "tag#" + tag + "#" }

// Put keeps an accepted connection.
func (r Rows) Put(ctx context.Context, c *websocket.Connection) error {
	value, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode connection %s: %w", c.ID, err)
	}
	var writes []store.Write
	for _, k := range keys(c) {
		writes = append(writes, store.Put(store.Item{Key: k, Value: value, Expires: c.ConnectedAt.Add(websocket.MaxLife + slack)}))
	}
	if err := r.Store.Transact(ctx, writes); err != nil {
		return fmt.Errorf("keep connection %s: %w", c.ID, err)
	}
	return nil
}

// keys are those of all rows of a connection.
func keys(c *websocket.Connection) []store.Key {
	all := []store.Key{idKey(c.Ref)}
	seen := map[string]bool{}
	for _, tag := range c.Tags {
		if !seen[tag] {
			seen[tag] = true
			all = append(all, store.Key{Partition: partition(c.APIID, c.Stage), Sort: tagPrefix(tag) + c.ID})
		}
	}
	return all
}

// Find implements websocket.Connections.
func (r Rows) Find(ctx context.Context, ref websocket.Ref) (*websocket.Connection, error) {
	item, err := r.Store.Get(ctx, idKey(ref))
	if errors.Is(err, store.ErrNotFound) {
		return nil, websocket.ErrGone
	}
	if err != nil {
		return nil, fmt.Errorf("read connection %s: %w", ref.ID, err)
	}
	return decode(item)
}

func decode(item store.Item) (*websocket.Connection, error) {
	c := &websocket.Connection{}
	if err := json.Unmarshal(item.Value, c); err != nil {
		return nil, fmt.Errorf("decode connection %s: %w", item.Key, err)
	}
	return c, nil
}

// List implements websocket.Connections.
func (r Rows) List(ctx context.Context, apiID, stage, tag, after string) ([]*websocket.Connection, string, error) {
	prefix := "id#"
	if tag != "" {
		prefix = tagPrefix(tag)
	}
	items, next, err := r.Store.Query(ctx, partition(apiID, stage), prefix, store.Page{Limit: pageSize, After: after})
	if err != nil {
		return nil, "", fmt.Errorf("list the connections of %s/%s: %w", apiID, stage, err)
	}
	out := make([]*websocket.Connection, 0, len(items))
	for _, item := range items {
		c, err := decode(item)
		if err != nil {
			return nil, "", err
		}
		out = append(out, c)
	}
	return out, next, nil
}

// Forget implements websocket.Connections.
func (r Rows) Forget(ctx context.Context, c *websocket.Connection) error {
	var writes []store.Write
	for _, k := range keys(c) {
		writes = append(writes, store.Delete(k, store.Any))
	}
	if err := r.Store.Transact(ctx, writes); err != nil {
		return fmt.Errorf("forget connection %s: %w", c.ID, err)
	}
	return nil
}
