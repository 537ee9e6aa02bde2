package httpapi

import (
	"fmt"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// Authorization is what access control found out.
type Authorization struct {
	// Caller is the AWS identity of an AWS_IAM route.
	Caller *edge.Caller
	// Token is that of a JWT route, Lambda what a Lambda authorizer said.
	Token  *jwt.Token
	Lambda *authorizer.HTTPOutput
	// Error is $context.authorizer.error.
	Error   string
	Latency time.Duration
	// Statement tells the operator which statement of which policy decided and why.
	Statement string
	// resource is what the resource policy says, as far as it was asked.
	resource policy.Decision
}

// compileAuthorizers compiles those of an API. One that cannot be used keeps the error for the
// routes that name it.
func compileAuthorizers(docs map[string]snapshot.RouteAuthorizer, stage *snapshot.Stage) (map[string]*lambdaAuthorizer, map[string]*jwtAuthorizer) {
	lambdas, jwts := map[string]*lambdaAuthorizer{}, map[string]*jwtAuthorizer{}
	for id, doc := range docs {
		doc.ID = id
		switch doc.Type {
		case "JWT":
			jwts[id] = compileJWTAuthorizer(doc)
		case "REQUEST":
			lambdas[id] = compileLambdaAuthorizer(doc, stage)
		}
	}
	return lambdas, jwts
}

// authorize runs the authorizer of the route (HTTP API spec, 11 to 13).
func (inv *Invocation) authorize() error {
	switch t := inv.Route.route.doc.AuthorizationType; t {
	case "NONE", "":
		return nil
	case "JWT":
		if err := inv.authorizeJWT(); err != nil {
			return err
		}
		return inv.requireResourceAllow()
	case "CUSTOM":
		return inv.authorizeLambda()
	case "AWS_IAM":
		return inv.authorizeIAM()
	default:
		return internal(apiConfiguration, fmt.Sprintf("authorization type %q is not supported", t), nil)
	}
}
