package jsonpath

import "github.com/postern-gateway/postern/shared/mapping/vtl"

// operator compares two operands; left and right are no paths.
type operator func(c *filterContext, left, right operand) (bool, error)

// operatorNamed finds an operator by its name in lower case. The last ones need operands that
// cannot be written in a path: they make a filter false.
func operatorNamed(name string) (operator, bool) {
	switch name {
	case "==":
		return equal, true
	case "!=":
		return not(equal), true
	case "===":
		return sameKind, true
	case "!==":
		return not(sameKind), true
	case "<":
		return order(func(n int) bool { return n < 0 }), true
	case "<=":
		return order(func(n int) bool { return n <= 0 }), true
	case ">":
		return order(func(n int) bool { return n > 0 }), true
	case ">=":
		return order(func(n int) bool { return n >= 0 }), true
	case "=~":
		return matches, true
	case "in":
		return in, true
	case "nin":
		return not(in), true
	case "contains":
		return contains, true
	case "size":
		return size, true
	case "empty":
		return empty, true
	case "subsetof":
		return subsetOf, true
	case "anyof":
		return anyOf, true
	case "noneof":
		return noneOf, true
	case "exists":
		return bothSame, true
	case "all", "type", "matches":
		return impossible, true
	}
	return nil, false
}

func not(of operator) operator {
	return func(c *filterContext, left, right operand) (bool, error) {
		ok, err := of(c, left, right)
		return !ok, err
	}
}

func impossible(*filterContext, operand, operand) (bool, error) {
	return false, fail(invalid, "the operator does not apply to these values")
}

func equal(c *filterContext, left, right operand) (bool, error) {
	if l, ok := left.(*jsonOperand); ok {
		if r, ok := right.(*jsonOperand); ok {
			same, err := l.same(r, c.state)
			// The comparison stops early when everything is spent.
			if paid := c.spend(0); err == nil {
				err = paid
			}
			return same, err
		}
	}
	return left.equals(right), nil
}

func sameKind(c *filterContext, left, right operand) (bool, error) {
	if kind(left) != kind(right) {
		return false, nil
	}
	return equal(c, left, right)
}

func kind(o operand) byte {
	switch o.(type) {
	case textOperand:
		return '"'
	case *numberOperand:
		return '0'
	case boolOperand:
		return 't'
	case nullOperand:
		return 'n'
	case *jsonOperand:
		return '{'
	case *patternOperand:
		return '/'
	}
	return 'u'
}

// order compares two numbers or two texts; anything else is in no order.
func order(holds func(int) bool) operator {
	return func(_ *filterContext, left, right operand) (bool, error) {
		switch l := left.(type) {
		case *numberOperand:
			if r, ok := right.(*numberOperand); ok {
				return holds(l.decimal.compare(r.decimal)), nil
			}
		case textOperand:
			if r, ok := right.(textOperand); ok {
				return holds(compareUTF16(string(l), string(r))), nil
			}
		}
		return false, nil
	}
}

func size(_ *filterContext, left, right operand) (bool, error) {
	want, ok := right.(*numberOperand)
	if !ok {
		return false, nil
	}
	have := -1
	switch l := left.(type) {
	case textOperand:
		have = utf16Len(string(l))
	case *jsonOperand:
		v, err := l.parsed()
		if err != nil {
			return false, err
		}
		if items, ok := v.(*vtl.List); ok {
			have = len(items.Items)
		}
	default:
		return false, nil
	}
	return have == int(want.decimal.intValue()), nil
}

func empty(c *filterContext, left, right operand) (bool, error) {
	isEmpty := true
	switch l := left.(type) {
	case textOperand:
		isEmpty = l == ""
	case *jsonOperand:
		v, err := l.parsed()
		if err != nil {
			return false, err
		}
		switch v := v.(type) {
		case *vtl.List:
			isEmpty = len(v.Items) == 0
		case *vtl.Map:
			return false, fail(failed, "empty does not apply to an object")
		}
	default:
		return false, nil
	}
	want, ok := right.(boolOperand)
	if !ok {
		return impossible(c, left, right)
	}
	return isEmpty == bool(want), nil
}

// bothSame is the operator exists with a boolean on both sides.
func bothSame(c *filterContext, left, right operand) (bool, error) {
	l, leftOK := left.(boolOperand)
	r, rightOK := right.(boolOperand)
	switch {
	case !leftOK && !rightOK:
		return false, fail(failed, "exists needs a boolean")
	case !leftOK || !rightOK:
		return impossible(c, left, right)
	}
	return l == r, nil
}
