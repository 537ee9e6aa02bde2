package storetest

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/store"
)

func testBatchGet(t *testing.T, s Store, _ *Clock) {
	const n = 250
	var items []store.Item
	for i := range n {
		items = append(items, item(key(fmt.Sprint("batch ", i%3), fmt.Sprint(i)), fmt.Sprint("value ", i)))
	}
	if err := s.PutAll(t.Context(), items); err != nil {
		t.Fatal(err)
	}
	var keys []store.Key
	var want []store.Item
	for _, i := range rand.Perm(n) {
		keys = append(keys, items[i].Key, key("batch 0", fmt.Sprint("missing ", i)))
		if i%10 == 0 {
			keys = append(keys, keys[0])
		}
		items[i].Version = 1
		want = append(want, items[i])
	}
	got, err := s.BatchGet(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("BatchGet, -want +got:\n%s", diff)
	}
	for _, keys := range [][]store.Key{nil, {key("batch 0", "missing")}} {
		if got, err := s.BatchGet(t.Context(), keys); err != nil || len(got) != 0 {
			t.Errorf("BatchGet(%v) = %v, %v; want nothing", keys, got, err)
		}
	}
}

// testBatchGetLargeAnswer asks for more than the 16 MB that DynamoDB answers
// at once.
func testBatchGetLargeAnswer(t *testing.T, s Store, _ *Clock) {
	const n = 60
	var keys []store.Key
	for i := range n {
		k := key("batch", fmt.Sprint(i))
		keys = append(keys, k)
		transact(t, s, store.Put(store.Item{Key: k, Value: pattern(300<<10, i)}))
	}
	got, err := s.BatchGet(t.Context(), keys)
	if err != nil || len(got) != n {
		t.Fatalf("BatchGet returned %d items, %v; want %d", len(got), err, n)
	}
	for i, it := range got {
		if it.Key != keys[i] || !slices.Equal(it.Value, pattern(300<<10, i)) {
			t.Errorf("item %d is %s with %d bytes", i, it.Key, len(it.Value))
		}
	}
}

// sorts collects the sort keys of all pages of a query.
func sorts(t *testing.T, s Store, partition, prefix string, page store.Page) []string {
	t.Helper()
	var all []string
	for {
		items, next, err := s.Query(t.Context(), partition, prefix, page)
		if err != nil {
			t.Fatalf("Query(%q, %q, %+v): %v", partition, prefix, page, err)
		}
		if page.Limit > 0 && len(items) > page.Limit {
			t.Fatalf("Query returned %d items; the limit is %d", len(items), page.Limit)
		}
		if next != "" && (page.Limit == 0 || len(items) == 0) {
			t.Fatalf("Query returned %d of %d items and a position", len(items), page.Limit)
		}
		for _, it := range items {
			if it.Partition != partition {
				t.Fatalf("Query(%q) returned %s", partition, it.Key)
			}
			all = append(all, it.Sort)
		}
		if next == "" {
			return all
		}
		page.After = next
	}
}

// trickySorts are sort keys that are prefixes of one another, hold the
// characters that keys are often joined with, or lie at the ends of what
// UTF-8 can say.
var trickySorts = []string{
	"\x00", "\x00\x00", "\x00a", "\x01", "\t", " ", "!", "#", "#a", "%", "%2F", "*", "+", "/", "//", "/a", "/a/", "/a/b", "/{proxy+}",
	"0", "1", "10", "2", ":", "A", "\\", "\\a", "_", "a", "a\x00", "a\x00b", "a!", "a#", "a#1", "a#10", "a#2", "a/", "a0", "aa", "ab", "a~",
	"a\x7f", "aé", "a\u07ff", "a\uffff", "a\U0010ffff", "a\U0010ffffa", "b", "z", "{", "~", "\x7f", "é", "e\u0301", "\ud7ff", "\ufffd", "\uffff", "\U0010ffff", "\U0010ffff\U0010ffff",
}

func testQueryPrefixes(t *testing.T, s Store, _ *Clock) {
	var items []store.Item
	for _, partition := range []string{"p", "p\x00", "p#a", "pa", "q"} {
		for _, sort := range trickySorts {
			items = append(items, item(key(partition, sort), "x"))
		}
	}
	if err := s.PutAll(t.Context(), items); err != nil {
		t.Fatal(err)
	}
	for _, prefix := range append([]string{"", "nothing", "a#9"}, trickySorts...) {
		var want []string
		for _, sort := range trickySorts {
			if strings.HasPrefix(sort, prefix) {
				want = append(want, sort)
			}
		}
		slices.Sort(want)
		for _, partition := range []string{"p", "p\x00"} {
			if diff := cmp.Diff(want, sorts(t, s, partition, prefix, store.Page{})); diff != "" {
				t.Errorf("Query(%q, %q), -want +got:\n%s", partition, prefix, diff)
			}
		}
		slices.Reverse(want)
		if diff := cmp.Diff(want, sorts(t, s, "p", prefix, store.Page{Descending: true})); diff != "" {
			t.Errorf("descending Query(p, %q), -want +got:\n%s", prefix, diff)
		}
	}
	if got := sorts(t, s, "absent", "", store.Page{}); len(got) != 0 {
		t.Errorf("Query of an empty partition returned %q", got)
	}
}

