package policy

import (
	"strings"
	"unicode/utf8"
)

// readActions reads Action or NotAction.
func readActions(path string, n *node) ([]pattern, error) {
	var all []pattern
	err := n.each(path, func(path string, n *node) error {
		if n.kind != isString {
			return syntax(path, "Expected a string, found %s.", n.kind)
		}
		if err := checkAction(path, n.text); err != nil {
			return err
		}
		p, err := syntaxOf{wildcards: true}.compile(n.text)
		all = append(all, p)
		return err
	})
	return all, err
}

// checkAction applies IAM's rules for the names of actions: "*" or vendor:name.
func checkAction(path, action string) error {
	if action == "*" {
		return nil
	}
	vendor, name, ok := strings.Cut(action, ":")
	switch {
	case !ok:
		return refuse(path, reasonVendor)
	case strings.Contains(name, ":"):
		return refuse(path, reasonColon)
	case vendor == "" || strings.IndexFunc(vendor, notVendor) >= 0:
		return refuse(path, "Vendor %s is not valid", vendor)
	case name == "":
		return syntax(path, "The action has no name.")
	}
	return nil
}

func notVendor(r rune) bool { return notAlphanumeric(r) && !strings.ContainsRune("-._*?", r) }

// resources reads Resource or NotResource.
func (pr *parser) resources(path string, n *node) ([]arnPattern, error) {
	var all []arnPattern
	err := n.each(path, func(path string, n *node) error {
		if n.kind != isString {
			return syntax(path, "Expected a string, found %s.", n.kind)
		}
		a, err := pr.resource(path, n.text)
		all = append(all, a)
		return err
	})
	return all, err
}

func (pr *parser) resource(path, text string) (arnPattern, error) {
	if pr.kind == IdentityPolicy && utf8.RuneCountInString(text) > MaxAuthorizerResource {
		return arnPattern{}, refuse(path, "The resource has more than %d characters.", MaxAuthorizerResource)
	}
	if !strings.HasPrefix(text, "arn:") && strings.Trim(text, "*") != "" || text == "" {
		return arnPattern{}, refuse(path, `Resource %s must be in ARN format or "*".`, text)
	}
	if p := arnField(text, 1); strings.HasPrefix(text, "arn:") && !isPartition(p) {
		return arnPattern{}, refuse(path, "Partition %q is not valid for resource %q.", p, text)
	}
	a, err := syntaxOf{wildcards: true, variables: pr.variables}.compileARN(text)
	if err == nil && a.variableTooEarly() {
		err = errEarlyVariable
	}
	if err != nil {
		return a, syntax(path, "%s.", capital(err))
	}
	return a, nil
}

// isPartition accepts every partition that follows the naming of the known ones, and wildcards.
func isPartition(p string) bool {
	return p == "aws" || strings.HasPrefix(p, "aws-") || strings.ContainsAny(p, "*?")
}

// conditions reads the Condition element: operators, their keys, and the values of each.
func (pr *parser) conditions(path string, n *node) ([]condition, error) {
	if n.kind != isObject {
		return nil, syntax(path, "Expected an object, found %s.", n.kind)
	}
	var all []condition
	for _, block := range n.members {
		at := join(path, block.name)
		op, set, ifExists := readOperator(block.name)
		if op == nil {
			return nil, syntax(at, "There is no such condition operator.")
		}
		if block.value.kind != isObject {
			return nil, syntax(at, "Expected an object, found %s.", block.value.kind)
		}
		for _, key := range block.value.members {
			c := condition{name: block.name, key: strings.ToLower(key.name), set: set, ifExists: ifExists, negated: op.negated}
			if err := pr.compare(&c, op, join(at, key.name), key); err != nil {
				return nil, err
			}
			all = append(all, c)
		}
	}
	return all, nil
}

// compare compiles the values of one key.
func (pr *parser) compare(c *condition, op *operator, path string, key member) error {
	if !strings.Contains(key.name, ":") {
		return refuse(path, reasonVendor)
	}
	var values []string
	err := key.value.each(path, func(path string, n *node) error {
		text, err := scalar(path, n)
		values = append(values, text)
		return err
	})
	if err != nil {
		return err
	}
	if op.build != nil {
		c.matches, err = op.build(values, pr.variables)
	} else {
		c.null, err = readNull(values)
	}
	if err != nil {
		return syntax(path, "%s.", capital(err))
	}
	return nil
}

func readNull(values []string) (*nullTest, error) {
	flags, err := compileAll(values, readBool)
	t := &nullTest{}
	for _, absent := range flags {
		t.absent, t.present = t.absent || absent, t.present || !absent
	}
	return t, err
}

// capital gives an error's text as the beginning of a sentence.
func capital(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}
