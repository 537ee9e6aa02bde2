package policy

import "strings"

// Principal is who makes a request. The zero value is anonymous.
type Principal struct {
	// ARN names an IAM user, the root of an account, a role, an assumed-role session
	// ("arn:aws:sts::123456789012:assumed-role/Name/session") or a federated user.
	ARN string
	// UserID is the unique identifier, such as "AIDA..." or "AROA...:session", or "".
	UserID string
	// Service is the name of an AWS service, such as "events.amazonaws.com", or "".
	Service string
	// Federated is the name or ARN of a web or SAML identity provider, or "".
	Federated string
	// CanonicalUser is the canonical identifier of an account, or "".
	CanonicalUser string
}

// principals is a Principal or NotPrincipal element.
type principals struct {
	everyone bool
	entries  []principalEntry
}

type principalEntry struct {
	kind principalKind
	// text is the ARN, identifier or name as the document writes it; "*" is everyone of a kind.
	text string
	// account and role describe entries for accounts and roles.
	account, role string
}

type principalKind uint8

const (
	principalARN principalKind = iota
	principalAccount
	principalRole
	principalUniqueID
	principalService
	principalFederated
	principalCanonical
)

// include tells whether Principal names p, directly, by its account or by the role that it has
// assumed.
func (ps *principals) include(p *Principal) bool {
	if ps.everyone {
		return true
	}
	for i := range ps.entries {
		if ps.entries[i].includes(p) {
			return true
		}
	}
	return false
}

func (e *principalEntry) includes(p *Principal) bool {
	switch e.kind {
	case principalAccount:
		return arnField(p.ARN, 4) == e.account
	case principalRole:
		return p.ARN == e.text || e.isRoleOf(p)
	case principalUniqueID:
		id, _, _ := strings.Cut(p.UserID, ":")
		return p.UserID == e.text || id == e.text
	case principalService:
		return is(e.text, p.Service)
	case principalFederated:
		return is(e.text, p.Federated)
	case principalCanonical:
		return is(e.text, p.CanonicalUser)
	}
	return p.ARN == e.text
}

func is(entry, name string) bool { return name != "" && (entry == name || entry == "*") }

// isRoleOf tells whether p is a session of the role. A session's ARN does not have the role's
// path, but names of roles are unique in their account.
func (e *principalEntry) isRoleOf(p *Principal) bool {
	rest, ok := strings.CutPrefix(arnField(p.ARN, 5), assumedRole)
	if !ok || arnField(p.ARN, 4) != e.account {
		return false
	}
	role, _, _ := strings.Cut(rest, "/")
	return role == e.role
}

const (
	assumedRole = "assumed-role/"
	rolePrefix  = "role/"
	accountRoot = "root"
)

// exempt tells whether NotPrincipal spares p from a denial. IAM looks at the account, the role
// and the session in turn, and each must be listed (IAM user guide, NotPrincipal).
func (ps *principals) exempt(p *Principal) bool {
	if ps.everyone {
		return true
	}
	if p.ARN == "" {
		return ps.include(p)
	}
	account, self, role := false, false, false
	for i := range ps.entries {
		e := &ps.entries[i]
		switch {
		case e.kind == principalAccount:
			account = account || e.includes(p)
		case e.kind == principalRole && e.isRoleOf(p):
			role = true
		default:
			self = self || e.includes(p)
		}
	}
	resource := arnField(p.ARN, 5)
	switch {
	case resource == accountRoot:
		return account
	case strings.HasPrefix(resource, assumedRole):
		return account && role && self
	}
	return account && self
}
