package sockets

import "testing"

// However the bytes arrive, the guard finds the same fault, and passes on no more than comes before
// the frame that has it.
func FuzzGuard(f *testing.F) {
	f.Add([]byte("\x81\x82\x00\x00\x00\x00hi\x82\x80"), 1)
	f.Add([]byte("\x01\x81\x00\x00\x00\x00a\x89\x80\x00\x00\x00\x00\x80\xfe\x80\x01\x00\x00\x00\x00"), 3)
	f.Add([]byte("\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), 2)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		if size < 1 || size > 64 {
			return
		}
		whole := &guard{}
		passed := whole.follow(data)
		pieces, allowed := &guard{}, 0
		for rest := data; len(rest) > 0 && pieces.fault.Load() == nil; {
			n := min(size, len(rest))
			allowed += pieces.follow(rest[:n])
			rest = rest[n:]
		}
		if whole.fault.Load() != pieces.fault.Load() {
			t.Errorf("%v in one piece, %v in pieces of %d", whole.fault.Load(), pieces.fault.Load(), size)
		}
		// Of a header in pieces its beginning has been passed on.
		if allowed < passed || allowed > passed+14 {
			t.Errorf("%d bytes in one piece, %d in pieces of %d", passed, allowed, size)
		}
	})
}
