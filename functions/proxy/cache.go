package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/cache"
)

// cacheCipher seals what stages want encrypted in their caches, under a key that is fetched when it
// is first needed. It is nil without a key.
func cacheCipher(s settings, cfg *awsConfig) *cache.Cipher {
	setting := cmp.Or(s.cacheKey, s.secretKey)
	if setting == "" {
		return nil
	}
	secrets := accesskey.AWSSecrets{Credentials: cfg, Region: s.region, Endpoints: accesskey.EndpointsOf(os.Getenv)}
	return cache.NewCipher(func(ctx context.Context) ([]byte, error) { return secrets.MasterKey(ctx, setting) })
}

// parseCacheMemory reads a number of megabytes; empty is 0, the default.
func parseCacheMemory(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > cache.MaxMemory>>20 {
		return 0, fmt.Errorf("%q is not a number of megabytes from 1 to %d", text, cache.MaxMemory>>20)
	}
	return n << 20, nil
}
