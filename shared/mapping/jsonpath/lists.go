package jsonpath

import (
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// elements are those of a list; ok is false for an object.
func elements(c *filterContext, o operand) (all []operand, ok bool, err error) {
	j, isJSON := o.(*jsonOperand)
	if !isJSON {
		_, err = impossible(c, o, o)
		return nil, false, err
	}
	if j.elements != nil {
		return j.elements, true, nil
	}
	v, err := j.parsed()
	if err != nil {
		return nil, false, err
	}
	l, ok := v.(*vtl.List)
	if !ok {
		return nil, false, nil
	}
	all = make([]operand, len(l.Items))
	for i, item := range l.Items {
		cost := 1
		if text, isText := item.(string); isText {
			cost += len(text) / 16
		}
		if err := c.spend(cost); err != nil {
			return nil, false, err
		}
		if all[i], err = elementOf(item); err != nil {
			return nil, false, err
		}
	}
	return all, true, nil
}

// literalElements are nil if the list cannot be searched, which is an error only when it is.
func literalElements(l *vtl.List) []operand {
	all := make([]operand, len(l.Items))
	for i, item := range l.Items {
		var err error
		if all[i], err = elementOf(item); err != nil {
			return nil
		}
	}
	return all
}

func has(c *filterContext, all []operand, o operand) (bool, error) {
	if err := c.spend(len(all)); err != nil {
		return false, err
	}
	for _, element := range all {
		if o.equals(element) {
			return true, nil
		}
	}
	return false, nil
}

func in(c *filterContext, left, right operand) (bool, error) {
	all, ok, err := elements(c, right)
	if err != nil || !ok {
		return false, err
	}
	return has(c, all, left)
}

func contains(c *filterContext, left, right operand) (bool, error) {
	switch l := left.(type) {
	case textOperand:
		r, ok := right.(textOperand)
		return ok && strings.Contains(string(l), string(r)), nil
	case *jsonOperand:
		return in(c, right, left)
	}
	return false, nil
}

// both is the elements of two lists; ok is false if one of them is none.
func both(c *filterContext, left, right operand) (l, r []operand, ok bool, err error) {
	if r, ok, err = elements(c, right); err != nil || !ok {
		return nil, nil, false, err
	}
	l, ok, err = elements(c, left)
	return l, r, ok, err
}

func subsetOf(c *filterContext, left, right operand) (bool, error) {
	l, r, ok, err := both(c, left, right)
	if err != nil || !ok {
		return false, err
	}
	for _, element := range l {
		if ok, err := has(c, r, element); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

func anyOf(c *filterContext, left, right operand) (bool, error) { return share(c, left, right, true) }

func noneOf(c *filterContext, left, right operand) (bool, error) {
	return share(c, left, right, false)
}

// share answers found if the lists have an element in common; an object on either side is false.
func share(c *filterContext, left, right operand, found bool) (bool, error) {
	l, r, ok, err := both(c, left, right)
	if err != nil || !ok {
		return false, err
	}
	for _, element := range l {
		ok, err := has(c, r, element)
		if err != nil {
			return false, err
		}
		if ok {
			return found, nil
		}
	}
	return !found, nil
}
