package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	identity "github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/gateway"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// Stage variables by which a stage managed in the console names the definition, as for the proxy.
const (
	variableAPIID = "posternApi"
	variableStage = "posternStage"
)

// userPools makes verifiers for user pools.
type userPools interface {
	UserPools(arns []string) (*jwt.Verifier, error)
}

// definitions are the deployed ones. What is compiled of a stage is kept as long as it is served.
type definitions struct {
	stages *gateway.Stages
	pools  userPools

	mu       sync.Mutex
	compiled map[*rest.Stage]*compiledStage
}

// compiledStage is what decisions need of a stage, compiled at its first request.
type compiledStage struct {
	policy    *policy.Policy // nil if there is none
	verifiers map[string]*poolVerifier
	err       error
}

// poolVerifier is an authorizer of type COGNITO_USER_POOLS.
type poolVerifier struct {
	tokens *jwt.Verifier
	header string
	admits func(audience string) bool
}

// maxCompiled bounds the stages that are kept: each deployment makes a new one.
const maxCompiled = 64

func newDefinitions(stages *gateway.Stages, pools userPools) *definitions {
	return &definitions{stages: stages, pools: pools, compiled: map[*rest.Stage]*compiledStage{}}
}

var errNotRouted = errors.New("the definition has no method for the request")

// rules returns what the definition demands of the request.
func (d *definitions) rules(ctx context.Context, e *event, apiID, stageName string) (*rules, error) {
	// Variables of the stage in the console overlay those of the definition, as they do for the proxy.
	stage, err := d.stages.Get(ctx, apiID, stageName, e.StageVariables)
	if err != nil {
		return nil, fmt.Errorf("stage %s of API %s: %w", stageName, apiID, err)
	}
	c := d.compile(stage)
	if c.err != nil {
		return nil, fmt.Errorf("stage %s of API %s: %w", stageName, apiID, c.err)
	}
	m, err := stage.Routed(e.arn.method, e.arn.path)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return nil, errNotRouted
	}
	doc := stage.Document()
	r := &rules{
		definition: true, policy: c.policy, keyRequired: m.APIKeyRequired, resourcePath: m.ResourcePath, httpMethod: m.HTTPMethod,
		resource: arn{"arn:aws:execute-api:" + stage.Region() + ":" + doc.AccountID, apiID, stageName, e.arn.method, e.arn.path}.String(),
	}
	if r.keyRequired && stage.Snapshot().API.APIKeySource == "AUTHORIZER" {
		return nil, errors.New("the definition takes API keys from its authorizer (apiKeySource AUTHORIZER), which this one cannot be asked for")
	}
	return r, r.authorizeBy(m, c)
}

// authorizeBy takes over the authorization of a method.
func (r *rules) authorizeBy(m *snapshot.Method, c *compiledStage) error {
	switch m.AuthorizationType {
	case "NONE":
		return nil
	case "COGNITO_USER_POOLS":
		v := c.verifiers[m.AuthorizerID]
		if v == nil {
			return fmt.Errorf("the deployment does not have the authorizer %q", m.AuthorizerID)
		}
		r.tokens, r.header, r.admits, r.scopes, r.userPool = v.tokens, v.header, v.admits, m.AuthorizationScopes, true
		return nil
	}
	return fmt.Errorf("authorization type %s of %s %s cannot be decided by a Lambda authorizer: only NONE and COGNITO_USER_POOLS can", m.AuthorizationType, m.HTTPMethod, m.ResourcePath)
}

func (d *definitions) compile(stage *rest.Stage) *compiledStage {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.compiled[stage]; c != nil {
		return c
	}
	if len(d.compiled) >= maxCompiled {
		clear(d.compiled)
	}
	c := &compiledStage{verifiers: map[string]*poolVerifier{}}
	c.err = c.compile(stage, d.pools)
	d.compiled[stage] = c
	return c
}

func (c *compiledStage) compile(stage *rest.Stage, pools userPools) error {
	api := &stage.Snapshot().API
	if api.Policy != "" {
		var err error
		if c.policy, err = policy.Parse(api.Policy, policy.ResourcePolicy); err != nil {
			return fmt.Errorf("resource policy: %w", err)
		}
	}
	for id, doc := range api.Authorizers {
		if doc.Type != "COGNITO_USER_POOLS" {
			continue
		}
		v, err := compilePool(doc, stage.Document().Variables, pools)
		if err != nil {
			return fmt.Errorf("authorizer %s: %w", id, err)
		}
		c.verifiers[id] = v
	}
	return nil
}

func compilePool(doc snapshot.Authorizer, variables map[string]string, pools userPools) (*poolVerifier, error) {
	source, err := mapping.Parse(doc.IdentitySource)
	if err != nil {
		return nil, err
	}
	if source.Kind != mapping.RequestHeader {
		return nil, fmt.Errorf("the identity source %q is not one header", doc.IdentitySource)
	}
	v := &poolVerifier{header: source.Name}
	if doc.ValidationExpression != "" {
		pattern, err := identity.NewIdentity("", doc.ValidationExpression)
		if err != nil {
			return nil, err
		}
		v.admits = func(audience string) bool { return pattern.Admits([]string{audience}) }
	}
	var arns []string
	for _, raw := range doc.ProviderARNs {
		t, err := mapping.CompileURI(raw)
		if err != nil {
			return nil, err
		}
		arns = append(arns, string(t.Append(nil, nil, variables)))
	}
	v.tokens, err = pools.UserPools(arns)
	return v, err
}
