package exchange

import "sync"

// buffers keeps working space between requests: addresses, copies of streams.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 32<<10); return &b }}

// maxPooledBuffer keeps a rare huge payload from staying in memory.
const maxPooledBuffer = 256 << 10

// GetBuffer returns an empty working space, of 32 KB at least, which PutBuffer takes back.
func GetBuffer() *[]byte { return buffers.Get().(*[]byte) }

// PutBuffer gives working space back that nobody refers to any more.
func PutBuffer(b *[]byte) {
	if cap(*b) > maxPooledBuffer {
		return
	}
	*b = (*b)[:0]
	buffers.Put(b)
}
