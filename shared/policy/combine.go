package policy

// Combined is what an identity-side policy (of the caller, or returned by a Lambda authorizer)
// and a resource policy say together.
type Combined struct {
	Effect             Effect
	Identity, Resource Decision
}

// SameAccount combines by table A of the REST data plane spec, 2.1: either side may allow. It
// serves callers of the API's own account and Lambda authorizers.
func SameAccount(identity, resource Decision) Combined {
	return combine(identity, resource, identity.Effect == Allow || resource.Effect == Allow)
}

// CrossAccount combines by table B of the REST data plane spec, 2.1: both sides must allow.
func CrossAccount(identity, resource Decision) Combined {
	return combine(identity, resource, identity.Effect == Allow && resource.Effect == Allow)
}

func combine(identity, resource Decision, allow bool) Combined {
	c := Combined{Identity: identity, Resource: resource}
	switch {
	case identity.Effect == ExplicitDeny || resource.Effect == ExplicitDeny:
		c.Effect = ExplicitDeny
	case allow:
		c.Effect = Allow
	}
	return c
}

// Reason says in a few words which side decided, for logs; clients must not see it.
func (c Combined) Reason() string {
	const identity, resource = "identity-based policy: ", "resource policy: "
	switch {
	case c.Effect == ImplicitDeny && c.Identity.Effect == Allow:
		return resource + c.Resource.Reason()
	case c.Effect == ImplicitDeny && c.Resource.Effect == Allow:
		return identity + c.Identity.Reason()
	case c.Effect == ImplicitDeny:
		return identity + c.Identity.Reason() + "; " + resource + c.Resource.Reason()
	case c.Identity.Effect == c.Effect:
		return identity + c.Identity.Reason()
	}
	return resource + c.Resource.Reason()
}
