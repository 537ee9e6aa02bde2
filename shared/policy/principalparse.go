package policy

import "strings"

// readPrincipals reads the Principal or NotPrincipal element: "*", or an object of kinds.
func readPrincipals(path string, n *node) (*principals, error) {
	ps := &principals{}
	if n.kind == isString && n.text == "*" {
		ps.everyone = true
		return ps, nil
	}
	if n.kind != isObject || len(n.members) == 0 {
		return nil, refuse(path, reasonBadPrincipal+`: expected "*" or an object with AWS, Service, Federated or CanonicalUser.`)
	}
	for _, m := range n.members {
		at := join(path, m.name)
		if m.value.kind == isList && len(m.value.items) == 0 {
			return nil, refuse(at, reasonBadPrincipal+": the list is empty.")
		}
		err := m.value.each(at, func(at string, n *node) error {
			if n.kind != isString || n.text == "" {
				return refuse(at, reasonBadPrincipal+": expected a text, found %s.", n.kind)
			}
			return ps.add(at, m.name, n.text)
		})
		if err != nil {
			return nil, err
		}
	}
	return ps, nil
}

func (ps *principals) add(path, kind, text string) error {
	e := principalEntry{text: text}
	switch kind {
	case "AWS":
		if text == "*" {
			ps.everyone = true
			return nil
		}
		if !e.readAWS() {
			return refuse(path, reasonBadPrincipal+`: "AWS":%q`, text)
		}
	case "Service":
		e.kind = principalService
	case "Federated":
		e.kind = principalFederated
	case "CanonicalUser":
		e.kind = principalCanonical
	default:
		return refuse(path, reasonBadPrincipal+": there is no such kind of principal.")
	}
	if text != "*" && strings.ContainsAny(text, "*?") {
		return refuse(path, reasonBadPrincipal+": wildcards cannot stand for a part of a name.")
	}
	ps.entries = append(ps.entries, e)
	return nil
}

// readAWS recognises the forms of an AWS principal: account, ARN, unique identifier.
func (e *principalEntry) readAWS() bool {
	if isAccount(e.text) {
		e.kind, e.account = principalAccount, e.text
		return true
	}
	if isUniqueID(e.text) {
		e.kind = principalUniqueID
		return true
	}
	service, resource := arnField(e.text, 2), arnField(e.text, 5)
	if !isARN(e.text) || service != "iam" && service != "sts" || arnField(e.text, 3) != "" || resource == "" {
		return false
	}
	e.account = arnField(e.text, 4)
	switch {
	case e.account == "":
		return false
	case service == "iam" && resource == accountRoot:
		e.kind = principalAccount
	case service == "iam" && strings.HasPrefix(resource, rolePrefix):
		e.kind = principalRole
		e.role = resource[strings.LastIndexByte(resource, '/')+1:]
	}
	return true
}

const accountDigits = 12

func isAccount(s string) bool {
	return len(s) == accountDigits && strings.Trim(s, "0123456789") == ""
}

// isUniqueID recognises what IAM turns the ARN of a deleted user or role into.
func isUniqueID(s string) bool {
	return len(s) >= 16 && strings.HasPrefix(s, "A") &&
		strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
