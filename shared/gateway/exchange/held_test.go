package exchange

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"testing"
	"testing/iotest"
)

func TestHeldBodies(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, 1000, 32 << 10, 32<<10 + 1, 100_000, 1 << 20} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(random.Uint32())
		}
		hold := func() *Held {
			t.Helper()
			h, err := Hold(iotest.HalfReader(bytes.NewReader(want)), int64(size))
			if err != nil || h.Size() != int64(size) {
				t.Fatalf("%d bytes: %+v, %v", size, h, err)
			}
			return h
		}
		if got := hold().Bytes(); !bytes.Equal(got, want) {
			t.Errorf("%d bytes: joined otherwise", size)
		}
		if got, err := io.ReadAll(hold()); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: read otherwise, %v", size, err)
		}
		h := hold()
		first := make([]byte, size/3)
		if _, err := io.ReadFull(h, first); err != nil {
			t.Fatal(err)
		}
		if got := append(first, h.Bytes()...); !bytes.Equal(got, want) {
			t.Errorf("%d bytes: read and joined otherwise", size)
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		if size > 0 {
			if _, err := Hold(bytes.NewReader(want), int64(size)-1); !errors.Is(err, ErrTooLong) {
				t.Errorf("%d bytes with a limit of one less: %v", size, err)
			}
		}
		if _, err := Hold(io.MultiReader(bytes.NewReader(want), iotest.ErrReader(io.ErrClosedPipe)), int64(size)); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%d bytes and a failure: %v", size, err)
		}
	}
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// fixedCost is what a body may allocate beside its size, in bytes.
const fixedCost = 512 << 10

// A payload that has to be one slice costs its size twice: the pieces and the slice.
func TestMemoryOfJoinedBodies(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	runtime.GC()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	h, err := Hold(io.LimitReader(letters{}, MaxPayload), MaxPayload)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(h.Bytes()); n != MaxPayload {
		t.Fatalf("%d bytes", n)
	}
	runtime.ReadMemStats(&after)
	if cost := after.TotalAlloc - before.TotalAlloc; cost > 2*MaxPayload+fixedCost {
		t.Errorf("%d bytes cost %d", MaxPayload, cost)
	}
}
