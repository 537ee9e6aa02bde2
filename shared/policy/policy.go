package policy

// Policy is a compiled policy document. It never changes.
type Policy struct {
	statements []statement
}

type statement struct {
	sid    string
	effect Effect // Allow or ExplicitDeny
	// decision is what the statement decides when it does.
	decision Decision

	actions      []pattern
	notActions   bool
	resources    []arnPattern
	notResources bool
	// principals is nil in policies that belong to an identity.
	principals    *principals
	notPrincipals bool
	conditions    []condition
}

// Evaluate decides a request: an explicit deny wins over every allow, and silence denies. A nil
// policy is silent. It allocates only for policy variables and for what r.Context allocates.
func (p *Policy) Evaluate(r *Request) Decision {
	silent := Decision{Statement: -1}
	if p == nil {
		return silent
	}
	allowed := -1
	for i := range p.statements {
		s := &p.statements[i]
		if s.effect == Allow && allowed >= 0 {
			continue
		}
		stage, failed := s.match(r)
		switch {
		case stage == matched && s.effect == ExplicitDeny:
			return s.decision
		case stage == matched:
			allowed = i
		case s.effect == Allow && stage > silent.near.stage:
			silent.near = miss{stage, i, s.sid, failed}
		}
	}
	if allowed >= 0 {
		return p.statements[allowed].decision
	}
	return silent
}

// match tells how far the statement matches, and the condition that failed if it got there.
func (s *statement) match(r *Request) (stage, *condition) {
	if s.matchesAction(r.Action) == s.notActions {
		return atAction, nil
	}
	if !s.matchesResource(r) {
		return atResource, nil
	}
	if s.principals != nil && !s.matchesPrincipal(&r.Principal) {
		return atPrincipal, nil
	}
	for i := range s.conditions {
		if !s.conditions[i].holds(r.Context) {
			return atCondition, &s.conditions[i]
		}
	}
	return matched, nil
}

func (s *statement) matchesAction(action string) bool {
	for i := range s.actions {
		if s.actions[i].matchFold(action) {
			return true
		}
	}
	return false
}

func (s *statement) matchesResource(r *Request) bool {
	missing := false
	for i := range s.resources {
		switch s.resources[i].match(r.Resource, r.Context) {
		case yes:
			return !s.notResources
		case unresolved:
			missing = true
		}
	}
	// A variable without a value matches no resource (IAM user guide, policy variables with no
	// value). What that means in NotResource is left open there; here such a statement never
	// grants and always denies.
	if s.notResources && missing {
		return s.effect == ExplicitDeny
	}
	return s.notResources
}

func (s *statement) matchesPrincipal(p *Principal) bool {
	switch {
	case !s.notPrincipals:
		return s.principals.include(p)
	case s.effect == ExplicitDeny:
		return !s.principals.exempt(p)
	}
	return !s.principals.include(p)
}
