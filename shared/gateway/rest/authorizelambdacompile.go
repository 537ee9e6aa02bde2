package rest

import (
	"fmt"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// The types of Lambda authorizers.
const (
	tokenAuthorizer   = "TOKEN"
	requestAuthorizer = "REQUEST"
)

// usualSources is the number of identity sources for whose values no memory has to be found.
const usualSources = 4

// lambdaAuthorizer is a Lambda authorizer, compiled for a stage.
type lambdaAuthorizer struct {
	kind     string
	identity *authorizer.Identity
	sources  []mapping.Expr // those of identity
	function integration.LambdaFunction
	// credentials is the ARN of a role or "".
	credentials string
	scope       authorizer.Scope
	ttl         time.Duration
	// err says that the definition cannot be used: every request then fails.
	err error
}

func compileLambdaAuthorizers(docs map[string]snapshot.Authorizer, stage *snapshot.Stage) map[string]*lambdaAuthorizer {
	var out map[string]*lambdaAuthorizer
	for id, doc := range docs {
		if doc.Type != tokenAuthorizer && doc.Type != requestAuthorizer {
			continue
		}
		if out == nil {
			out = make(map[string]*lambdaAuthorizer, len(docs))
		}
		doc.ID = id
		out[id] = compileLambdaAuthorizer(doc, stage)
	}
	return out
}

func compileLambdaAuthorizer(doc snapshot.Authorizer, stage *snapshot.Stage) *lambdaAuthorizer {
	a := &lambdaAuthorizer{kind: doc.Type}
	a.err = a.compile(doc, stage)
	return a
}

func (a *lambdaAuthorizer) compile(doc snapshot.Authorizer, stage *snapshot.Stage) error {
	validation := doc.ValidationExpression
	if a.kind == requestAuthorizer {
		validation = "" // it is for tokens (REST data plane spec, 11.2)
	}
	var err error
	if a.identity, err = authorizer.NewIdentity(doc.IdentitySource, validation); err != nil {
		return err
	}
	for _, source := range a.identity.Sources {
		e, err := parseIdentitySource(source)
		if err != nil {
			return err
		}
		a.sources = append(a.sources, e)
	}
	if a.kind == tokenAuthorizer && (len(a.sources) != 1 || a.sources[0].Kind != mapping.RequestHeader) {
		return fmt.Errorf("the identity source %q of a TOKEN authorizer is not one header", doc.IdentitySource)
	}
	uri, err := integration.ParseLambdaURI(doc.URI)
	if err != nil {
		return err
	}
	if a.function, err = uri.Function(stage.Variables); err != nil {
		return err
	}
	role, err := mapping.CompileURI(doc.Credentials)
	if err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	a.credentials = string(role.Append(nil, nil, stage.Variables))
	// Without identity sources all requests would share one result.
	if len(a.sources) > 0 {
		a.ttl = time.Duration(doc.TTLSeconds) * time.Second
	}
	a.scope = authorizer.NewScope(stage.APIID, stage.Name, doc.ID, stage.AuthorizersFlushed,
		a.kind, a.function.QualifiedARN(), a.credentials, doc.IdentitySource)
	return nil
}

// parseIdentitySource reads what an identity source may be (REST data plane spec, 11.2).
func parseIdentitySource(source string) (mapping.Expr, error) {
	e, err := mapping.Parse(source)
	if err != nil {
		return e, err
	}
	switch e.Kind {
	case mapping.RequestHeader, mapping.RequestQuery, mapping.StageVariable, mapping.Context:
		return e, nil
	}
	return e, fmt.Errorf("%s cannot be an identity source", source)
}

// identityValues appends the values of the identity sources to room.
func (a *lambdaAuthorizer) identityValues(inv *Invocation, room []string) []string {
	for i := range a.sources {
		// None of the kinds of source can fail.
		v, _ := inv.source(&a.sources[i])
		room = append(room, v)
	}
	return room
}

// call is the invocation of the function for a request with the given identity.
func (a *lambdaAuthorizer) call(inv *Invocation, values []string) integration.LambdaRequest {
	var event []byte
	if a.kind == tokenAuthorizer {
		event = inv.appendTokenEvent(nil, strings.Join(values, ","))
	} else {
		event = inv.appendRequestEvent(make([]byte, 0, eventSpace))
	}
	return integration.LambdaRequest{LambdaFunction: a.function, Credentials: a.credentials, InvocationType: integration.RequestResponse, Payload: event}
}
