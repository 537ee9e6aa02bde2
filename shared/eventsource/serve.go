package eventsource

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// errAborted is a handler that ended with http.ErrAbortHandler, which is a way to break an
// answer off and not a fault to log.
var errAborted = errors.New("the handler aborted the answer")

// serve runs the handler. Its panic becomes an error: it must not end a process that serves
// other requests at the same time.
func (d *door) serve(w *writer, r *http.Request) (err error) {
	defer func() {
		switch v := recover(); {
		case v == nil:
		case v == http.ErrAbortHandler:
			err = errAborted
		default:
			d.log(r, "handler panicked", slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
			err = fmt.Errorf("the handler panicked: %v", v)
		}
	}()
	d.handler.ServeHTTP(w, r)
	return w.finish()
}

func (d *door) log(r *http.Request, message string, attrs ...slog.Attr) {
	attrs = append([]slog.Attr{slog.String("method", r.Method), slog.String("path", r.URL.Path)}, attrs...)
	d.opts.Logger.LogAttrs(r.Context(), slog.LevelError, message, attrs...)
}

// failure is the answer when the handler has none, with the bytes that API Gateway gives for
// an internal error (REST data plane spec, 5.2).
func failure(r *http.Request, status int) *response {
	const message = `{"message": "Internal server error"}`
	res := &response{status: status, header: http.Header{
		"Content-Type":     {"application/json"},
		"X-Amzn-Errortype": {"InternalServerErrorException"},
	}}
	if r.Method != http.MethodHead {
		res.body = []byte(message)
	}
	return res
}
