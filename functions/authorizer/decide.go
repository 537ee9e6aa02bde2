package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/policy"
)

// authorizer decides about requests.
type authorizer struct {
	settings settings
	log      *slog.Logger
	now      func() time.Time
	pools    userPools
	// own are the rules of the environment.
	own rules
	// definitions and limits are nil without a table.
	definitions *definitions
	limits      limits
}

// rules are what is demanded of a request.
type rules struct {
	// tokens verifies the token; nil demands none.
	tokens *jwt.Verifier
	scopes []string
	// userPool says that the token has to be of the use that user pools give it, header where it
	// is and admits which audiences it may have, for rules of a definition.
	userPool bool
	header   string
	admits   func(audience string) bool

	keyRequired bool
	// resourcePath and httpMethod are those of the definition's method.
	resourcePath, httpMethod string
	// policy decides about resource; nil has no say.
	policy   *policy.Policy
	resource string
	// definition says that the rules are those of one method of a definition.
	definition bool
}

// invoke answers one event. An error becomes a 500 to the client, but for errUnauthorized.
func (a *authorizer) invoke(ctx context.Context, payload json.RawMessage) (out any, err error) {
	if a.limits == nil {
		return a.decided(ctx, payload)
	}
	a.limits.Beside(ctx, func() { out, err = a.decided(ctx, payload) })
	return out, err
}

func (a *authorizer) decided(ctx context.Context, payload json.RawMessage) (any, error) {
	e, err := parseEvent(payload)
	if err != nil {
		return nil, err
	}
	v, err := a.decide(ctx, e)
	if err != nil {
		a.log.Error("not decided", "resource", e.arn.String(), "error", err)
		return nil, err
	}
	if !v.allowed {
		a.log.Info("refused", "resource", e.arn.String(), "reason", v.reason)
	}
	return answer(e, v, a.settings.simple)
}

// decide goes through what is demanded: the token first, then the resource policy, which alone has
// to allow the request as it does for user pools, then the API key (REST data plane spec, 2 and
// 2.1).
func (a *authorizer) decide(ctx context.Context, e *event) (*verdict, error) {
	apiID, stage := a.definitionOf(e)
	r, err := a.rules(ctx, e, apiID, stage)
	if errors.Is(err, errNotRouted) {
		return &verdict{reason: err.Error()}, nil
	}
	if err != nil {
		return nil, err
	}
	v := &verdict{}
	if refused := a.checkToken(ctx, e, r, v); refused != nil {
		return v, refused.failure
	}
	if r.policy != nil {
		d := r.policy.Evaluate(&policy.Request{Action: "execute-api:Invoke", Resource: r.resource, Context: a.conditions(e)})
		if d.Effect != policy.Allow {
			v.reason = "resource policy: " + d.Reason()
			return v, nil
		}
	}
	if r.keyRequired {
		if ok, err := a.checkKey(ctx, e, r, v, apiID, stage); !ok || err != nil {
			return v, err
		}
	}
	v.allowed = true
	// The rules of the environment are the same for every method unless a policy tells them apart.
	v.whole = !r.definition && r.policy == nil
	return v, nil
}

// definitionOf names the definition that the stage stands for: by its stage variables, or else by
// the environment; "" is none.
func (a *authorizer) definitionOf(e *event) (apiID, stage string) {
	apiID, stage = e.StageVariables[variableAPIID], e.StageVariables[variableStage]
	if apiID == "" {
		apiID, stage = a.settings.apiID, a.settings.stage
	}
	if stage == "" {
		stage = e.arn.stage
	}
	return apiID, stage
}

func (a *authorizer) rules(ctx context.Context, e *event, apiID, stage string) (*rules, error) {
	// With rules in the environment, a definition only names the stage of the usage plans.
	if a.own.tokens != nil || a.own.keyRequired || a.own.policy != nil {
		r := a.own
		r.header, r.resource = a.settings.header, e.arn.String()
		return &r, nil
	}
	if apiID == "" {
		return nil, errors.New("the stage names no definition: set its stage variable " + variableAPIID + ", or POSTERN_API")
	}
	return a.definitions.rules(ctx, e, apiID, stage)
}

// refusal ends a decision: with the verdict as it is, or with a failure.
type refusal struct{ failure error }

func (a *authorizer) checkToken(ctx context.Context, e *event, r *rules, v *verdict) *refusal {
	if r.tokens == nil {
		return nil
	}
	text := e.AuthorizationToken
	if e.kind != tokenEvent {
		text = e.header(r.header)
	}
	token, err := r.tokens.Verify(ctx, jwt.TokenFromHeader(text))
	if err == nil {
		if r.userPool {
			err = token.CheckUserPoolUse(r.scopes, r.admits)
		} else {
			err = token.CheckScopes(r.scopes)
		}
	}
	var refused *jwt.Error
	switch {
	case err == nil:
		v.token = token
		return nil
	case !errors.As(err, &refused) || refused.Dependency():
		return &refusal{fmt.Errorf("verify token: %w", err)}
	}
	v.reason = refused.LogText()
	// User pools answer everything with 401 (REST data plane spec, 11.4), JWT authorizers a missing
	// scope with 403 (HTTP API spec, 11).
	v.anonymous = r.userPool || refused.Reason != jwt.MissingScope
	return &refusal{}
}

// conditions are the condition keys of a request, as far as the event tells (REST data plane spec,
// 2.2).
func (a *authorizer) conditions(e *event) policy.Lookup {
	c := &e.RequestContext
	return func(key string) (policy.Value, bool) {
		value := ""
		switch key {
		case "aws:sourceip":
			if value = c.Identity.SourceIP; value == "" {
				value = c.HTTP.SourceIP
			}
		case "aws:useragent":
			value = e.header("User-Agent")
		case "aws:referer":
			value = e.header("Referer")
		case "aws:securetransport":
			value = "true"
		case "aws:currenttime":
			value = a.now().UTC().Format(time.RFC3339)
		case "aws:epochtime":
			value = strconv.FormatInt(a.now().Unix(), 10)
		case "aws:sourcevpc":
			value = c.Identity.VPCID
		case "aws:sourcevpce":
			value = c.Identity.VPCEID
		case "aws:vpcsourceip":
			if c.Identity.VPCEID != "" {
				value = c.Identity.SourceIP
			}
		}
		return policy.One(value), value != ""
	}
}
