package authorizer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// clock is a time that a test moves.
type clock struct{ nanos atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

func newResults(maxBytes int) (*Results[string], *clock) {
	c := &clock{}
	return NewResults(maxBytes, func(s string) int { return len(s) }, c.now), c
}

func answering(v string, calls *atomic.Int64) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		calls.Add(1)
		return v, nil
	}
}

// REST data plane spec, 11.3: the key is authorizer, stage and identity.
func TestKeys(t *testing.T) {
	base := NewScope("api", "prod", "auth", 1, "TOKEN", "fn").Key([]string{"token"})
	for name, other := range map[string]Key{
		"token":             NewScope("api", "prod", "auth", 1, "TOKEN", "fn").Key([]string{"Token"}),
		"API":               NewScope("apj", "prod", "auth", 1, "TOKEN", "fn").Key([]string{"token"}),
		"stage":             NewScope("api", "dev", "auth", 1, "TOKEN", "fn").Key([]string{"token"}),
		"authorizer":        NewScope("api", "prod", "auti", 1, "TOKEN", "fn").Key([]string{"token"}),
		"flush":             NewScope("api", "prod", "auth", 2, "TOKEN", "fn").Key([]string{"token"}),
		"function":          NewScope("api", "prod", "auth", 1, "TOKEN", "fm").Key([]string{"token"}),
		"a value more":      NewScope("api", "prod", "auth", 1, "TOKEN", "fn").Key([]string{"token", ""}),
		"no values":         NewScope("api", "prod", "auth", 1, "TOKEN", "fn").Key(nil),
		"parts cut anew":    NewScope("api", "prod", "auth", 1, "TOKE", "Nfn").Key([]string{"token"}),
		"values cut anew":   NewScope("api", "prod", "auth", 1, "TOKEN", "fn").Key([]string{"tok", "en"}),
		"value as of scope": NewScope("api", "prod", "auth", 1, "TOKEN", "fn", "x").Key([]string{"token"}),
	} {
		if other == base {
			t.Errorf("%s does not matter", name)
		}
	}
	if again := NewScope("api", "prod", "auth", 1, "TOKEN", "fn").Key([]string{"token"}); again != base {
		t.Error("equal requests have different keys")
	}
	long := strings.Repeat("x", 3*keySpace)
	s := NewScope("api", "prod", "auth", 1)
	if first, again := s.Key([]string{long}), s.Key([]string{strings.Clone(long)}); first != again || first == s.Key([]string{long + "x"}) {
		t.Error("long tokens are mixed up")
	}
}

// Different lists of values have different keys, whatever characters they are made of.
func TestKeysAreInjective(t *testing.T) {
	s := NewScope("api", "prod", "auth", 0)
	value := rapid.StringMatching("[a\x00\x01,]{0,3}")
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(value, 0, 3).Draw(t, "a")
		b := rapid.SliceOfN(value, 0, 3).Draw(t, "b")
		if same := fmt.Sprintf("%q", a) == fmt.Sprintf("%q", b); (s.Key(a) == s.Key(b)) != same {
			t.Fatalf("%q and %q", a, b)
		}
	})
}

func TestResultsAreKept(t *testing.T) {
	r, clock := newResults(1 << 20)
	var calls atomic.Int64
	k := NewScope("a", "s", "z", 0).Key([]string{"t"})
	do := func(wantKept bool) {
		t.Helper()
		v, kept, err := r.Do(t.Context(), k, time.Minute, answering("v", &calls))
		if v != "v" || kept != wantKept || err != nil {
			t.Errorf("%q, kept %v, %v", v, kept, err)
		}
	}
	do(false)
	do(true)
	clock.advance(time.Minute - 1)
	do(true)
	clock.advance(1)
	if _, ok := r.Get(k); ok {
		t.Error("kept beyond its time")
	}
	do(false)
	if n := calls.Load(); n != 2 {
		t.Errorf("%d calls", n)
	}
}

