package policy

import "strconv"

// Effect is the outcome of an evaluation. The zero value denies.
type Effect uint8

// The outcomes. A policy that is silent about a request denies it implicitly, which another
// policy may override; an explicit deny cannot be overridden.
const (
	ImplicitDeny Effect = iota
	Allow
	ExplicitDeny
)

func (e Effect) String() string {
	switch e {
	case Allow:
		return "Allow"
	case ExplicitDeny:
		return "ExplicitDeny"
	}
	return "ImplicitDeny"
}

// Decision is what one policy says about a request. The zero value is an implicit deny by a
// policy without statements, though its Statement should be -1.
type Decision struct {
	Effect Effect
	// Statement is the index of the statement that decided, or -1 when none did. Of several that
	// agree it is the first in the document.
	Statement int
	// Sid is the identifier of that statement, or "".
	Sid string

	// reason is the text of Reason where it is known beforehand, for decisions are made more
	// often than they are made up.
	reason string
	near   miss
}

// miss is the Allow statement that came closest to matching.
type miss struct {
	stage     stage
	statement int
	sid       string
	condition *condition
}

// stage is how far the comparison of a statement and a request got: the part that did not match.
type stage uint8

const (
	noStatement stage = iota
	atAction
	atResource
	atPrincipal
	atCondition
	matched
)

// Reason says in a few words why, for logs; clients must not see it.
func (d Decision) Reason() string {
	if d.reason != "" {
		return d.reason
	}
	switch d.Effect {
	case Allow:
		return "allowed by " + statementName(d.Statement, d.Sid)
	case ExplicitDeny:
		return "denied by " + statementName(d.Statement, d.Sid)
	}
	const silent = "no statement allows the request"
	why := ""
	switch d.near.stage {
	case atAction:
		why = "the action does not match"
	case atResource:
		why = "the resource does not match"
	case atPrincipal:
		why = "the principal does not match"
	case atCondition:
		why = "the condition " + d.near.condition.name + " on " + d.near.condition.key + " is not met"
	default:
		return silent
	}
	return silent + "; closest is " + statementName(d.near.statement, d.near.sid) + ": " + why
}

func statementName(i int, sid string) string {
	name := "statement " + strconv.Itoa(i)
	if sid != "" {
		name += " (" + sid + ")"
	}
	return name
}
