package rest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// Content codings that API Gateway knows (REST data plane spec, 3.6).
const (
	codingGzip     = "gzip"
	codingDeflate  = "deflate"
	codingIdentity = "identity"
)

// errBrokenCoding says that a request body is not what its Content-Encoding says.
var errBrokenCoding = errors.New("the request body does not have the coding of its Content-Encoding")

func unsupportedCoding(err error) *Error {
	return &Error{Type: UnsupportedMediaType, Reason: "the content encoding of the request is not supported", Err: err}
}

// requestCoding returns the coding of the request's body, in lower case; "" if the API leaves
// codings alone, as it does without minimumCompressionSize, or if the body has none.
func (inv *Invocation) requestCoding() string {
	if inv.Stage.snapshot.API.MinimumCompressionSize == nil {
		return ""
	}
	values := inv.Arrival.Headers.Values("Content-Encoding")
	if len(values) == 0 {
		return ""
	}
	coding := strings.ToLower(strings.TrimSpace(strings.Join(values, ",")))
	if coding == codingIdentity {
		return ""
	}
	return coding
}

// decodedBody makes a body be read without its coding. What the gateway, functions and backends see
// from here on is the decoded one; the Content-Encoding header stays visible, but is not passed on
// to HTTP_PROXY backends (REST data plane spec, 3.1 and 3.2).
func (inv *Invocation) decodedBody(raw *requestBody) *requestBody {
	if raw == nil {
		return nil
	}
	switch coding := inv.requestCoding(); coding {
	case codingGzip, codingDeflate:
		return &requestBody{exchange.Body{Source: &contentDecoder{raw: raw, coding: coding}, Length: -1}}
	}
	return raw
}

// decodeContent refuses bodies of other codings, and reads the others to their end, so that one
// that is broken is refused before a backend hears of it, and backends learn its length.
func (inv *Invocation) decodeContent() error {
	coding := inv.requestCoding()
	if coding == "" || inv.body == nil {
		return nil
	}
	switch coding {
	case codingGzip, codingDeflate:
		return inv.bufferRequest()
	}
	return unsupportedCoding(fmt.Errorf("unknown coding %q", coding))
}

// contentDecoder reads a coded body. Both bodies have their limit, the coded and the decoded one:
// neither a small body of great effect nor a great one of none gets through.
type contentDecoder struct {
	raw    *requestBody
	coding string
	// decoder is what reads; nil before the first read and after the last.
	decoder io.Reader
	err     error
}

func (d *contentDecoder) Read(p []byte) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	if d.decoder == nil {
		if d.err = d.open(); d.err != nil {
			return 0, d.err
		}
	}
	n, err := d.decoder.Read(p)
	if err != nil {
		d.err = d.finish(err)
		d.release()
	}
	return n, d.err
}

// buffer reads the coded body, before anybody has read from the decoder, and returns it as it was
// sent.
func (d *contentDecoder) buffer() ([]byte, error) {
	sent, err := d.raw.all()
	if err != nil {
		return nil, err
	}
	d.raw = &requestBody{exchange.Body{Source: io.NopCloser(bytes.NewReader(sent)), Length: int64(len(sent))}}
	return sent, nil
}

// finish finds out whether the client or the coding is to blame.
func (d *contentDecoder) finish(err error) error {
	if failed := d.raw.Err(); failed != nil {
		return failed
	}
	if err != io.EOF {
		return fmt.Errorf("%w: %w", errBrokenCoding, err)
	}
	return io.EOF
}

func (d *contentDecoder) Close() error { return d.raw.Close() }

var (
	gzipReaders  = sync.Pool{New: func() any { return new(gzip.Reader) }}
	zlibReaders  sync.Pool
	flateReaders = sync.Pool{New: func() any { return flate.NewReader(strings.NewReader("")) }}
)

func (d *contentDecoder) open() error {
	if d.coding == codingGzip {
		r := gzipReaders.Get().(*gzip.Reader)
		if err := r.Reset(d.raw); err != nil {
			gzipReaders.Put(r)
			return d.start(err)
		}
		d.decoder = r
		return nil
	}
	// "deflate" is the zlib format; some clients send the bare stream.
	buffered := bufio.NewReaderSize(d.raw, 4<<10)
	head, err := buffered.Peek(2)
	if err != nil {
		return d.start(err)
	}
	if head[0]&15 == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		r, ok := zlibReaders.Get().(io.ReadCloser)
		if !ok {
			if r, err = zlib.NewReader(buffered); err != nil {
				return d.start(err)
			}
		} else if err := r.(zlib.Resetter).Reset(buffered, nil); err != nil {
			return d.start(err)
		}
		d.decoder = r
		return nil
	}
	r := flateReaders.Get().(io.ReadCloser)
	if err := r.(flate.Resetter).Reset(buffered, nil); err != nil {
		return d.start(err)
	}
	d.decoder = rawDeflate{r}
	return nil
}

// start is the error of a body that ends before it has begun.
func (d *contentDecoder) start(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return d.finish(err)
}

// rawDeflate is a flate reader, told from those of zlib.
type rawDeflate struct{ io.Reader }

// release gives the decoder back to its pool.
func (d *contentDecoder) release() {
	switch r := d.decoder.(type) {
	case *gzip.Reader:
		gzipReaders.Put(r)
	case rawDeflate:
		flateReaders.Put(r.Reader)
	case nil:
	default:
		zlibReaders.Put(r)
	}
	d.decoder = nil
}