func TestWithoutTTLNothingIsKept(t *testing.T) {
	r, _ := newResults(1 << 20)
	var calls atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	for range 3 {
		if _, kept, err := r.Do(ctx, Key{}, 0, answering("v", &calls)); kept || err != nil {
			t.Errorf("kept %v, %v", kept, err)
		}
	}
	cancel()
	_, _, err := r.Do(ctx, Key{}, 0, func(ctx context.Context) (string, error) { return "", ctx.Err() })
	if calls.Load() != 3 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d calls, %v", calls.Load(), err)
	}
}

func TestFailuresAreNotKept(t *testing.T) {
	r, _ := newResults(1 << 20)
	calls := 0
	for range 3 {
		_, kept, err := r.Do(t.Context(), Key{}, time.Minute, func(context.Context) (string, error) {
			calls++
			return "", ErrUnauthorized
		})
		if kept || !errors.Is(err, ErrUnauthorized) {
			t.Errorf("kept %v, %v", kept, err)
		}
	}
	if calls != 3 {
		t.Errorf("%d calls", calls)
	}
}

// Requests that want the same at the same time share one call, and it outlives the one that began
// it.
func TestOneCallForAll(t *testing.T) {
	r, _ := newResults(1 << 20)
	started, release := make(chan struct{}), make(chan struct{})
	var calls atomic.Int64
	ask := func(ctx context.Context) (string, error) {
		if calls.Add(1) == 1 {
			close(started)
		}
		<-release
		return "v", ctx.Err()
	}
	first, leave := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, _, err := r.Do(first, Key{}, time.Minute, ask)
		gone <- err
	}()
	<-started
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the request that left got %v", err)
	}
	const waiting = 50
	var all sync.WaitGroup
	var asked sync.WaitGroup
	for range waiting {
		all.Add(1)
		asked.Add(1)
		go func() {
			defer all.Done()
			asked.Done()
			if v, _, err := r.Do(t.Context(), Key{}, time.Minute, ask); v != "v" || err != nil {
				t.Errorf("%q, %v", v, err)
			}
		}()
	}
	asked.Wait()
	close(release)
	all.Wait()
	if n := calls.Load(); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestResultsAreBounded(t *testing.T) {
	const most = 100 << 10
	r, _ := newResults(most)
	s := NewScope("a", "s", "z", 0)
	value := strings.Repeat("v", 10<<10)
	for i := range 1000 {
		if _, _, err := r.Do(t.Context(), s.Key([]string{fmt.Sprint(i)}), time.Hour, func(context.Context) (string, error) { return value, nil }); err != nil {
			t.Fatal(err)
		}
	}
	r.kept.CleanUp()
	if size := r.kept.WeightedSize(); size > most {
		t.Errorf("%d bytes are kept", size)
	}
	// What is larger than everything is served and not kept.
	huge := strings.Repeat("v", 2*most)
	v, _, err := r.Do(t.Context(), s.Key([]string{"huge"}), time.Hour, func(context.Context) (string, error) { return huge, nil })
	if v != huge || err != nil {
		t.Error("a huge result is lost")
	}
	r.kept.CleanUp()
	if _, ok := r.Get(s.Key([]string{"huge"})); ok {
		t.Error("a huge result is kept")
	}
}

func BenchmarkHit(b *testing.B) {
	now := time.Now
	r := NewResults(1<<20, (*Output).Size, now)
	out, err := ParseOutput([]byte(`{"principalId":"me","policyDocument":`+allowAll+`}`), false)
	if err != nil {
		b.Fatal(err)
	}
	s := NewScope("a1b2c3d4e5", "prod", "auth12", 1700000000000, "TOKEN", "arn:aws:lambda:us-east-1:123456789012:function:auth", "", "method.request.header.Authorization")
	token := []string{"Bearer " + strings.Repeat("x", 800)}
	r.keep(s.Key(token), out, time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := r.Get(s.Key(token)); !ok {
			b.Fatal("not kept")
		}
	}
}
