package integration

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/smithy-go/eventstream"
)

// InvokeStream implements LambdaStreamer with the service's InvokeWithResponseStream.
func (a *LambdaAPI) InvokeStream(ctx context.Context, in LambdaRequest) (*LambdaStream, error) {
	r, err := a.request(ctx, in, invokeStreamOperation)
	if err != nil {
		return nil, err
	}
	res, err := a.c.Transport.RoundTrip(r)
	if err != nil {
		return nil, fmt.Errorf("invoke %s: %w", in.QualifiedARN(), err)
	}
	id := res.Header.Get("X-Amzn-Requestid")
	if res.StatusCode >= 300 {
		defer func() { _ = res.Body.Close() }()
		payload, err := readPayload(res)
		if err != nil {
			return nil, fmt.Errorf("invoke %s: read the answer: %w", in.QualifiedARN(), err)
		}
		return nil, serviceError(in, res, payload, id)
	}
	return &LambdaStream{StatusCode: res.StatusCode, RequestID: id, Body: newEventBody(res.Body)}, nil
}

// eventSpace is the size of the buffers of an event stream, in bytes. A chunk of the usual size
// fits; a larger one makes its buffer grow for as long as it takes.
const eventSpace = 16 << 10

// eventBody reads the payload of an event stream: what its PayloadChunk events carry, until
// InvokeComplete. No event is passed on before its checksum has been verified.
type eventBody struct {
	src     io.Closer
	buffer  *bufio.Reader
	decoder *eventstream.Decoder
	space   []byte
	chunk   []byte // of space, what is still to be read
	err     error
}

func newEventBody(src io.ReadCloser) *eventBody {
	return &eventBody{src: src, buffer: bufio.NewReaderSize(src, eventSpace), decoder: eventstream.NewDecoder(), space: make([]byte, 0, eventSpace)}
}

func (b *eventBody) Read(p []byte) (int, error) {
	for len(b.chunk) == 0 {
		if b.err != nil {
			return 0, b.err
		}
		b.chunk, b.err = b.next()
	}
	n := copy(p, b.chunk)
	b.chunk = b.chunk[n:]
	return n, nil
}

func (b *eventBody) Close() error { return b.src.Close() }

// next reads one event. It returns io.EOF after the event that ends the stream well.
func (b *eventBody) next() ([]byte, error) {
	m, err := b.decoder.Decode(b.buffer, b.space)
	if err != nil {
		if errors.Is(err, io.EOF) {
			// Nothing but InvokeComplete tells that the answer is whole.
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("read the event stream: %w", err)
	}
	switch kind := headerText(m.Headers, ":message-type"); kind {
	case "event":
	case "exception":
		return nil, &LambdaStreamError{Code: headerText(m.Headers, ":exception-type"), Details: string(m.Payload)}
	case "error":
		return nil, &LambdaStreamError{Code: headerText(m.Headers, ":error-code"), Details: headerText(m.Headers, ":error-message")}
	default:
		return nil, fmt.Errorf("read the event stream: message type %q is unknown", kind)
	}
	switch headerText(m.Headers, ":event-type") {
	case "PayloadChunk":
		if cap(m.Payload) > cap(b.space) && cap(m.Payload) <= 4*eventSpace {
			b.space = m.Payload[:0]
		}
		return m.Payload, nil
	case "InvokeComplete":
		return nil, completion(m.Payload)
	}
	return nil, nil // the interface may gain events that carry no payload
}

// completion reads InvokeComplete.
func completion(payload []byte) error {
	var event struct{ ErrorCode, ErrorDetails string }
	if len(payload) > 0 {
		if err := json.Unmarshal(payload, &event); err != nil {
			return fmt.Errorf("read the event stream: InvokeComplete: %w", err)
		}
	}
	if event.ErrorCode != "" {
		return &LambdaStreamError{Code: event.ErrorCode, Details: event.ErrorDetails}
	}
	return io.EOF
}

func headerText(h eventstream.Headers, name string) string {
	v, _ := h.Get(name).(eventstream.StringValue)
	return string(v)
}

var _ LambdaStreamer = (*LambdaAPI)(nil)
