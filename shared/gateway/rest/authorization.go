package rest

import (
	"fmt"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/policy"
)

// Authorization is what access control found out: the resource policy and the authorizer of the
// method write it, $context and the Lambda proxy event show it.
type Authorization struct {
	// Caller is the AWS identity of an AWS_IAM method.
	Caller *edge.Caller
	// PrincipalID and Context are what a Lambda authorizer returned (REST data plane spec, 11.3).
	PrincipalID string
	Context     map[string]string
	// Claims are those of a user pool's token, as strings (REST data plane spec, 11.4).
	Claims map[string]string
	// UsageIdentifierKey is the value of the API key that a Lambda authorizer named.
	UsageIdentifierKey string
	// Called tells that an authorizer did its work or a kept result of it was used; Latency and
	// Status are what that took and what it answered, Cached that nothing was asked.
	Called  bool
	Cached  bool
	Latency time.Duration
	Status  int
	// RequestID is that of the invocation of a Lambda authorizer, or "".
	RequestID string
	// Statement tells the operator which statement of which policy decided and why. It never
	// reaches a client.
	Statement string
	// resource is what the resource policy says about the request, as far as it was asked.
	resource policy.Decision
}

// authorize runs the authorizer of the method (REST data plane spec, 11).
func (inv *Invocation) authorize() error {
	switch t := inv.Resource.method.doc.AuthorizationType; t {
	case "NONE":
		return nil
	case "AWS_IAM":
		return inv.authorizeIAM()
	case "CUSTOM":
		return inv.authorizeLambda()
	case "COGNITO_USER_POOLS":
		if err := inv.authorizeCognito(); err != nil {
			return err
		}
		return inv.requireResourceAllow()
	default:
		return configurationError(fmt.Sprintf("authorization type %q is not supported", t), nil)
	}
}
