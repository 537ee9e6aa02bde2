package vtl

import (
	"math/big"
	"strconv"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

var errTextDepth = limitError("a value contains itself, or too many levels")

// maxTextDepth bounds the levels of a value that becomes text.
const maxTextDepth = 500

// text is the String of a value: what String.valueOf gives.
func (s *state) text(v Value) (string, error) {
	if text, ok := v.(string); ok {
		return text, nil
	}
	if b, ok := v.(*block); ok {
		text, _, err := b.text(s)
		return text, err
	}
	mark := len(s.out)
	err := s.appendText(v, 0)
	text := string(s.out[mark:])
	s.out = s.out[:mark]
	if err == nil {
		err = s.allocate(len(text) + 16)
	}
	return text, err
}

// appendText writes the String of a value to the output.
func (s *state) appendText(v Value, depth int) error {
	if depth > maxTextDepth {
		return errTextDepth
	}
	switch v := v.(type) {
	case nil:
		s.out = append(s.out, "null"...)
	case string:
		s.out = append(s.out, v...)
	case int32:
		s.out = strconv.AppendInt(s.out, int64(v), 10)
	case int64:
		s.out = strconv.AppendInt(s.out, v, 10)
	case bool:
		s.out = strconv.AppendBool(s.out, v)
	case Double:
		s.out = appendDouble(s.out, v.Value)
	case Decimal:
		s.out = append(s.out, v.String()...)
	case *big.Int:
		s.out = v.Append(s.out, 10)
	case *Map:
		return s.appendMap(v, depth)
	case *List, integerRange:
		if s.t.opts.Mode == APIGateway {
			return s.appendJSON(v, depth)
		}
		return s.appendList(v, depth)
	case *Set:
		return s.appendSet(v, depth)
	case *Entry:
		if err := s.appendText(v.Key, depth+1); err != nil {
			return err
		}
		s.out = append(s.out, '=')
		return s.appendText(v.Value, depth+1)
	case *loop:
		if v.storage == nil {
			s.out = append(s.out, "{}"...)
		} else {
			return s.appendMap(v.storage, depth)
		}
	case *block:
		if err := s.enter(); err != nil {
			return err
		}
		defer s.leave()
		_, err := v.render(s)
		return err
	case TextObject:
		s.out = v.AppendText(s.out)
	}
	return s.fits()
}

func (s *state) appendMap(m *Map, depth int) error {
	if m.opaque {
		return nil
	}
	if err := s.spend(len(m.entries)); err != nil {
		return err
	}
	s.out = append(s.out, '{')
	for i := range m.entries {
		if i > 0 {
			s.out = append(s.out, ", "...)
		}
		e := &m.entries[i]
		if err := s.appendMember(e.Key, m, depth); err != nil {
			return err
		}
		s.out = append(s.out, '=')
		if err := s.appendMember(e.Value, m, depth); err != nil {
			return err
		}
	}
	return s.write("}")
}

// appendMember notices a map that contains itself, as Java does.
func (s *state) appendMember(v Value, in *Map, depth int) error {
	if m, ok := v.(*Map); ok && m == in {
		s.out = append(s.out, "(this Map)"...)
		return nil
	}
	return s.appendText(v, depth+1)
}

func (s *state) appendList(v Value, depth int) error {
	n, _ := listLen(v)
	if err := s.spend(n); err != nil {
		return err
	}
	s.out = append(s.out, '[')
	for i := range n {
		if i > 0 {
			s.out = append(s.out, ", "...)
		}
		item := listAt(v, i)
		if l, ok := item.(*List); ok && Value(l) == v {
			s.out = append(s.out, "(this Collection)"...)
			continue
		}
		if err := s.appendText(item, depth+1); err != nil {
			return err
		}
	}
	return s.write("]")
}

func (s *state) appendSet(v *Set, depth int) error {
	if err := s.spend(len(v.current())); err != nil {
		return err
	}
	s.out = append(s.out, '[')
	for i, item := range v.Items {
		if i > 0 {
			s.out = append(s.out, ", "...)
		}
		if err := s.appendText(item, depth+1); err != nil {
			return err
		}
	}
	return s.write("]")
}

// appendJSON writes a value as compact JSON, paying for it.
func (s *state) appendJSON(v Value, depth int) error {
	if err := s.spend(sizeOf(v)); err != nil {
		return err
	}
	switch v := v.(type) {
	case *List, integerRange:
		n, _ := listLen(v)
		s.out = append(s.out, '[')
		for i := range n {
			if i > 0 {
				s.out = append(s.out, ',')
			}
			if depth > maxTextDepth {
				return errTextDepth
			}
			if err := s.appendJSON(listAt(v, i), depth+1); err != nil {
				return err
			}
		}
		return s.write("]")
	case *Map:
		s.out = append(s.out, '{')
		for i := range v.entries {
			if i > 0 {
				s.out = append(s.out, ',')
			}
			if depth > maxTextDepth {
				return errTextDepth
			}
			key, err := s.text(v.entries[i].Key)
			if err != nil {
				return err
			}
			s.out = append(jsontext.AppendString(s.out, key), ':')
			if err := s.appendJSON(v.entries[i].Value, depth+1); err != nil {
				return err
			}
		}
		return s.write("}")
	}
	if out, ok := appendScalarJSON(s.out, v); ok {
		s.out = out
		return s.fits()
	}
	text, err := s.text(v)
	if err != nil {
		return err
	}
	s.out = jsontext.AppendString(s.out, text)
	return s.fits()
}
