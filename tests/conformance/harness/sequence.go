package harness

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// sequence plays the cases before a case and then the case.
func (s *Suite) sequence(t *testing.T, gate door, c *Case, p *Place) []string {
	for i := range c.Before {
		before := c.Before[i]
		before.API = c.API
		if all := s.sequence(t, gate, &before, p); all != nil {
			return append([]string{fmt.Sprintf("request %d before:", i+1)}, all...)
		}
	}
	if c.Act != nil {
		if err := c.Act(t.Context(), p.control, p.ids[c.API]); err != nil {
			return []string{err.Error()}
		}
	}
	end := time.Now().Add(patience)
	for {
		all := append(s.problems(t, gate, c, p), authorizerProblems(c, p, p.ids[c.API])...)
		if all == nil {
			all = logProblems(c, p)
		}
		if all == nil && c.After != nil {
			if err := c.After(t.Context(), p.control, p.ids[c.API]); err != nil {
				all = []string{err.Error()}
			}
		}
		if all == nil || !c.Eventually || time.Now().After(end) {
			return all
		}
		time.Sleep(50 * time.Millisecond) // between attempts
	}
}

// authorizerProblems says what is wrong with what the authorizer's function was asked.
func authorizerProblems(c *Case, p *Place, id string) []string {
	asked := p.authorizer.drain()
	switch {
	case c.Asked == Never && len(asked) > 0:
		return []string{"the authorizer was called with " + asked[0]}
	case (c.Asked == Once || c.AuthorizerEvent != nil) && len(asked) != 1:
		return []string{fmt.Sprintf("the authorizer was called %d times, want 1", len(asked))}
	case c.AuthorizerEvent == nil:
		return nil
	}
	return eventProblems(asked[0], c.AuthorizerEvent, func(v any) any { return fillWant(v, id, p) })
}

// logProblems waits for what the process should log, which may come after the answer.
func logProblems(c *Case, p *Place) []string {
	text := ""
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		text += p.log()
		missing := slices.DeleteFunc(slices.Clone(c.Log), func(part string) bool { return strings.Contains(text, part) })
		if len(missing) == 0 {
			return nil
		}
		if time.Now().After(end) {
			return []string{fmt.Sprintf("the log lacks %q:\n%s", missing, text)}
		}
	}
}

func eventProblems(event string, want map[string]any, fill func(any) any) []string {
	var v any
	if err := json.Unmarshal([]byte(event), &v); err != nil {
		return []string{err.Error()}
	}
	var all []string
	add := func(text string) {
		if text != "" {
			all = append(all, text)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(want)) {
		keys, ok := want[path].(Keys)
		switch {
		case path == "" && ok:
			add(memberProblem(map[string]any{"itself": v}, "itself", keys))
			continue
		case path == "": // the event as a whole
			add(Problem("the event", event, true, fill(want[path])))
			continue
		}
		add(memberProblem(v, path, fill(want[path])))
	}
	return all
}
