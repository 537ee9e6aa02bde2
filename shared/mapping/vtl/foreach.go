package vtl

// foreachNode is #foreach with its block and an optional #else.
type foreachNode struct {
	item      int // the variable's slot
	over      expr
	content   []node
	otherwise []node
	at        position
}

// loop is $foreach. It is a map too, in which templates may keep values of their own.
type loop struct {
	owner   *foreachNode
	parent  *loop
	before  Value // what $foreach was, if that is no loop
	index   int
	hasNext bool
	storage *Map
}

// elements is something that #foreach walks through.
type elements struct {
	list    *List
	items   []Value
	numbers integerRange
	kind    elementKind
	m       *Map
	iter    *Iterator
	changes int
}

type elementKind uint8

const (
	ofItems elementKind = iota
	ofList
	ofRange
	ofMap
	ofIterator
)

// elementsOf tells how to walk through a value; false for what has no elements.
func elementsOf(v Value) (elements, bool) {
	switch v := v.(type) {
	case *List:
		return elements{kind: ofList, list: v, changes: v.changes}, true
	case integerRange:
		return elements{kind: ofRange, numbers: v}, true
	case *Map:
		return elements{kind: ofMap, m: v, changes: v.changes}, true
	case *Set:
		es := elements{items: v.current(), m: v.of}
		if v.of != nil {
			es.changes = v.of.changes
		}
		return es, true
	case *Iterator:
		return elements{kind: ofIterator, iter: v}, true
	case *loop:
		if v.storage == nil {
			return elements{}, true
		}
		return elements{kind: ofMap, m: v.storage, changes: v.storage.changes}, true
	case IterableObject:
		return elements{items: v.Elements()}, true
	}
	return elements{}, false
}

func (e *elements) len() int {
	switch e.kind {
	case ofList:
		return len(e.list.Items)
	case ofRange:
		return e.numbers.len()
	case ofMap:
		return len(e.m.entries)
	}
	if e.m != nil {
		return len(e.m.entries)
	}
	return len(e.items)
}

func (e *elements) hasNext(i int) bool {
	if e.kind == ofIterator {
		return e.iter.next < len(e.iter.items)
	}
	// Java's own test, by which a list that shrank below the place still "has" a next element.
	return i != e.len()
}

var errConcurrent = thrown("java.util.ConcurrentModificationException", "")

func (e *elements) next(i int) (Value, error) {
	switch e.kind {
	case ofList:
		if e.list.changes != e.changes || i >= len(e.list.Items) {
			return nil, errConcurrent
		}
		return e.list.Items[i], nil
	case ofRange:
		return e.numbers.at(i), nil
	case ofMap:
		if e.m.changes != e.changes || i >= len(e.m.entries) {
			return nil, errConcurrent
		}
		return e.m.entries[i].Value, nil
	case ofIterator:
		e.iter.next++
		return e.iter.items[e.iter.next-1], nil
	}
	if e.m != nil && e.m.changes != e.changes {
		return nil, errConcurrent
	}
	return e.items[i], nil
}

func (n *foreachNode) render(s *state) error {
	if err := s.step(); err != nil {
		return err
	}
	v, err := n.over.eval(s)
	if err != nil {
		return s.errorAt(err, n.at, n.over.literal())
	}
	es, ok := elementsOf(v)
	if !ok || !es.hasNext(0) {
		return s.renderAll(n.otherwise)
	}
	if err := s.enter(); err != nil {
		return s.errorAt(err, n.at, "#foreach")
	}
	defer s.leave()

	t := s.t
	counts := t.opts.Mode == APIGateway
	oldItem, oldCount := s.slots[n.item], s.slots[t.countSlot]
	l := &loop{owner: n, index: -1, before: s.slots[t.foreachSlot]}
	if parent, ok := l.before.(*loop); ok {
		l.parent, l.before = parent, nil
	}
	s.slots[t.foreachSlot] = l
	for i := 0; i < t.limits.Turns && es.hasNext(i); i++ {
		item, err := es.next(i)
		if err != nil {
			return s.errorAt(err, n.at, n.over.literal())
		}
		s.slots[n.item] = item
		l.index, l.hasNext = i, es.hasNext(i+1)
		if counts {
			s.slots[t.countSlot] = int32(i + 1)
		}
		if err = s.step(); err != nil {
			return s.errorAt(err, n.at, "#foreach")
		}
		if err = s.renderAll(n.content); err == nil {
			continue
		}
		sig, ok := err.(*signal)
		if !ok {
			return err
		}
		if sig.endsAt(n) {
			break
		}
		n.restore(s, l, oldItem, oldCount)
		return sig
	}
	n.restore(s, l, oldItem, oldCount)
	return nil
}

// restore gives the variables of the loop back what they held before.
func (n *foreachNode) restore(s *state, l *loop, item, count Value) {
	s.slots[n.item] = item
	if s.t.opts.Mode == APIGateway {
		s.slots[s.t.countSlot] = count
	}
	if current, ok := s.slots[s.t.foreachSlot].(*loop); ok {
		if current.parent != nil {
			s.slots[s.t.foreachSlot] = current.parent
		} else {
			s.slots[s.t.foreachSlot] = current.before
		}
	}
}

// property reads $foreach.NAME.
func (l *loop) property(name string) Value {
	switch name {
	case "index":
		return int32(l.index)
	case "count":
		return int32(l.index + 1)
	case "hasNext":
		return l.hasNext
	case "first":
		return l.index < 1
	case "last":
		return !l.hasNext
	case "parent":
		if l.parent == nil {
			return nil
		}
		return l.parent
	case "topmost":
		top := l
		for top.parent != nil {
			top = top.parent
		}
		return top
	case "replaced":
		for x := l; x != nil; x = x.parent {
			if x.before != nil {
				return x.before
			}
		}
		return nil
	}
	return l.get(name)
}

// get reads a value that the template keeps in the loop, or in one around it.
func (l *loop) get(key Value) Value {
	for x := l; x != nil; x = x.parent {
		if x.storage != nil {
			if v, ok := x.storage.Get(key); ok {
				return v
			}
		}
	}
	return nil
}

func (l *loop) put(key, v Value) Value {
	if l.storage == nil {
		l.storage = NewMap()
	}
	return l.storage.Put(key, v)
}
