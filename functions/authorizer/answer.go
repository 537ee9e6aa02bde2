package main

import (
	"errors"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/metering/usageplan"
)

// errUnauthorized is how an authorizer asks a REST API for a 401 (REST data plane spec, 11.3).
var errUnauthorized = errors.New("Unauthorized")

// verdict is what came of a request.
type verdict struct {
	allowed bool
	// anonymous tells that the client did not say who it is, rather than that it may not: 401.
	anonymous bool
	// reason is for the log.
	reason string
	// whole says that the decision is good for every method of the stage.
	whole bool

	token *jwt.Token // nil if none was demanded
	// key is nil if none was demanded.
	key *usageplan.Key
	// keyValue is the API key itself, which a REST API meters.
	keyValue string
}

// policyAnswer is the answer with an IAM policy (REST data plane spec, 11.3; HTTP API spec, 12).
type policyAnswer struct {
	PrincipalID        string            `json:"principalId"`
	PolicyDocument     policyDocument    `json:"policyDocument"`
	Context            map[string]string `json:"context,omitempty"`
	UsageIdentifierKey string            `json:"usageIdentifierKey,omitempty"`
}

type policyDocument struct {
	Version   string
	Statement []statement
}

type statement struct {
	Action, Effect, Resource string
}

// simpleAnswer is the answer of enableSimpleResponses (HTTP API spec, 12).
type simpleAnswer struct {
	IsAuthorized bool              `json:"isAuthorized"`
	Context      map[string]string `json:"context,omitempty"`
}

// answer puts a verdict into the form that the event asks for. HTTP APIs know no way to ask for a
// 401, so that they are told to deny.
func answer(e *event, v *verdict, simple bool) (any, error) {
	if v.anonymous && !e.onHTTPAPI() {
		return nil, errUnauthorized
	}
	if e.kind == httpV2Event && simple {
		return &simpleAnswer{v.allowed, v.context(e)}, nil
	}
	s := statement{"execute-api:Invoke", "Deny", e.pattern}
	if v.allowed {
		s.Effect = "Allow"
		if v.whole {
			s.Resource = e.arn.prefix + ":" + e.arn.apiID + "/" + e.arn.stage + "/*"
		}
	}
	out := &policyAnswer{PrincipalID: v.principal(), PolicyDocument: policyDocument{"2012-10-17", []statement{s}}, Context: v.context(e)}
	if v.allowed && !e.onHTTPAPI() {
		out.UsageIdentifierKey = v.keyValue
	}
	return out, nil
}

// principal names the caller: by its token, or else by its API key.
func (v *verdict) principal() string {
	if v.token != nil {
		if s := v.token.Subject(); s != "" {
			return s
		}
		if s := v.token.ClientID(); s != "" {
			return s
		}
	}
	if v.key != nil {
		return v.key.ID
	}
	return "anonymous"
}

// context is what integrations see of the caller. Names have no other special character than the
// underscore (REST data plane spec, 11.3). Refusals show nothing.
func (v *verdict) context(e *event) map[string]string {
	if !v.allowed {
		return nil
	}
	out := map[string]string{}
	if v.token != nil {
		claims := v.token.RESTClaims()
		if e.onHTTPAPI() {
			claims = v.token.HTTPClaims()
		}
		for name, value := range claims {
			out[contextName(name)] = value
		}
	}
	if v.key != nil {
		out["apiKeyId"], out["usagePlanId"] = v.key.ID, v.key.Plan.ID
	}
	return out
}

func contextName(claim string) string {
	b := []byte(claim)
	for i, c := range b {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
			b[i] = '_'
		}
	}
	return string(b)
}
