package main

import (
	"strings"
	"testing"
)

func TestQuick(t *testing.T) {
	var out strings.Builder
	if failures := simulate(&out, true); failures > 0 {
		t.Errorf("%d bounds were exceeded:\n%s", failures, out.String())
	}
}

// TestTallies checks the measure itself against counts made by hand.
func TestTallies(t *testing.T) {
	s := scenario{limit: scenarios()[0].limit, seconds: 20}
	s.limit.Rate, s.limit.Burst = 10, 10
	tally := newTally(20)
	for i := range int64(20) {
		for range 20 {
			tally.demand(i * second)
		}
		for range 9 {
			tally.admit(i * second)
		}
	}
	for range 25 {
		tally.admit(19 * second)
	}
	r := result{scenario: s}
	r.windows(tally)
	// The worst 10 s have 90 + 25 for 100, and the others 90.
	if r.over != 15 || r.under < 0.0999 || r.under > 0.1001 || !r.saturated {
		t.Errorf("over %v, under %v, saturated %v; want 15, 0.1, true", r.over, r.under, r.saturated)
	}
}
