package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/postern-gateway/postern/shared/store/dynamodb"
)

// awsConfig loads the AWS configuration when something first needs it: an API that was baked
// and has no Lambda integration starts without.
type awsConfig struct {
	mu     sync.Mutex
	loaded *aws.Config
}

func (c *awsConfig) load(ctx context.Context) (aws.Config, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.loaded == nil {
		cfg, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return aws.Config{}, fmt.Errorf("load AWS configuration: %w", err)
		}
		c.loaded = &cfg
	}
	return *c.loaded, nil
}

// Retrieve implements aws.CredentialsProvider.
func (c *awsConfig) Retrieve(ctx context.Context) (aws.Credentials, error) {
	cfg, err := c.load(ctx)
	if err != nil {
		return aws.Credentials{}, err
	}
	return cfg.Credentials.Retrieve(ctx)
}

func openTable(ctx context.Context, c *awsConfig, table string) (*dynamodb.Store, error) {
	cfg, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	return dynamodb.New(client.NewFromConfig(cfg), table, dynamodb.Options{}), nil
}

// openCounters is openTable for metering, whose client does not repeat a call by itself: an addition
// whose answer was lost could be done twice.
func openCounters(ctx context.Context, c *awsConfig, table string) (*dynamodb.Store, error) {
	cfg, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	once := func(o *client.Options) { o.Retryer = aws.NopRetryer{} }
	return dynamodb.New(client.NewFromConfig(cfg, once), table, dynamodb.Options{}), nil
}
