// Command authorizer serves Postern's authorizers as a Lambda authorizer for API Gateway stages
// that are managed in the console: JWT and user pools for REST APIs, API keys with usage plans
// for HTTP APIs, and resource policies for both. One function answers TOKEN events, REQUEST
// events of both versions with a policy, and REQUEST events 2.0 with a simple response.
//
// What it demands of a request comes from the environment (see settings), or from the deployed
// definition that the stage variables posternApi and posternStage name, as for the proxy. The
// result cache of API Gateway has to be off, or its key has to hold all that the decision depends
// on: where routes differ, or source addresses count, a kept answer is that of another request. With
// API keys it has to be off, because a request that this function does not see is not counted.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/gateway"
	"github.com/postern-gateway/postern/shared/gateway/metered"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	s, err := readSettings(os.Getenv)
	if err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	a, closing, err := wire(context.Background(), s, log)
	if err != nil {
		log.Error("start", "error", err)
		os.Exit(1)
	}
	// Lambda ends an environment with SIGTERM and half a second only if an extension is there.
	lambda.StartWithOptions(a.invoke, lambda.WithEnableSIGTERM(closing))
}

// shutdownTime is less than the half second that Lambda leaves.
const shutdownTime = 400 * time.Millisecond

// wire puts the function together. closing ends it: it returns what is leased of limits and writes
// the counts that wait.
func wire(ctx context.Context, s settings, log *slog.Logger) (a *authorizer, closing func(), err error) {
	ring := jwt.NewKeyring(jwt.Options{AllowLoopback: s.allowLoopback, UserPoolEndpoint: s.userPoolEndpoint})
	a = &authorizer{settings: s, log: log, now: time.Now, pools: ring}
	if s.issuer != "" {
		v, err := ring.Verifier(jwt.Config{
			Issuers: []jwt.Issuer{{Name: s.issuer, JWKSURI: s.jwksURL}}, Audiences: s.audiences,
			Algorithms: s.algorithms, Leeway: s.leeway, KeyIDOptional: true,
		})
		if err != nil {
			return nil, nil, fmt.Errorf("POSTERN_ISSUER, POSTERN_JWKS_URL: %w", err)
		}
		a.own.tokens = v
	}
	a.own.scopes, a.own.keyRequired = s.scopes, s.keyRequired
	if s.policy != "" {
		p, err := policy.Parse(s.policy, policy.ResourcePolicy)
		if err != nil {
			return nil, nil, fmt.Errorf("POSTERN_POLICY: %w", err)
		}
		a.own.policy = p
	}
	closing = func() {}
	if s.table != "" {
		cfg, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("load AWS configuration: %w", err)
		}
		table := dynamodb.New(client.NewFromConfig(cfg), s.table, dynamodb.Options{})
		m := metered.New(metered.Config{Store: table, Timeout: s.meteringTimeout, Log: log})
		a.limits = m
		a.definitions = newDefinitions(gateway.NewStages(gateway.StoreSource{Reader: table}, s.region, time.Now, log), ring)
		closing = func() {
			ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
			defer cancel()
			m.Close(ctx)
		}
	}
	return a, closing, nil
}
