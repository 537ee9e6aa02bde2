package policy

import (
	"strings"
	"unicode/utf8"
)

// Kind is where a policy belongs.
type Kind uint8

const (
	// ResourcePolicy is attached to an API: it names principals, has at most
	// MaxResourcePolicy characters. Its short resources ("execute-api:/prod/GET/pets") have to
	// be written out by Expand first, since nothing else says which API they are in.
	ResourcePolicy Kind = iota
	// IdentityPolicy belongs to a caller or comes from a Lambda authorizer: it names no
	// principals.
	IdentityPolicy
)

// Limits of documents.
const (
	// MaxResourcePolicy is the length of a resource policy in characters.
	MaxResourcePolicy = 8192
	// MaxIdentityPolicy is the length of any other policy in bytes, a bound of this package.
	MaxIdentityPolicy = 128 << 10
	// MaxAuthorizerResource is the length of one resource in an IdentityPolicy (REST data plane
	// spec, 11.3).
	MaxAuthorizerResource = 512
)

// The versions of the policy language. Only the second has policy variables.
const (
	version2008 = "2008-10-17"
	version2012 = "2012-10-17"
)

// parser holds what statements need to know of their document.
type parser struct {
	kind      Kind
	variables bool
	sids      map[string]bool
}

// Parse compiles a document. It is strict: unknown elements, operators, principals and values
// that an operator cannot compare are refused with an *Error.
func Parse(document string, kind Kind) (*Policy, error) {
	if kind == ResourcePolicy && utf8.RuneCountInString(document) > MaxResourcePolicy {
		return nil, refuse("", "The document has more than %d characters.", MaxResourcePolicy)
	}
	if len(document) > MaxIdentityPolicy {
		return nil, refuse("", "The document has more than %d bytes.", MaxIdentityPolicy)
	}
	root, err := read(document)
	if err != nil {
		return nil, err
	}
	if root.kind != isObject {
		return nil, syntax("", "Expected an object, found %s.", root.kind)
	}
	pr := &parser{kind: kind, sids: map[string]bool{}}
	var statements *node
	for _, m := range root.members {
		switch m.name {
		case "Version":
			if m.value.kind != isString || m.value.text != version2008 && m.value.text != version2012 {
				return nil, syntax("Version", "The version is neither %s nor %s.", version2012, version2008)
			}
			pr.variables = m.value.text == version2012
		case "Id":
			if m.value.kind != isString {
				return nil, syntax("Id", "Expected a string, found %s.", m.value.kind)
			}
		case "Statement":
			statements = m.value
		default:
			return nil, syntax(m.name, "There is no such element.")
		}
	}
	if statements == nil || statements.kind == isList && len(statements.items) == 0 {
		return nil, syntax("Statement", "The document has no statements.")
	}
	p := &Policy{}
	err = statements.each("Statement", func(path string, n *node) error {
		s, err := pr.statement(path, n)
		s.decision = Decision{Effect: s.effect, Statement: len(p.statements), Sid: s.sid}
		s.decision.reason = s.decision.Reason()
		p.statements = append(p.statements, s)
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (pr *parser) statement(path string, n *node) (statement, error) {
	var s statement
	if n.kind != isObject {
		return s, syntax(path, "Expected an object, found %s.", n.kind)
	}
	given := map[string]bool{}
	for _, m := range n.members {
		// Functions whose serialiser writes what is not set as null mean that it is absent.
		if m.value.kind == isNull && pr.kind == IdentityPolicy {
			continue
		}
		given[m.name] = true
		if err := pr.element(&s, join(path, m.name), m); err != nil {
			return s, err
		}
	}
	for _, pair := range [...]string{"Action", "Resource", "Principal"} {
		if given[pair] && given["Not"+pair] {
			return s, syntax(path, "%s and Not%s exclude each other.", pair, pair)
		}
	}
	switch {
	case !given["Effect"]:
		return s, syntax(path, "The statement has no Effect.")
	case s.actions == nil:
		return s, refuse(path, reasonActions)
	case s.resources == nil:
		return s, refuse(path, reasonResources)
	case pr.kind == ResourcePolicy && s.principals == nil:
		return s, refuse(path, reasonBadPrincipal+": the statement has no Principal.")
	case pr.kind == IdentityPolicy && s.principals != nil:
		return s, refuse(path, reasonPrincipal)
	}
	return s, nil
}

func (pr *parser) element(s *statement, path string, m member) (err error) {
	n := m.value
	switch m.name {
	case "Sid":
		return pr.sid(s, path, n)
	case "Effect":
		switch {
		case n.kind == isString && n.text == "Allow":
			s.effect = Allow
		case n.kind == isString && n.text == "Deny":
			s.effect = ExplicitDeny
		default:
			return syntax(path, "The effect is neither Allow nor Deny.")
		}
	case "Principal", "NotPrincipal":
		s.notPrincipals = m.name == "NotPrincipal"
		s.principals, err = readPrincipals(path, n)
	case "Action", "NotAction":
		s.notActions = m.name == "NotAction"
		s.actions, err = readActions(path, n)
	case "Resource", "NotResource":
		s.notResources = m.name == "NotResource"
		s.resources, err = pr.resources(path, n)
	case "Condition":
		s.conditions, err = pr.conditions(path, n)
	default:
		return syntax(path, "There is no such element.")
	}
	return err
}

func (pr *parser) sid(s *statement, path string, n *node) error {
	switch {
	case n.kind != isString:
		return syntax(path, "Expected a string, found %s.", n.kind)
	case n.text != "" && pr.sids[n.text]:
		return refuse(path, reasonSidUnique)
	case pr.kind == IdentityPolicy && strings.IndexFunc(n.text, notAlphanumeric) >= 0:
		return refuse(path, reasonSidAlphabet)
	}
	pr.sids[n.text] = true
	s.sid = n.text
	return nil
}

func notAlphanumeric(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// scalar gives a value of a condition as text; numbers and booleans may be written without quotes.
func scalar(path string, n *node) (string, error) {
	switch n.kind {
	case isString, isNumber, isBool:
		return n.text, nil
	}
	return "", syntax(path, "Expected a string, found %s.", n.kind)
}
