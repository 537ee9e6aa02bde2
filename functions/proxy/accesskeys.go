package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
)

// accessKeys finds the keys of the table. The key that opens their secrets is fetched when a
// signature first needs it.
func accessKeys(s settings, cfg *awsConfig, table accesskey.Reader, log *slog.Logger) *accesskey.Cache {
	c := accesskey.CacheConfig{Store: table, Log: log}
	if s.secretKey != "" {
		secrets := accesskey.AWSSecrets{Credentials: cfg, Region: s.region, Endpoints: accesskey.EndpointsOf(os.Getenv)}
		c.Cipher = accesskey.NewCipher(func(ctx context.Context) ([]byte, error) { return secrets.MasterKey(ctx, s.secretKey) })
	}
	return accesskey.NewCache(c)
}
