package rest

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// compress encodes the response's body if the API compresses, the body is long enough, the client
// has named a coding that API Gateway knows, and the integration has encoded nothing itself (REST
// data plane spec, 3.6). Answers that stream are left alone (domains and edge spec, 12.1), and so
// are parts of a body, whose range is one of the body as it is. No Vary header is written, as API
// Gateway writes none.
func (inv *Invocation) compress() error {
	least := inv.Stage.snapshot.API.MinimumCompressionSize
	out := &inv.Response
	if least == nil || inv.streams() || out.Length <= 0 || out.Length < int64(*least) || !hasBody(inv.Request.Method, out.Status) || out.Status == http.StatusPartialContent {
		return nil
	}
	coding := acceptedCoding(inv.Arrival.Headers.Values("Accept-Encoding"))
	if coding == "" || out.Headers.Values("Content-Encoding") != nil || inv.Integration.Headers["Content-Encoding"] != nil || inv.Cache.encoded {
		return nil
	}
	var body io.Reader = bytes.NewReader(out.Body)
	if out.Stream {
		held, ok := inv.Integration.HTTP.Body.(*exchange.Held)
		if !ok {
			return nil
		}
		body = held
	}
	compressed := bytes.NewBuffer(make([]byte, 0, min(out.Length/3+64, 256<<10)))
	if err := encode(compressed, body, coding); err != nil {
		return configurationError("the response cannot be compressed", err)
	}
	out.Body, out.Stream, out.Length = compressed.Bytes(), false, int64(compressed.Len())
	out.Headers.set("Content-Encoding", coding)
	return nil
}

// compressor is a gzip or zlib writer.
type compressor interface {
	io.WriteCloser
	Reset(io.Writer)
}

var (
	gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}
	zlibWriters = sync.Pool{New: func() any { return zlib.NewWriter(io.Discard) }}
)

func encode(to io.Writer, from io.Reader, coding string) error {
	pool := &gzipWriters
	if coding == codingDeflate {
		pool = &zlibWriters
	}
	w := pool.Get().(compressor)
	defer pool.Put(w)
	w.Reset(to)
	if _, err := io.Copy(w, from); err != nil {
		return err
	}
	return w.Close()
}

// acceptedCoding returns the coding that a client prefers among those that are known and that it
// has named: gzip before deflate if it does not care; "" if it has named neither, or prefers none.
// An asterisk names nothing.
func acceptedCoding(accept []string) string {
	gzipWeight, deflateWeight, identityWeight := 0, 0, -1
	for _, header := range accept {
		for item := range strings.SplitSeq(header, ",") {
			name, parameters, _ := strings.Cut(item, ";")
			weight, ok := qualityOf(parameters)
			if !ok {
				continue
			}
			switch name = strings.TrimSpace(name); {
			case strings.EqualFold(name, codingGzip):
				gzipWeight = weight
			case strings.EqualFold(name, codingDeflate):
				deflateWeight = weight
			case strings.EqualFold(name, codingIdentity):
				identityWeight = weight
			}
		}
	}
	switch best := max(gzipWeight, deflateWeight); {
	case best == 0 || best < identityWeight:
		return ""
	case best == gzipWeight:
		return codingGzip
	}
	return codingDeflate
}

// qualityOf reads the weight among the parameters of a coding, in thousandths (RFC 9110, 12.4.2).
// It is 1000 if there is none.
func qualityOf(parameters string) (weight int, ok bool) {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		value = strings.TrimSpace(value)
		whole, fraction, _ := strings.Cut(value, ".")
		if whole != "0" && whole != "1" || len(fraction) > 3 {
			return 0, false
		}
		for i := range 3 {
			digit := byte('0')
			if i < len(fraction) {
				digit = fraction[i]
			}
			if digit < '0' || digit > '9' {
				return 0, false
			}
			weight = weight*10 + int(digit-'0')
		}
		if whole == "1" {
			return 1000, weight == 0
		}
		return weight, true
	}
	return 1000, true
}
