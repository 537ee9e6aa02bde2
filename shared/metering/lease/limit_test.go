package lease

import (
	"testing"

	"pgregory.net/rapid"
)

// TestTermsKeepTheBound checks what the bound in doc.go rests on: life and
// depth together never exceed the burst's time and the tolerance.
func TestTermsKeepTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Limit{Rate: rapid.Float64Range(0.001, 1e6).Draw(t, "rate"), Burst: rapid.Int64Range(1, 1e7).Draw(t, "burst")}
		terms := TermsOf(l)
		allowed := float64(l.Burst)/l.Rate + tolerance
		if got := float64(terms.Life+terms.Depth) / float64(second); got > allowed*(1+1e-9)+2*tick/1e9 {
			t.Errorf("%+v: life and depth are %v s, allowed are %v s", l, got, allowed)
		}
		if terms.Life < second/20 || terms.Life > second {
			t.Errorf("%+v: life is %d ns", l, terms.Life)
		}
		if l.Rate < fastRate && terms.Depth < deepest && terms.fit(terms.Depth, 0) < l.Burst {
			t.Errorf("%+v: a depth of %d ns holds less than the burst", l, terms.Depth)
		}
		if terms.fit(terms.depth(0), 0) < 1 {
			t.Errorf("%+v: a depth of %d ns holds no token of %v ns", l, terms.Depth, terms.Interval)
		}
	})
}

func TestTerms(t *testing.T) {
	tests := []struct {
		name        string
		limit       Limit
		depth, life int64 // milliseconds
	}{
		{"a slow limit keeps its burst", Limit{10, 20}, 2000, 200},
		{"one at a time", Limit{1, 1}, 1000, 200},
		{"a fast limit gives half a second of its burst", Limit{1000, 2000}, 1500, 700},
		{"a burst of half a second", Limit{10_000, 5000}, 125, 575},
		{"a tiny burst", Limit{1000, 1}, 1, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := TermsOf(tt.limit)
			if got.Depth/1e6 != tt.depth || got.Life/1e6 != tt.life {
				t.Errorf("depth %d ms, life %d ms; want %d and %d", got.Depth/1e6, got.Life/1e6, tt.depth, tt.life)
			}
		})
	}
}

func TestCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.IntRange(0, mostLevels).Draw(t, "level")
		at := rapid.Int64Range(0, 4_000_000_000*second).Draw(t, "at")
		gotLevel, gotAt := decode(encode(level, at))
		if gotLevel != level || gotAt > at || at-gotAt >= tick {
			t.Errorf("level %d, time %d became %d, %d", level, at, gotLevel, gotAt)
		}
	})
}
