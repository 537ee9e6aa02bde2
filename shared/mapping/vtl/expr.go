package vtl

// literal is a value that stands in the template.
type literal struct {
	value  Value
	source string
}

func (n literal) eval(*state) (Value, error)  { return n.value, nil }
func (n literal) test(s *state) (bool, error) { return s.truth(n.value), nil }
func (n literal) literal() string             { return n.source }

// interpolated is a text in double quotes with references or directives in it.
type interpolated struct {
	nodes  []node
	source string
}

func (n *interpolated) eval(s *state) (Value, error) { return s.capture(n.nodes) }
func (n *interpolated) literal() string              { return n.source }

func (n *interpolated) test(s *state) (bool, error) {
	text, err := s.capture(n.nodes)
	return text != "" || s.t.opts.EmptyIsTrue, err
}

type listNode struct {
	items  []expr
	source string
}

func (n *listNode) eval(s *state) (Value, error) {
	if err := s.allocate(64 + 16*len(n.items)); err != nil {
		return nil, err
	}
	l := &List{Items: make([]Value, len(n.items))}
	for i, x := range n.items {
		var err error
		if l.Items[i], err = x.eval(s); err != nil {
			return nil, err
		}
	}
	return l, s.spend(len(n.items))
}

func (n *listNode) test(s *state) (bool, error) {
	return len(n.items) > 0 || s.t.opts.EmptyIsTrue, nil
}
func (n *listNode) literal() string { return n.source }

type mapNode struct {
	keys, values []expr
	source       string
}

func (n *mapNode) eval(s *state) (Value, error) {
	if err := s.allocate(64 + 64*len(n.keys)); err != nil {
		return nil, err
	}
	m := NewMap()
	for i := range n.keys {
		key, err := n.keys[i].eval(s)
		if err != nil {
			return nil, err
		}
		value, err := n.values[i].eval(s)
		if err != nil {
			return nil, err
		}
		m.Put(key, value)
	}
	return m, s.spend(len(n.keys))
}

func (n *mapNode) test(s *state) (bool, error) {
	return len(n.keys) > 0 || s.t.opts.EmptyIsTrue, nil
}
func (n *mapNode) literal() string { return n.source }

// rangeNode is [from..to]; null if a bound is no number.
type rangeNode struct {
	from, to expr
	source   string
}

func (n *rangeNode) eval(s *state) (Value, error) {
	var bounds [2]int32
	for i, x := range []expr{n.from, n.to} {
		v, err := x.eval(s)
		if err != nil {
			return nil, err
		}
		number, ok, err := s.asNumber(v)
		if !ok || err != nil {
			return nil, err
		}
		bounds[i] = toInt(number)
	}
	return integerRange{bounds[0], bounds[1]}, nil
}

// test is false: Velocity gives a range no truth.
func (n *rangeNode) test(*state) (bool, error) { return false, nil }
func (n *rangeNode) literal() string           { return n.source }

type notNode struct{ of expr }

func (n *notNode) eval(s *state) (Value, error) {
	b, err := n.test(s)
	return b, err
}

func (n *notNode) test(s *state) (bool, error) {
	b, err := n.of.test(s)
	return !b, err
}
func (n *notNode) literal() string { return "!" + n.of.literal() }

type negateNode struct {
	of expr
	at position
}

func (n *negateNode) eval(s *state) (Value, error) {
	v, err := n.of.eval(s)
	if err != nil {
		return nil, err
	}
	number, ok, err := s.asNumber(v)
	if !ok || err != nil {
		return nil, err
	}
	return negate(number), nil
}
func (n *negateNode) test(s *state) (bool, error) { return n.of.test(s) }
func (n *negateNode) literal() string             { return "-" + n.of.literal() }

type opcode uint8

const (
	opOr opcode = iota
	opAnd
	opEqual
	opNotEqual
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opAdd
	opSubtract
	opMultiply
	opDivide
	opModulo
)

// arithmeticSigns are the signs of the opcodes from opAdd on.
const arithmeticSigns = "+-*/%"

// binaryNode is any operation with two sides.
type binaryNode struct {
	op          opcode
	sign        string
	left, right expr
	at          position
}

// literal leaves the right side out, as Velocity does.
func (n *binaryNode) literal() string {
	sign := n.sign
	switch n.op {
	case opOr:
		sign = "||"
	case opAnd:
		sign = "&&"
	}
	return n.left.literal() + " " + sign + " "
}

func (n *binaryNode) eval(s *state) (Value, error) {
	if n.op < opAdd {
		b, err := n.test(s)
		return b, err
	}
	if err := s.step(); err != nil {
		return nil, err
	}
	left, err := n.left.eval(s)
	if err != nil {
		return nil, err
	}
	right, err := n.right.eval(s)
	if err != nil {
		return nil, err
	}
	if n.op == opAdd {
		if text, ok, err := n.concatenate(s, left, right); ok || err != nil {
			return text, err
		}
	}
	x, ok, err := s.asNumber(left)
	if !ok || err != nil {
		return nil, err
	}
	y, ok, err := s.asNumber(right)
	if !ok || err != nil {
		return nil, err
	}
	v, err := calculate(arithmeticSigns[n.op-opAdd], x, y)
	if err != nil {
		return nil, s.errorAt(err, n.at, n.literal())
	}
	if err := s.allocate(sizeOfNumber(v)); err != nil {
		return nil, s.errorAt(err, n.at, n.literal())
	}
	return v, nil
}

// concatenate is + where one side is a text; null becomes its source.
func (n *binaryNode) concatenate(s *state, left, right Value) (string, bool, error) {
	x, isText := left.(string)
	y, alsoText := right.(string)
	if !isText && !alsoText {
		return "", false, nil
	}
	var err error
	switch {
	case !isText && left == nil:
		x = n.left.literal()
	case !isText:
		x, err = s.text(left)
	case !alsoText && right == nil:
		y = n.right.literal()
	case !alsoText:
		y, err = s.text(right)
	}
	if err == nil {
		err = s.allocate(len(x) + len(y) + 16)
	}
	if err != nil {
		return "", true, s.errorAt(err, n.at, n.literal())
	}
	return x + y, true, nil
}

func (n *binaryNode) test(s *state) (bool, error) {
	if err := s.step(); err != nil {
		return false, err
	}
	switch n.op {
	case opOr:
		b, err := n.left.test(s)
		if b || err != nil {
			return b, err
		}
		return n.right.test(s)
	case opAnd:
		b, err := n.left.test(s)
		if !b || err != nil {
			return false, err
		}
		return n.right.test(s)
	}
	if n.op >= opAdd {
		return false, nil // Velocity gives arithmetic no truth
	}
	left, err := n.left.eval(s)
	if err != nil {
		return false, err
	}
	right, err := n.right.eval(s)
	if err != nil {
		return false, err
	}
	b, err := n.compare(s, left, right)
	if err != nil {
		return false, s.errorAt(err, n.at, n.literal())
	}
	return b, nil
}

func (n *binaryNode) compare(s *state, left, right Value) (bool, error) {
	switch n.op {
	case opEqual:
		return s.equal(left, right)
	case opNotEqual:
		b, err := s.equal(left, right)
		return !b, err
	}
	if left == nil || right == nil {
		return false, nil
	}
	x, y, ok, err := s.numbers(left, right)
	if !ok || err != nil {
		return false, err
	}
	c, err := compareNumbers(x, y)
	if err != nil {
		return false, err
	}
	switch n.op {
	case opLess:
		return c < 0, nil
	case opLessEqual:
		return c <= 0, nil
	case opGreater:
		return c > 0, nil
	}
	return c >= 0, nil
}
