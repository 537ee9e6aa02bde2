package vtl

import (
	"fmt"
	"time"
)

// textPerStep is how many bytes of text a method may read for one step.
const textPerStep = 32

// spendText pays for the texts that a method is going to read. Most methods walk through the whole
// text: without this a long one in a loop would take minutes within the bound of steps.
func (s *state) spendText(on Value, args []Value) error {
	text, _ := on.(string)
	n := len(text)
	for _, arg := range args {
		if text, ok := arg.(string); ok {
			n += len(text)
		}
	}
	if n < textPerStep {
		return nil
	}
	return s.spend(n / textPerStep)
}

// callObject runs a method of an object, whose work is not counted in steps, and so in time.
func (s *state) callObject(o Object, name string, args []Value) (Value, error) {
	if s.calling > s.t.limits.CallTime {
		return nil, limitError(fmt.Sprintf("the methods of objects took more than %s", s.t.limits.CallTime))
	}
	start := time.Now()
	v, err := o.Call(name, append([]Value(nil), args...))
	s.calling += time.Since(start)
	if err == ErrNoMethod {
		return nil, nil
	}
	if text, ok := v.(string); ok && err == nil {
		err = s.allocate(len(text))
	}
	return v, err
}
