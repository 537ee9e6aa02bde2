package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxPrelude is where the delimiter has to have ended, in bytes (domains and edge spec, 12.2).
const MaxPrelude = 16 << 10

// preludeEnd is the delimiter between metadata and payload.
var preludeEnd = make([]byte, 8)

// ErrPrelude says that a stream does not begin as it has to.
var ErrPrelude = errors.New("the function did not write the metadata of an answer that streams")

// ReadPrelude reads the answer of a function that streams up to the delimiter. It returns the metadata and what was read of the payload.
func ReadPrelude(r io.Reader) (document, rest []byte, err error) {
	space := GetBuffer()
	defer PutBuffer(space)
	buf := (*space)[:0:min(cap(*space), MaxPrelude)]
	for searched := 0; ; {
		if i := bytes.Index(buf[searched:], preludeEnd); i >= 0 {
			i += searched
			return bytes.Clone(buf[:i]), bytes.Clone(buf[i+len(preludeEnd):]), nil
		}
		searched = max(0, len(buf)-len(preludeEnd)+1)
		if len(buf) == cap(buf) {
			return nil, nil, fmt.Errorf("%w: there is no delimiter of 8 NUL bytes in the first %d bytes", ErrPrelude, cap(buf))
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case err == io.EOF && n == 0:
			return nil, nil, fmt.Errorf("%w: it ended before the delimiter of 8 NUL bytes", ErrPrelude)
		case err != nil && err != io.EOF:
			return nil, nil, err
		}
	}
}

// RestOfStream returns the payload whose first bytes came with the metadata.
func RestOfStream(first []byte, r io.ReadCloser) io.ReadCloser {
	return &restOfStream{first: first, ReadCloser: r}
}

type restOfStream struct {
	first []byte
	io.ReadCloser
}

func (s *restOfStream) Read(p []byte) (int, error) {
	if len(s.first) > 0 {
		n := copy(p, s.first)
		s.first = s.first[n:]
		return n, nil
	}
	return s.ReadCloser.Read(p)
}