func testQueryPages(t *testing.T, s Store, clock *Clock) {
	const n = 230
	var items []store.Item
	var want []string
	for i := range n {
		sort := fmt.Sprintf("item/%03d", i)
		it := item(key("pages", sort), "x")
		// Items that have expired take no place on a page.
		if i%3 == 0 {
			it.Expires = clock.Now().Add(minute)
		} else {
			want = append(want, sort)
		}
		items = append(items, it)
	}
	items = append(items, item(key("pages", "item"), "x"), item(key("pages", "item0"), "x"))
	if err := s.PutAll(t.Context(), items); err != nil {
		t.Fatal(err)
	}
	clock.Move(2 * minute)
	reversed := slices.Clone(want)
	slices.Reverse(reversed)
	for _, limit := range []int{1, 2, 7, 100, len(want) - 1, len(want), len(want) + 1, 0} {
		if diff := cmp.Diff(want, sorts(t, s, "pages", "item/", store.Page{Limit: limit})); diff != "" {
			t.Errorf("pages of %d, -want +got:\n%s", limit, diff)
		}
		if diff := cmp.Diff(reversed, sorts(t, s, "pages", "item/", store.Page{Limit: limit, Descending: true})); diff != "" {
			t.Errorf("descending pages of %d, -want +got:\n%s", limit, diff)
		}
	}
}

// testQueryLargeAnswer asks for more than the 1 MB that DynamoDB answers at
// once.
func testQueryLargeAnswer(t *testing.T, s Store, _ *Clock) {
	const n = 30
	for i := range n {
		transact(t, s, store.Put(store.Item{Key: key("large", fmt.Sprintf("%02d", i)), Value: pattern(100<<10, i)}))
	}
	for _, limit := range []int{0, 4, 25} {
		var page = store.Page{Limit: limit}
		seen := 0
		for {
			items, next, err := s.Query(t.Context(), "large", "", page)
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range items {
				if it.Sort != fmt.Sprintf("%02d", seen) || !slices.Equal(it.Value, pattern(100<<10, seen)) {
					t.Fatalf("item %d is %s with %d bytes", seen, it.Key, len(it.Value))
				}
				seen++
			}
			if page.After = next; next == "" {
				break
			}
		}
		if seen != n {
			t.Errorf("pages of %d hold %d items; want %d", limit, seen, n)
		}
	}
}

func testQueryPositions(t *testing.T, s Store, _ *Clock) {
	ctx := t.Context()
	for _, sort := range []string{"a/1", "a/2", "a/3", "a/4", "b/1"} {
		transact(t, s, store.Create(item(key("positions", sort), "x")))
	}
	_, next, err := s.Query(ctx, "positions", "a/", store.Page{Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	// The item at the position may go, and others may come, between two pages.
	transact(t, s, store.Delete(key("positions", "a/2"), store.Present), store.Create(item(key("positions", "a/2b"), "x")))
	got := sorts(t, s, "positions", "a/", store.Page{Limit: 2, After: next})
	if want := []string{"a/2b", "a/3", "a/4"}; !slices.Equal(got, want) {
		t.Errorf("after the position come %q; want %q", got, want)
	}
	got = sorts(t, s, "positions", "a/", store.Page{After: next, Descending: true})
	if want := []string{"a/1"}; !slices.Equal(got, want) {
		t.Errorf("before the position come %q; want %q", got, want)
	}

	for name, position := range map[string]string{
		"not base64":           "?!",
		"padded":               next + "=",
		"unknown format":       base64.RawURLEncoding.EncodeToString([]byte("9a/2")),
		"empty":                base64.RawURLEncoding.EncodeToString([]byte("1")),
		"not UTF-8":            base64.RawURLEncoding.EncodeToString([]byte("1a/\xff")),
		"of a different query": store.EncodePosition("b/1"),
	} {
		_, _, err := s.Query(ctx, "positions", "a/", store.Page{After: position})
		wantInvalid(t, "position "+name, err)
	}
	_, _, err = s.Query(ctx, "positions", "a/", store.Page{Limit: -1})
	wantInvalid(t, "negative limit", err)
	_, _, err = s.Query(ctx, "", "a/", store.Page{})
	wantInvalid(t, "empty partition", err)
	_, _, err = s.Query(ctx, "positions", "a\xc3", store.Page{})
	wantInvalid(t, "prefix not UTF-8", err)
}

func testBulk(t *testing.T, s Store, _ *Clock) {
	ctx := t.Context()
	var items []store.Item
	for i := range 320 {
		items = append(items, item(key("bulk", fmt.Sprintf("%s/%03d", []string{"a", "b"}[i%2], i)), "x"))
	}
	items = append(items, store.Item{Key: key("bulk", "a/large"), Value: pattern(900<<10, 3)})
	items = append(items, item(key("other", "a/1"), "x"))
	transact(t, s, store.Create(item(items[7].Key, "old")))
	if err := s.PutAll(ctx, items); err != nil {
		t.Fatal(err)
	}
	wantItem(t, s, store.Item{Key: items[7].Key, Value: []byte("x"), Version: 2})
	wantItem(t, s, store.Item{Key: key("bulk", "a/large"), Value: pattern(900<<10, 3), Version: 1})
	if err := s.DeleteAll(ctx, "bulk", "a/"); err != nil {
		t.Fatal(err)
	}
	if got := sorts(t, s, "bulk", "", store.Page{}); len(got) != 160 || !strings.HasPrefix(got[0], "b/") {
		t.Errorf("%d items are left, the first is %q; want the 160 below b/", len(got), got[0])
	}
	if err := s.DeleteAll(ctx, "bulk", ""); err != nil {
		t.Fatal(err)
	}
	if got := sorts(t, s, "bulk", "", store.Page{}); len(got) != 0 {
		t.Errorf("%q are left", got)
	}
	wantItem(t, s, store.Item{Key: key("other", "a/1"), Value: []byte("x"), Version: 1})
	if err := s.PutAll(ctx, nil); err != nil {
		t.Errorf("PutAll of nothing: %v", err)
	}
	wantInvalid(t, "DeleteAll of an empty partition", s.DeleteAll(ctx, "", ""))
}
