package runtimeapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/aws/smithy-go/eventstream"
	"github.com/google/uuid"
)

// serveInvokeStream answers InvokeWithResponseStream: an event stream of
// PayloadChunk events and one InvokeComplete. A failure of the function is part
// of InvokeComplete, also when the function has not begun to respond.
func (s *Server) serveInvokeStream(w http.ResponseWriter, r *http.Request) {
	in, err := readInvocation(r)
	if err != nil {
		writeError(w, uuid.NewString(), err)
		return
	}
	stream, err := s.openStream(r.Context(), in, s.queueTimeout)
	var failure *FunctionError
	if err != nil && !errors.As(err, &failure) {
		writeError(w, uuid.NewString(), err)
		return
	}
	h := w.Header()
	events := &eventWriter{w: w, flusher: http.NewResponseController(w), encoder: eventstream.NewEncoder()}
	h.Set("X-Amz-Executed-Version", latest)
	h.Set("Content-Type", "application/vnd.amazon.eventstream")
	if failure != nil {
		h.Set("X-Amzn-Requestid", failure.RequestID)
		events.complete(failure, nil)
		return
	}
	defer stream.Body.Close()
	h.Set("X-Amzn-Requestid", stream.RequestID)
	if stream.Status != http.StatusOK {
		h.Del("Content-Type")
		w.WriteHeader(stream.Status)
		return
	}
	if stream.ContentType != "" {
		// The service's own content type takes the header's name.
		h.Set("X-Amzn-Remapped-Content-Type", stream.ContentType)
	}
	events.flush()
	if _, err = io.Copy(events, stream.Body); err != nil && !errors.As(err, &failure) {
		return // the client has gone
	}
	events.complete(failure, stream.LogTail())
}

// eventWriter writes the events of InvokeWithResponseStream.
type eventWriter struct {
	w       io.Writer
	flusher *http.ResponseController
	encoder *eventstream.Encoder
}

// Write sends p as a PayloadChunk.
func (e *eventWriter) Write(p []byte) (int, error) {
	if err := e.send("PayloadChunk", "application/octet-stream", p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// complete sends the InvokeComplete that ends a stream. There is nobody left to
// tell when it cannot be sent.
func (e *eventWriter) complete(failure *FunctionError, logTail []byte) {
	var event struct {
		ErrorCode    string `json:"ErrorCode,omitempty"`
		ErrorDetails string `json:"ErrorDetails,omitempty"`
		LogResult    string `json:"LogResult,omitempty"`
	}
	if failure != nil {
		event.ErrorCode, event.ErrorDetails = failure.Kind, string(failure.Payload)
	}
	event.LogResult = base64.StdEncoding.EncodeToString(logTail)
	payload, _ := json.Marshal(event) // strings always marshal
	_ = e.send("InvokeComplete", "application/json", payload)
}

func (e *eventWriter) send(eventType, contentType string, payload []byte) error {
	var headers eventstream.Headers
	headers.Set(":event-type", eventstream.StringValue(eventType))
	headers.Set(":content-type", eventstream.StringValue(contentType))
	headers.Set(":message-type", eventstream.StringValue("event"))
	if err := e.encoder.Encode(e.w, eventstream.Message{Headers: headers, Payload: payload}); err != nil {
		return err
	}
	e.flush()
	return nil
}

// flush sends what is written so far; a recorder in a test may not support it.
func (e *eventWriter) flush() { _ = e.flusher.Flush() }
