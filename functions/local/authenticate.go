package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/controlplane/iam"
)

// masterKeyFile holds the key that seals the secrets of access keys, in the folder of --data.
const masterKeyFile = "secret.key"

// access is who may do what: the process's own key pair, which is the account's root, and the
// users and access keys of the store.
type access struct {
	keys accesskey.Layered
	gate *iam.Gate
	iam  *iam.Service
}

func newAccess(o options, rows accesskey.Rows, log *slog.Logger) (*access, error) {
	root, err := accesskey.NewStatic(o.accessKey, o.secretKey, o.account)
	if err != nil {
		return nil, fmt.Errorf("--access-key: %w", err)
	}
	master, err := masterKey(o)
	if err != nil {
		return nil, err
	}
	cipher := accesskey.NewCipher(func(context.Context) ([]byte, error) { return master, nil })
	cache := accesskey.NewCache(accesskey.CacheConfig{Store: rows, Cipher: cipher, Log: log})
	a := &access{keys: accesskey.Layered{root, cache}}
	a.gate = iam.NewGate(iam.GateConfig{Keys: a.keys, Open: o.noAuth, Root: root.Principal(), Region: o.region, Log: log})
	a.iam = iam.NewService(iam.ServiceConfig{
		Store: accesskey.NewStore(accesskey.StoreConfig{Rows: rows, Cipher: cipher, Account: o.account, Changed: cache.Forget}),
		Gate:  a.gate, Account: o.account, Log: log,
	})
	return a, nil
}

// masterKey is POSTERN_SECRET_KEY, or a key of the process's own that it keeps beside the store.
func masterKey(o options) ([]byte, error) {
	if o.masterKey != "" {
		return accesskey.ParseMasterKey(o.masterKey)
	}
	fresh := make([]byte, accesskey.MasterKeyBytes)
	if _, err := rand.Read(fresh); err != nil {
		return nil, fmt.Errorf("draw a key: %w", err)
	}
	if o.data == memory {
		return fresh, nil
	}
	path := filepath.Join(o.data, masterKeyFile)
	text, err := os.ReadFile(path)
	if err == nil {
		key, err := accesskey.ParseMasterKey(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return key, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the key of secrets: %w", err)
	}
	if err := os.WriteFile(path, []byte(base64.StdEncoding.EncodeToString(fresh)), 0o600); err != nil {
		return nil, fmt.Errorf("keep the key of secrets: %w", err)
	}
	return fresh, nil
}
