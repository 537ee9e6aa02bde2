package vtl

import (
	"context"
	"fmt"
	"time"
)

// state is one rendering.
type state struct {
	ctx    context.Context
	t      *Template
	out    []byte
	start  int // where out begins to be ours
	slots  []Value
	steps  int // left
	memory int // bytes left
	depth  int // of nodes and texts inside each other
	calls  []string
	// matching is the time that regular expressions have taken.
	matching time.Duration
	// calling is the time that the methods of objects have taken.
	calling time.Duration
	// patterns are the regular expressions that were not known at compilation.
	patterns map[string]*pattern
}

// signal ends blocks: #break and #stop. It travels as an error.
type signal struct {
	// all ends the template; otherwise owner is the directive that ends, and nil means the
	// nearest.
	all   bool
	owner any
}

func (*signal) Error() string { return "#break or #stop" }

var (
	stopAll      = &signal{all: true}
	breakNearest = &signal{}
)

// endsAt tells whether the signal ends at this directive.
func (sig *signal) endsAt(owner any) bool {
	return !sig.all && (sig.owner == nil || sig.owner == owner)
}

// stepsPerLook is how many steps pass between two looks at the context.
const stepsPerLook = 4096

// step pays for one evaluated node.
func (s *state) step() error {
	s.steps--
	if s.steps&(stepsPerLook-1) == 0 || s.steps < 0 {
		return s.look()
	}
	return nil
}

func (s *state) look() error {
	if s.steps < 0 {
		return limitError(fmt.Sprintf("the template needs more than %d steps", s.t.limits.Steps))
	}
	if err := s.ctx.Err(); err != nil {
		return fmt.Errorf("render template: %w", err)
	}
	return nil
}

// spend pays for n elements of work that one node does.
func (s *state) spend(n int) error {
	before := s.steps
	s.steps -= n
	if s.steps < 0 || before/stepsPerLook != s.steps/stepsPerLook {
		return s.look()
	}
	return nil
}

// allocate pays for n bytes of memory; one value may not take more than the output.
func (s *state) allocate(n int) error {
	if n > s.t.limits.OutputBytes {
		return limitError(fmt.Sprintf("a value needs more than %d bytes", s.t.limits.OutputBytes))
	}
	if s.memory -= n; s.memory < 0 {
		return limitError(fmt.Sprintf("the template needs more than %d bytes of memory", s.t.limits.MemoryBytes))
	}
	return nil
}

// fits checks the length of the output; every write is followed by it.
func (s *state) fits() error {
	if len(s.out)-s.start > s.t.limits.OutputBytes {
		return limitError(fmt.Sprintf("the output has more than %d bytes", s.t.limits.OutputBytes))
	}
	return nil
}

func (s *state) write(text string) error {
	s.out = append(s.out, text...)
	return s.fits()
}

// enter pays for a level of depth; every call is followed by leave.
func (s *state) enter() error {
	s.depth++
	if s.depth > 4*s.t.limits.Nesting {
		return limitError(fmt.Sprintf("more than %d levels inside each other", 4*s.t.limits.Nesting))
	}
	return nil
}

func (s *state) leave() { s.depth-- }

func (s *state) renderAll(nodes []node) error {
	for _, n := range nodes {
		if err := n.render(s); err != nil {
			return err
		}
	}
	return nil
}

// capture renders nodes into a text of their own.
func (s *state) capture(nodes []node) (string, error) {
	if err := s.enter(); err != nil {
		return "", err
	}
	defer s.leave()
	mark := len(s.out)
	err := s.renderAll(nodes)
	text := string(s.out[mark:])
	s.out = s.out[:mark]
	if err == nil {
		err = s.allocate(len(text))
	}
	return text, err
}
