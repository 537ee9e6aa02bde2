package cache

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever is written is read back, sealed or not.
func TestRowsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.Custom(func(t *rapid.T) Header {
			return Header{rapid.String().Draw(t, "name"), rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "values")}
		})
		want := &entry{
			mark: rapid.Int64().Draw(t, "mark"), began: rapid.Int64().Draw(t, "began"),
			made: rapid.Int64().Draw(t, "made"), until: rapid.Int64().Draw(t, "until"),
			response: &Response{
				Status: rapid.IntRange(200, 599).Draw(t, "status"), Encoded: rapid.Bool().Draw(t, "encoded"),
				Headers: rapid.SliceOfN(header, 1, 4).Draw(t, "headers"), Body: rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(t, "body"),
			},
		}
		sealed := rapid.Bool().Draw(t, "sealed")
		value, err := encodeRow(context.Background(), testKey("a"), want, cipherOf(1), sealed)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeRow(context.Background(), testKey("a"), value, cipherOf(1))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.response, got.response); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got.mark != want.mark || got.began != want.began || got.made != want.made || got.until != want.until {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func FuzzRow(f *testing.F) {
	e := &entry{mark: 1, began: 2, made: 3, until: 4, response: answer("body")}
	for _, sealed := range []bool{false, true} {
		value, err := encodeRow(context.Background(), testKey("a"), e, cipherOf(1), sealed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(value)
	}
	f.Add([]byte{rowFormat, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, value []byte) {
		got, err := decodeRow(context.Background(), testKey("a"), value, cipherOf(1))
		if err == nil && (got.response == nil || got.response.Status < 200 || got.response.Status > 599) {
			t.Errorf("accepted %+v", got)
		}
	})
}

// Lists of parts make one key only if they are equal.
func TestKeys(t *testing.T) {
	seen := map[Key]int{}
	for i, text := range [][]byte{
		NewScope("a", "b"), NewScope("ab"), NewScope("a", "", "b"), NewScope("a", "b", ""),
		AppendParts(NewScope("a"), []string{"b"}), AppendParts(NewScope("a"), nil),
		AppendParts(AppendParts(NewScope("a"), nil), []string{"b"}),
	} {
		if j, ok := seen[NewKey(text)]; ok {
			t.Errorf("%d and %d have one key", i, j)
		}
		seen[NewKey(text)] = i
	}
}

func BenchmarkHit(b *testing.B) {
	c := New(Config{})
	r := request("a")
	_, fill, _ := c.Begin(b.Context(), r)
	fill.Keep(b.Context(), answer("body"))
	scope := NewScope("a1b2c3d4e5", "prod", "dep123")
	b.ReportAllocs()
	for b.Loop() {
		var room [512]byte
		key := AppendPart(append(room[:0], scope...), "method.request.querystring.type")
		_ = NewKey(key)
		if kept, _, _ := c.Begin(b.Context(), r); kept == nil {
			b.Fatal("a miss")
		}
	}
}
