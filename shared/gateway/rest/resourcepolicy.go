package rest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// invokeAction is what a request to a method does, as policies call it.
const invokeAction = "execute-api:Invoke"

// anonymous is who a request comes from in the messages of refusals, unless IAM knows the caller.
const anonymous = "anonymous"

// resourcePolicy is the resource policy of an API with the kind of its endpoint, compiled once
// for a Stage.
type resourcePolicy struct {
	// policy is nil if the API has none.
	policy *policy.Policy
	// private says that the API is reached through VPC endpoints only: through those listed, or
	// through any if none is.
	private   bool
	endpoints []string
	// err says that the document cannot be used; every request fails then.
	err error
}

func compileResourcePolicy(api *snapshot.API) resourcePolicy {
	rp := resourcePolicy{private: api.Private, endpoints: api.VPCEndpointIDs}
	if api.Policy != "" {
		rp.policy, rp.err = policy.Parse(api.Policy, policy.ResourcePolicy)
	}
	return rp
}

// attached tells whether a resource policy takes part in decisions.
func (rp *resourcePolicy) attached() bool { return rp.policy != nil }

// maxAuthorizedARN is the greatest length of what policies decide about, in bytes (REST data plane
// spec, 3.6).
const maxAuthorizedARN = 1600

// checkResourcePolicy is the resource policy's part ahead of the authorizer (REST data plane spec,
// 2.1). Callers that nobody authenticates need an Allow. An explicit deny spares a Lambda
// authorizer the call. User pools and IAM authenticate first.
func (inv *Invocation) checkResourcePolicy() error {
	rp := &inv.Stage.resourcePolicy
	if rp.err != nil {
		return configurationError("the resource policy cannot be read", rp.err)
	}
	if err := inv.checkVPCEndpoint(); err != nil {
		return err
	}
	authorization := inv.Resource.method.doc.AuthorizationType
	if (rp.attached() || authorization != "NONE") && inv.methodARNLength() > maxAuthorizedARN {
		return &Error{Type: Default4XX, Status: http.StatusRequestURITooLong, Message: "Request URI too long", Reason: "the ARN of the method and path is too long"}
	}
	if !rp.attached() {
		return nil
	}
	switch authorization {
	case "NONE":
		return inv.requireResourceAllow()
	case "CUSTOM":
		d := inv.evaluateResourcePolicy()
		inv.Authorization.resource = d
		if d.Effect == policy.ExplicitDeny {
			return inv.refusedByResourcePolicy(d)
		}
	}
	return nil
}

// checkVPCEndpoint closes private APIs to requests that did not come through a VPC endpoint, as
// far as the front door says, and those without a resource policy to all (REST data plane spec,
// 2.1).
func (inv *Invocation) checkVPCEndpoint() error {
	rp := &inv.Stage.resourcePolicy
	if !rp.private {
		return nil
	}
	id := ""
	if info := edge.FromContext(inv.Request.Context()); info != nil {
		id = info.VPCEndpointID
	}
	if id != "" && (len(rp.endpoints) == 0 || slices.Contains(rp.endpoints, id)) {
		if rp.policy == nil {
			return inv.accessDenied(anonymous, "", "the API is private and has no resource policy")
		}
		return nil
	}
	reason := "the API is private and the request did not come through a VPC endpoint"
	if id != "" {
		reason = "the API is private and " + id + " is none of its VPC endpoints"
	}
	return &Error{Type: Default4XX, Status: http.StatusForbidden, ErrorType: "ForbiddenException", Message: "Forbidden", Reason: reason}
}

// requireResourceAllow refuses a request that the resource policy alone does not allow, for
// methods without authorization and, after the token, of user pools. Without a resource policy
// there is nothing to refuse.
func (inv *Invocation) requireResourceAllow() error {
	if !inv.Stage.resourcePolicy.attached() {
		return nil
	}
	d := inv.evaluateResourcePolicy()
	inv.Authorization.resource = d
	if d.Effect != policy.Allow {
		return inv.refusedByResourcePolicy(d)
	}
	inv.Authorization.Statement = "resource policy: " + d.Reason()
	return nil
}

// evaluateResourcePolicy asks the resource policy about the anonymous caller.
func (inv *Invocation) evaluateResourcePolicy() policy.Decision {
	r := inv.policyRequest(policy.Principal{}, nil)
	return inv.Stage.resourcePolicy.policy.Evaluate(&r)
}

func (inv *Invocation) refusedByResourcePolicy(d policy.Decision) error {
	ending := ""
	if d.Effect == policy.ExplicitDeny {
		ending = endingExplicitDeny
	}
	return inv.accessDenied(anonymous, ending, "resource policy: "+d.Reason())
}

// decideCaller decides about a caller whom IAM has authenticated: identity is what the policies
// of the caller say, r what the resource policy is asked (see policyRequest), sameAccount whether
// the caller belongs to the API's account (REST data plane spec, 2.1). It records what decided,
// and answers the decision; refusing the request by it is left to accessDenied.
func (inv *Invocation) decideCaller(identity policy.Decision, r *policy.Request, sameAccount bool) policy.Effect {
	rp := &inv.Stage.resourcePolicy
	if !rp.attached() {
		inv.Authorization.Statement = "identity-based policy: " + identity.Reason()
		return identity.Effect
	}
	combine := policy.CrossAccount
	if sameAccount {
		combine = policy.SameAccount
	}
	c := combine(identity, rp.policy.Evaluate(r))
	inv.Authorization.resource, inv.Authorization.Statement = c.Resource, c.Reason()
	return c.Effect
}

// The endings of messages about refusals (REST data plane spec, 11.5).
const (
	endingExplicitDeny     = " with an explicit deny"
	endingNoIdentityPolicy = " because no identity-based policy allows the " + invokeAction + " action"
)

// accessDenied is the refusal of a caller, user being its ARN or anonymous. The account of the
// method is masked to its last four digits. The reason is for the operator.
func (inv *Invocation) accessDenied(user, ending, reason string) *Error {
	inv.Authorization.Statement = reason
	message := fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s%s", user, invokeAction, inv.maskedARN(), ending)
	return &Error{Type: AccessDenied, Message: message, Reason: reason}
}

// maskedARN is methodARN with all but the last four digits of the account hidden.
func (inv *Invocation) maskedARN() string {
	account := inv.Stage.doc.AccountID
	if len(account) > 4 {
		account = account[len(account)-4:]
	}
	part := strings.SplitN(inv.methodARN(), ":", 6)
	part[4] = "********" + account
	return strings.Join(part, ":")
}
