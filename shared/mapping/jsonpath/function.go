package jsonpath

import (
	"math"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// function is name(...).
type function struct {
	name string
	args []arg
	// each is the first argument with a wildcard after it, for length().
	each *Path
}

// prepare derives what evaluations share.
func (f *function) prepare() {
	if len(f.args) > 0 && f.args[0].path != nil {
		f.each = f.args[0].path
		if !f.each.endsInFunction {
			f.each = f.each.withWildcard()
		}
	}
}

func (f *function) eval(e *evaluation, n *node, model vtl.Value) error {
	if !f.known() {
		return fail(invalid, "there is no function %s()", f.name)
	}
	args := make([]arg, len(f.args))
	for i, a := range f.args {
		if a.path != nil {
			v, err := a.path.value(e.state, e.root, e.root, e.require)
			if err != nil {
				return err
			}
			a.value = v
		}
		args[i] = a
	}
	for _, a := range args {
		if l, ok := a.value.(*vtl.List); ok {
			if err := e.spend(len(l.Items)); err != nil {
				return err
			}
		}
	}
	v, err := f.call(e, model, args)
	if err != nil {
		return err
	}
	if err := e.add(v); err != nil || n.next == nil {
		return err
	}
	return n.next.eval(e, v)
}

func (f *function) known() bool {
	switch f.name {
	case "avg", "stddev", "sum", "min", "max", "concat", "length", "size", "append", "keys", "first", "last", "index":
		return true
	}
	return false
}

func (f *function) call(e *evaluation, model vtl.Value, args []arg) (vtl.Value, error) {
	items, isList := model.(*vtl.List)
	if isList {
		if err := e.spend(len(items.Items)); err != nil {
			return nil, err
		}
	}
	switch f.name {
	case "length", "size":
		return f.length(e, model)
	case "keys":
		m, ok := model.(*vtl.Map)
		if !ok {
			return nil, nil
		}
		keys := &vtl.Set{}
		for i := range m.Len() {
			k, _ := m.At(i)
			keys.Items = append(keys.Items, k)
		}
		return keys, nil
	case "append":
		return appended(model, args)
	case "concat":
		return concat(e, model, args)
	case "first", "last", "index":
		return f.element(model, args)
	}
	return f.aggregate(model, args)
}

func (f *function) length(e *evaluation, model vtl.Value) (vtl.Value, error) {
	if len(f.args) > 0 {
		if f.each == nil {
			return nil, fail(failed, "%s() takes a path, not a value", f.name)
		}
		v, err := f.each.value(e.state, model, model, e.require)
		if err != nil {
			return nil, err
		}
		if l, ok := v.(*vtl.List); ok {
			return int32(len(l.Items)), nil
		}
	}
	switch model := model.(type) {
	case *vtl.List:
		return int32(len(model.Items)), nil
	case *vtl.Map:
		return int32(model.Len()), nil
	}
	return nil, nil
}

// appended answers a longer list: the document may be shared by other evaluations.
func appended(model vtl.Value, args []arg) (vtl.Value, error) {
	l, ok := model.(*vtl.List)
	if !ok || len(args) == 0 {
		return model, nil
	}
	items := slices.Clone(l.Items)
	for _, a := range args {
		if a.err != nil {
			return nil, fail(failed, "argument of append(): %s", a.err)
		}
		items = append(items, a.value)
	}
	return vtl.NewList(items...), nil
}

func concat(e *evaluation, model vtl.Value, args []arg) (vtl.Value, error) {
	var out strings.Builder
	if l, ok := model.(*vtl.List); ok {
		for _, item := range l.Items {
			if text, ok := item.(string); ok {
				out.WriteString(text)
			}
		}
	}
	values, err := flatten(args)
	if err != nil {
		return nil, err
	}
	for _, v := range values {
		if v != nil {
			out.WriteString(javaText(v))
		}
		if err := e.spend(1 + out.Len()/4096); err != nil {
			return nil, err
		}
	}
	return out.String(), nil
}

// flatten is the values of all arguments, with the elements of lists in their place.
func flatten(args []arg) ([]vtl.Value, error) {
	var values []vtl.Value
	for _, a := range args {
		if a.err != nil {
			return nil, fail(failed, "argument of a function: %s", a.err)
		}
		if l, ok := a.value.(*vtl.List); ok {
			values = append(values, l.Items...)
			continue
		}
		values = append(values, a.value)
	}
	return values, nil
}

func (f *function) element(model vtl.Value, args []arg) (vtl.Value, error) {
	l, ok := model.(*vtl.List)
	if !ok {
		return nil, fail(failed, "%s() needs a list", f.name)
	}
	at := 0
	switch f.name {
	case "last":
		at = -1
	case "index":
		values, err := flatten(args)
		if err != nil {
			return nil, err
		}
		at = math.MinInt
		for _, v := range values {
			if n, ok := number(v); ok {
				at = javaInt(n)
				break
			}
		}
		if at == math.MinInt {
			return nil, fail(outOfBounds, "index() needs a number")
		}
	}
	if at < 0 {
		// The first element cannot be reached from the end.
		if at += len(l.Items); at <= 0 {
			return nil, fail(failed, "%s() of a list of %d elements", f.name, len(l.Items))
		}
	}
	if at >= len(l.Items) {
		return nil, fail(outOfBounds, "%s() of a list of %d elements", f.name, len(l.Items))
	}
	return l.Items[at], nil
}
