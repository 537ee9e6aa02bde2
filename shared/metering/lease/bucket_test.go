package lease

import (
	"testing"

	"pgregory.net/rapid"
)

const begin = 1_800_000_000 * second

// items is the store of a test.
type items map[int]int64

func (s items) add(w Write) (int64, Outcome) {
	sum := s[w.Shard] + w.Delta
	if sum < w.Floor || sum > w.Ceiling {
		return s[w.Shard], Refused
	}
	s[w.Shard] = sum
	return sum, Applied
}

// ask takes a token, with all the writes it needs.
func (s items) ask(b *Bucket, now int64) (admitted bool, writes int) {
	v := b.Take(now)
	if v == Renew {
		b.Begin(now, 1)
		for {
			w, more := b.Next(now)
			if !more {
				break
			}
			writes++
			count, outcome := s.add(w)
			b.Result(now, outcome, count)
		}
		v = b.Retake(now)
	}
	return v == Admit, writes
}

func TestBurstAndRate(t *testing.T) {
	b, s := NewBucket(1), items{}
	b.SetLimit(Limit{Rate: 10, Burst: 5})
	n := 0
	for range 20 {
		if ok, _ := s.ask(b, begin); ok {
			n++
		}
	}
	if n != 5 {
		t.Errorf("%d requests of 20 at once were admitted by a burst of 5", n)
	}
	if at := b.RetryAt(); at < begin+second/20 || at > begin+second/5 {
		t.Errorf("the next token is said to come %d ms later; at 10 a second it is 100", (at-begin)/1e6)
	}
	n = 0
	for i := range int64(10_000) {
		if ok, _ := s.ask(b, begin+i*second/1000); ok {
			n++
		}
	}
	if n < 97 || n > 100 {
		t.Errorf("%d requests were admitted in 10 s at 10 a second", n)
	}
}

// TestRefusalIsRemembered floods an empty bucket: the store is not asked again
// until a token can have come, but for a place in the queue.
func TestRefusalIsRemembered(t *testing.T) {
	b, s := NewBucket(1), items{}
	b.SetLimit(Limit{Rate: 1, Burst: 1})
	s.ask(b, begin)
	writes := 0
	for i := range int64(900) {
		_, n := s.ask(b, begin+i*second/1000)
		writes += n
	}
	if writes > 1 {
		t.Errorf("%d writes in a flood of refused requests", writes)
	}
}

func TestBlocks(t *testing.T) {
	for _, l := range []Limit{{}, {Rate: 10}, {Burst: 10}, {Rate: -1, Burst: -1}} {
		b, s := NewBucket(1), items{}
		b.SetLimit(l)
		if ok, writes := s.ask(b, begin); ok || writes > 0 || b.RetryAt() != 0 {
			t.Errorf("%+v: admitted %v with %d writes", l, ok, writes)
		}
	}
}

func TestUnknownIsNotSpent(t *testing.T) {
	b := NewBucket(1)
	b.SetLimit(Limit{Rate: 10, Burst: 10})
	b.Take(begin)
	b.Begin(begin, 1)
	b.Next(begin)
	b.Result(begin, Unknown, 0)
	if b.Held(begin) != 0 {
		t.Errorf("%d tokens are held after a write without an answer", b.Held(begin))
	}
}

// TestSurrender returns a lease, which another environment then gets.
func TestSurrender(t *testing.T) {
	a, b, s := NewBucket(1), NewBucket(2), items{}
	limit := Limit{Rate: 0.1, Burst: 1}
	a.SetLimit(limit)
	b.SetLimit(limit)
	s.ask(a, begin)
	a.GiveBack(begin)
	if ok, _ := s.ask(b, begin); ok {
		t.Fatal("the only token was leased twice")
	}
	w, ok := a.Surrender(begin)
	if !ok {
		t.Fatal("nothing to return")
	}
	if _, outcome := s.add(w); outcome != Applied {
		t.Fatal("the return was refused")
	}
	if _, outcome := s.add(w); outcome == Applied {
		t.Error("the return was done twice")
	}
	if ok, _ := s.ask(b, b.RetryAt()); !ok && s[0] > encode(0, begin+10*second) {
		t.Error("the token that was returned is gone")
	}
}

// TestSplitsKeepTheRate lets environments halve a bucket all the way down at
// random, and holds what they get against the bound.
func TestSplitsKeepTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := items{}
		limit := Limit{Rate: 1000, Burst: rapid.Int64Range(1, 2000).Draw(t, "burst")}
		var all []*Bucket
		for i := range rapid.IntRange(1, 8).Draw(t, "environments") {
			b := NewBucket(uint64(i))
			b.SetLimit(limit)
			all = append(all, b)
		}
		var now, n int64 = begin, 0
		for range 3000 {
			now += rapid.Int64Range(0, second/500).Draw(t, "pause")
			b := all[rapid.IntRange(0, len(all)-1).Draw(t, "environment")]
			if rapid.IntRange(0, 200).Draw(t, "split") == 0 {
				for i := range b.shards.known {
					b.shards.known[i].load = load{perSecond: 1e6, known: true}
				}
				b.writes += minWrites
			}
			if ok, _ := s.ask(b, now); ok {
				n++
			}
		}
		if most := limit.Rate*(float64(now-begin)/float64(second)+tolerance) + float64(limit.Burst); float64(n) > most {
			t.Errorf("%d admitted, at most %v are allowed", n, most)
		}
	})
}
