package embedded

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/postern-gateway/postern/shared/store"
)

func TestRowRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := storedRow{row: row{
			version: rapid.Int64Min(0).Draw(t, "version"),
			count:   rapid.Int64().Draw(t, "count"),
			expires: rapid.Int64Min(0).Draw(t, "expires"),
			value:   rapid.SliceOf(rapid.Byte()).Draw(t, "value"),
		}}
		if rapid.Bool().Draw(t, "large") {
			in.large = rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "number")
			in.value = nil
		}
		out, err := decodeRow(encodeRow(in))
		if err != nil || out.version != in.version || out.count != in.count || out.expires != in.expires ||
			!bytes.Equal(out.value, in.value) || !bytes.Equal(out.large, in.large) {
			t.Fatalf("%+v became %+v, %v", in, out, err)
		}
	})
}

func FuzzDecodeRow(f *testing.F) {
	f.Add([]byte{})
	f.Add(encodeRow(storedRow{row: row{version: 3, count: -5, expires: 1 << 40, value: []byte("value")}}))
	f.Add(encodeRow(storedRow{large: make([]byte, 8)}))
	f.Add([]byte{2, 0, 1, 1, 1})
	f.Add([]byte{1, 7, 1, 1, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeRow(b)
		if err == nil && (r.version < 0 || r.expires < 0 || r.large != nil && len(r.large) != 8) {
			t.Errorf("decoded %+v", r)
		}
	})
}

func FuzzDecodeKey(f *testing.F) {
	f.Add([]byte{})
	f.Add(encodeKey(store.Key{Partition: "p", Sort: "s"}))
	f.Add([]byte{0xff, 0xff, 'a'})
	f.Fuzz(func(t *testing.T, b []byte) {
		if k, err := decodeKey(b); err == nil && !bytes.Equal(encodeKey(k), b) {
			t.Errorf("%x decodes to %q, which encodes differently", b, k)
		}
	})
}

func TestSuccessor(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"\x00\x01a", "\x00\x01b"},
		{"\x00\x01\xff", "\x00\x02"},
		{"\x00\x01a\xff\xff", "\x00\x01b"},
	} {
		if got := successor([]byte(test.in)); string(got) != test.want {
			t.Errorf("successor(%q) = %q; want %q", test.in, got, test.want)
		}
	}
}

// TestFailureHalfWay lets one of many concurrent updates fail after it has
// written: it must leave nothing, and must not take others with it.
func TestFailureHalfWay(t *testing.T) {
	e, err := openBolt(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	broken := errors.New("broken")
	var wait sync.WaitGroup
	for i := range 40 {
		wait.Go(func() {
			k := store.Key{Partition: "p", Sort: string(rune('A' + i))}
			err := e.update(context.Background(), func(rows writer) error {
				if err := rows.put(k, row{version: 1}); err != nil {
					return err
				}
				if i%5 == 0 {
					return broken
				}
				return nil
			})
			if (i%5 == 0) != errors.Is(err, broken) {
				t.Errorf("update %d: %v", i, err)
			}
		})
	}
	wait.Wait()
	var got []int
	err = e.view(func(rows reader) error {
		return rows.scan(scanRange{partition: "p"}, func(sort string, _ row) bool {
			got = append(got, int([]rune(sort)[0]-'A'))
			return true
		})
	})
	var want []int
	for i := range 40 {
		if i%5 != 0 {
			want = append(want, i)
		}
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%d rows remain, %v: %v; want %v", len(got), err, got, want)
	}
}
