package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/postern-gateway/postern/shared/store"
)

// RunDifferential does the same random things to two implementations and
// requires the same answers, errors included. It stops after so many rounds
// of some thirty steps each, since implementations differ in speed.
func RunDifferential(t *testing.T, rounds int, one, other Open) {
	clock := NewClock()
	a, b := one(t, clock.Now), other(t, clock.Now)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		// Each round has partitions of its own, so that it begins empty.
		if round++; round > rounds {
			return
		}
		d := differential{T: r, t: t, a: a, b: b, clock: clock, round: round}
		r.Repeat(map[string]func(*rapid.T){
			"Transact":  func(r *rapid.T) { d.T = r; d.transact() },
			"Add":       func(r *rapid.T) { d.T = r; d.add() },
			"Query":     func(r *rapid.T) { d.T = r; d.query() },
			"BatchGet":  func(r *rapid.T) { d.T = r; d.batchGet() },
			"DeleteAll": func(r *rapid.T) { d.T = r; d.deleteAll() },
			"Wait":      func(r *rapid.T) { clock.Move(time.Duration(rapid.IntRange(1, 90).Draw(r, "seconds")) * time.Second) },
		})
	})
}

type differential struct {
	*rapid.T
	t     *testing.T
	a, b  Store
	clock *Clock
	round int
}

var differentialSorts = []string{"a", "a/", "a/1", "a0", "b", "\x00", "\U0010ffff"}

func (d *differential) key() store.Key {
	return key(fmt.Sprint("round ", d.round, rapid.SampledFrom([]string{"", "x"}).Draw(d.T, "partition")),
		rapid.SampledFrom(differentialSorts).Draw(d.T, "sort"))
}

func (d *differential) expires() time.Time {
	if rapid.Bool().Draw(d.T, "expiring") {
		return d.clock.Now().Add(time.Duration(rapid.IntRange(-5, 120).Draw(d.T, "lifetime")) * time.Second)
	}
	return time.Time{}
}

// sameAnswers compares values as a whole, since cmp's own way takes long on
// large ones, and takes a nil slice of items for an empty one.
var sameAnswers = cmp.Options{
	cmp.Comparer(bytes.Equal),
	cmp.FilterValues(func(_, _ []store.Item) bool { return true }, cmpopts.EquateEmpty()),
}

func (d *differential) same(what string, a, b any, aErr, bErr error) {
	d.Helper()
	var aRefused, bRefused *store.ConditionError
	errors.As(aErr, &aRefused)
	errors.As(bErr, &bRefused)
	if (aErr == nil) != (bErr == nil) || !cmp.Equal(aRefused, bRefused) {
		d.Fatalf("%s: errors differ: %v and %v", what, aErr, bErr)
	}
	if aErr != nil && aRefused == nil {
		d.Fatalf("%s: %v", what, aErr)
	}
	if diff := cmp.Diff(a, b, sameAnswers); diff != "" {
		d.Fatalf("%s: answers differ:\n%s", what, diff)
	}
}

func (d *differential) transact() {
	var writes []store.Write
	used := map[store.Key]bool{}
	for range rapid.IntRange(1, 4).Draw(d.T, "writes") {
		k := d.key()
		if used[k] {
			continue
		}
		used[k] = true
		current, err := d.a.Get(d.t.Context(), k)
		exists := err == nil
		w := store.Write{
			Kind: rapid.SampledFrom([]store.Kind{store.KindPut, store.KindPut, store.KindDelete, store.KindCheck}).Draw(d.T, "kind"),
			Item: store.Item{Key: k, Count: rapid.Int64().Draw(d.T, "count"), Expires: d.expires()},
			If: rapid.SampledFrom([]store.Condition{
				store.Any, store.Absent, store.Present, store.VersionIs(1), store.VersionIs(max(current.Version, 1)),
			}).Draw(d.T, "if"),
		}
		w.Item.Value = pattern(rapid.SampledFrom([]int{0, 1, 10, 100, 1000, 20_000, 450_000}).Draw(d.T, "size"), int(w.Item.Count))
		// The contract leaves the version open that an unconditional put over
		// an expired item gets; and a check must check something.
		if w.If == store.Any && (w.Kind == store.KindCheck || w.Kind == store.KindPut && !exists) {
			w.If = store.Absent
		}
		writes = append(writes, w)
	}
	d.same("Transact", nil, nil, d.a.Transact(d.t.Context(), writes), d.b.Transact(d.t.Context(), writes))
}

func (d *differential) add() {
	k, delta := d.key(), rapid.Int64().Draw(d.T, "delta")
	bounds := store.Bounds{Expires: d.expires()}
	if rapid.Bool().Draw(d.T, "floor") {
		bounds.Floor = limit(rapid.Int64().Draw(d.T, "floor"))
	}
	if rapid.Bool().Draw(d.T, "ceiling") {
		bounds.Ceiling = limit(rapid.Int64().Draw(d.T, "ceiling"))
	}
	a, aErr := d.a.Add(d.t.Context(), k, delta, bounds)
	b, bErr := d.b.Add(d.t.Context(), k, delta, bounds)
	d.same("Add", a, b, aErr, bErr)
}

func (d *differential) query() {
	k := d.key()
	prefix := rapid.SampledFrom([]string{"", "a", "a/", "b", "c"}).Draw(d.T, "prefix")
	page := store.Page{Limit: rapid.IntRange(0, 3).Draw(d.T, "limit"), Descending: rapid.Bool().Draw(d.T, "descending")}
	for {
		a, aNext, aErr := d.a.Query(d.t.Context(), k.Partition, prefix, page)
		b, bNext, bErr := d.b.Query(d.t.Context(), k.Partition, prefix, page)
		d.same("Query", a, b, aErr, bErr)
		d.same("Query's position", aNext, bNext, nil, nil)
		if page.After = aNext; aNext == "" {
			return
		}
	}
}

func (d *differential) batchGet() {
	partition := d.key().Partition
	var keys []store.Key
	for _, sort := range slices.Backward(differentialSorts) {
		keys = append(keys, key(partition, sort), key(partition, sort+"absent"))
	}
	a, aErr := d.a.BatchGet(d.t.Context(), keys)
	b, bErr := d.b.BatchGet(d.t.Context(), keys)
	d.same("BatchGet", a, b, aErr, bErr)
}

func (d *differential) deleteAll() {
	k := d.key()
	d.same("DeleteAll", nil, nil, d.a.DeleteAll(d.t.Context(), k.Partition, k.Sort), d.b.DeleteAll(d.t.Context(), k.Partition, k.Sort))
}
