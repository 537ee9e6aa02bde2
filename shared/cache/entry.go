package cache

import (
	"context"
	"encoding/binary"
	"sync/atomic"
	"time"
)

// entry is what is kept under a key.
type entry struct {
	// response is nil for a key whose answers cannot be kept: requests then do not wait for one
	// another.
	response *Response
	// mark is the flush mark under which the entry was made.
	mark int64
	// began is when the request that made it looked for an entry, made when it had its answer, and
	// until when the entry ends; Unix nanoseconds.
	began, made, until int64
	// version is that of the row that the entry was read from, 0 if it was made here.
	version int64
	// checked is when the store was last asked for a newer entry, Unix nanoseconds; checking tells
	// that it is being asked.
	checked  atomic.Int64
	checking atomic.Bool
}

// serves tells whether the entry answers a request.
func (e *entry) serves(r *Request, now int64) bool {
	return e.mark == r.Mark && now < e.until && now-e.made < int64(r.TTL)
}

// newer tells whether e is to be kept in place of old.
func (e *entry) newer(old *entry) bool {
	if e.mark != old.mark {
		return e.mark > old.mark
	}
	return e.began >= old.began || old.response == nil
}

func (e *entry) weight() uint32 {
	if e.response == nil {
		return overhead
	}
	return e.response.weight()
}

// A row is the format, flags, mark and times of an entry, then its text, sealed or not.
const (
	rowFormat = 1
	rowSealed = 1
)

// encodeRow returns the value of an entry's row. Only a sealed one needs the cipher.
func encodeRow(ctx context.Context, k Key, e *entry, c *Cipher, sealed bool) ([]byte, error) {
	head := make([]byte, 0, 64)
	flags := byte(0)
	if sealed {
		flags = rowSealed
	}
	head = append(head, rowFormat, flags)
	for _, n := range [...]int64{e.mark, e.began, e.made, e.until} {
		head = binary.AppendVarint(head, n)
	}
	text := head
	if sealed {
		text = nil
	}
	text = appendResponse(append(make([]byte, 0, len(head)+len(e.response.Body)+overhead), text...), e.response)
	if !sealed {
		return text, nil
	}
	cipherText, err := c.seal(ctx, k, head, text)
	if err != nil {
		return nil, err
	}
	return append(head, cipherText...), nil
}

// decodeRow is the reverse of encodeRow. A sealed row without a cipher is an error.
func decodeRow(ctx context.Context, k Key, value []byte, c *Cipher) (*entry, error) {
	if len(value) < 2 || value[0] != rowFormat || value[1] > rowSealed {
		return nil, errRow
	}
	in := reader{b: value[2:]}
	e := &entry{mark: in.signed(), began: in.signed(), made: in.signed(), until: in.signed()}
	if in.failed {
		return nil, errRow
	}
	text := in.b
	if value[1] == rowSealed {
		if c == nil {
			return nil, errNoKey
		}
		var err error
		if text, err = c.open(ctx, k, value[:len(value)-len(in.b)], in.b); err != nil {
			return nil, err
		}
	}
	response, err := decodeResponse(text)
	e.response = response
	return e, err
}

// expires is when the row of an entry may go.
func (e *entry) expires() time.Time { return time.Unix(0, e.until) }
