package store

import (
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Sums near the ends of int64 are where mistakes are; the model is big.Int.
func TestBoundsAgainstBigInt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count, delta := rapid.Int64().Draw(t, "count"), rapid.Int64().Draw(t, "delta")
		b, floor, ceiling := Bounds{}, big.NewInt(-1<<63), big.NewInt(1<<63-1)
		if rapid.Bool().Draw(t, "has floor") {
			n := rapid.Int64().Draw(t, "floor")
			b.Floor, floor = &n, big.NewInt(n)
		}
		if rapid.Bool().Draw(t, "has ceiling") {
			n := rapid.Int64().Draw(t, "ceiling")
			b.Ceiling, ceiling = &n, big.NewInt(n)
		}
		want := new(big.Int).Add(big.NewInt(count), big.NewInt(delta))
		wantOK := want.Cmp(floor) >= 0 && want.Cmp(ceiling) <= 0
		if !wantOK {
			want = big.NewInt(count)
		}
		got, ok := b.Sum(count, delta)
		if ok != wantOK || got != want.Int64() {
			t.Fatalf("Sum = %d, %v; want %d, %v", got, ok, want, wantOK)
		}
	})
}

func TestConditionHolds(t *testing.T) {
	tests := []struct {
		cond    Condition
		exists  bool
		version int64
		want    bool
	}{
		{Any, false, 0, true}, {Any, true, 3, true},
		{Absent, false, 0, true}, {Absent, true, 3, false},
		{Present, false, 0, false}, {Present, true, 3, true},
		{VersionIs(3), true, 3, true}, {VersionIs(3), true, 4, false}, {VersionIs(3), false, 3, false},
		{VersionIs(0), false, 0, false}, {VersionIs(-1), false, 0, false}, {VersionIs(-1), true, -1, false},
	}
	for _, test := range tests {
		if got := test.cond.Holds(test.exists, test.version); got != test.want {
			t.Errorf("%s.Holds(%v, %d) = %v", test.cond, test.exists, test.version, got)
		}
	}
}

func TestExpirySeconds(t *testing.T) {
	for _, test := range []struct {
		in   time.Time
		want int64
	}{
		{time.Time{}, 0},
		{time.Unix(100, 0), 100},
		{time.Unix(100, 1), 101},
		{time.Unix(0, 0), 1},
		{time.Unix(-100, 5), 1},
	} {
		if got := ExpirySeconds(test.in); got != test.want {
			t.Errorf("ExpirySeconds(%s) = %d; want %d", test.in, got, test.want)
		}
	}
	if Expired(0, time.Unix(1<<40, 0)) || Expired(101, time.Unix(100, 999e6)) || !Expired(101, time.Unix(101, 0)) {
		t.Error("Expired is wrong at its edges")
	}
}

func FuzzPosition(f *testing.F) {
	f.Add("", "")
	f.Add(EncodePosition("a/1"), "a/")
	f.Add("MWE", "a")
	f.Add("MQ", "")
	f.Fuzz(func(t *testing.T, position, prefix string) {
		after, err := ValidateQuery("p", prefix, Page{After: position})
		switch {
		case err != nil && !errors.Is(err, ErrInvalid):
			t.Errorf("error is %v", err)
		case err == nil && !strings.HasPrefix(after, prefix) && position != "":
			t.Errorf("position after %q does not belong to %q", after, prefix)
		case err == nil && position != "" && EncodePosition(after) != position:
			t.Errorf("position %q is not the one of %q", position, after)
		}
	})
}
