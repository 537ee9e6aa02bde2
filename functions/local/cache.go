package main

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/cache"
)

// newCache returns the cache of the stages that have one. What they want encrypted is sealed under
// POSTERN_CACHE_KEY, or else under the key that seals the secrets of access keys.
func newCache(o options, shared cache.Store, log *slog.Logger) (*cache.Cache, error) {
	var key []byte
	var err error
	if o.cacheKey != "" {
		key, err = accesskey.ParseMasterKey(o.cacheKey)
	} else {
		key, err = masterKey(o)
	}
	if err != nil {
		return nil, err
	}
	cipher := cache.NewCipher(func(context.Context) ([]byte, error) { return key, nil })
	return cache.New(cache.Config{Store: shared, Cipher: cipher, MemoryBytes: o.cacheMemory, Log: log}), nil
}

// parseCacheMemory reads --cache-memory, in megabytes, as bytes.
func parseCacheMemory(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > cache.MaxMemory>>20 {
		return 0, fmt.Errorf("not a number of megabytes from 1 to %d", cache.MaxMemory>>20)
	}
	return n << 20, nil
}
