package accesskey

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/policy"
)

// Principal is whose an access key is. It never changes.
type Principal struct {
	Caller edge.Caller

	policies []named
	// userName is that of an IAM user, else empty.
	userName string
	kind     string // aws:PrincipalType
	tags     map[string]string
	// issued is when temporary credentials were made.
	issued time.Time
}

// named is a policy with its name.
type named struct {
	name   string
	policy *policy.Policy
}

// NewUser returns the principal of a user who signs with an access key. A policy that cannot be
// read is an error: leaving it out could leave out a deny.
func NewUser(u *User, k *Key) (*Principal, error) {
	p := &Principal{
		Caller:   edge.Caller{AccessKey: k.ID, AccountID: u.Account, CallerID: u.ID, UserARN: u.ARN(), UserID: u.ID},
		userName: u.Name, kind: "User", tags: make(map[string]string, len(u.Tags)),
	}
	for _, t := range u.Tags {
		p.tags[strings.ToLower(t.Key)] = t.Value
	}
	for _, name := range slices.Sorted(maps.Keys(u.Policies)) {
		compiled, err := policy.Parse(u.Policies[name], policy.IdentityPolicy)
		if err != nil {
			return nil, fmt.Errorf("policy %s of user %s: %w", name, u.Name, err)
		}
		p.policies = append(p.policies, named{name, compiled})
	}
	if k.SessionToken != "" {
		p.issued = k.Created
	}
	return p, nil
}

// NewRoot returns the principal of an account's root, who may do everything.
func NewRoot(accessKeyID, account string) *Principal {
	return &Principal{
		Caller:   edge.Caller{AccessKey: accessKeyID, AccountID: account, CallerID: account, UserID: account, UserARN: "arn:aws:iam::" + account + ":root"},
		kind:     "Account",
		policies: rootPolicy(),
	}
}

// NewAdmitted returns the principal of a caller whom a front door has authenticated and let pass.
// Its policies are AWS's business and cannot be read here, so that it may do what no resource
// policy denies (security and operations spec, 2).
func NewAdmitted(c edge.Caller) *Principal {
	p := &Principal{Caller: c, policies: admittedPolicy()}
	switch kind, name, _ := strings.Cut(c.UserARN[strings.LastIndexByte(c.UserARN, ':')+1:], "/"); kind {
	case "root":
		p.kind = "Account"
	case "user":
		p.kind = "User"
		p.userName = name[strings.LastIndexByte(name, '/')+1:]
	case "assumed-role":
		p.kind = "AssumedRole"
	case "federated-user":
		p.kind = "FederatedUser"
	}
	return p
}

// The policies of those who may do everything, read once; their identifiers tell why they may.
var (
	rootPolicy     = sync.OnceValue(func() []named { return everything("AccountRoot") })
	admittedPolicy = sync.OnceValue(func() []named { return everything("AdmittedByFrontDoor") })
)

func everything(sid string) []named {
	p, err := policy.Parse(`{"Version":"2012-10-17","Statement":{"Sid":"`+sid+`","Effect":"Allow","Action":"*","Resource":"*"}}`, policy.IdentityPolicy)
	if err != nil {
		return nil // then it may do nothing
	}
	return []named{{"", p}}
}

// Policy is who the principal is in the terms of policies.
func (p *Principal) Policy() policy.Principal {
	return policy.Principal{ARN: p.Caller.UserARN, UserID: p.Caller.UserID}
}

// Evaluate asks the principal's own policies: an explicit deny in any of them wins. It returns the
// name of the policy that decided too, "" if none did.
func (p *Principal) Evaluate(r *policy.Request) (policy.Decision, string) {
	out, name := policy.Decision{Statement: -1}, ""
	for i, n := range p.policies {
		d := n.policy.Evaluate(r)
		switch {
		case d.Effect == policy.ExplicitDeny:
			return d, n.name
		case d.Effect == policy.Allow && out.Effect != policy.Allow:
			out, name = d, n.name
		case i == 0:
			out = d // the reason for silence
		}
	}
	return out, name
}

// ConditionKey returns the condition keys that tell about the principal (REST data plane spec,
// 2.2). The key is in lower case.
func (p *Principal) ConditionKey(key string) (policy.Value, bool) {
	one := func(s string) (policy.Value, bool) { return policy.One(s), s != "" }
	switch key {
	case "aws:principalaccount":
		return one(p.Caller.AccountID)
	case "aws:principalarn":
		return one(p.principalARN())
	case "aws:principalorgid":
		return one(p.Caller.PrincipalOrgID)
	case "aws:principaltype":
		return one(p.kind)
	case "aws:userid":
		return one(p.Caller.UserID)
	case "aws:username":
		return one(p.userName)
	case "aws:tokenissuetime":
		if !p.issued.IsZero() {
			return policy.One(p.issued.UTC().Format(time.RFC3339)), true
		}
	case "aws:multifactorauthpresent":
		// Long-term keys have no such key at all (IAM user guide, global condition keys).
		if !p.issued.IsZero() {
			return policy.One("false"), true
		}
	}
	if tag, ok := strings.CutPrefix(key, "aws:principaltag/"); ok {
		v, ok := p.tags[tag]
		return policy.One(v), ok
	}
	return policy.Value{}, false
}

// principalARN is that of the role for an assumed role's session, whose own ARN lacks the path.
func (p *Principal) principalARN() string {
	if p.kind != "AssumedRole" {
		return p.Caller.UserARN
	}
	part := strings.SplitN(p.Caller.UserARN, ":", 6)
	if len(part) < 6 {
		return p.Caller.UserARN
	}
	_, name, _ := strings.Cut(part[5], "/")
	name, _, _ = strings.Cut(name, "/")
	return "arn:" + part[1] + ":iam::" + part[4] + ":role/" + name
}

// UserName is that of an IAM user, or empty.
func (p *Principal) UserName() string { return p.userName }

// Temporary tells that the caller signs with temporary credentials of this store.
func (p *Principal) Temporary() bool { return !p.issued.IsZero() }
