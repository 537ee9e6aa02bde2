package runtimeapi

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
)

// maxLine is where an endless line is cut so that memory stays bounded, in bytes.
const maxLine = 256 << 10

// logger writes whole lines of many environments to one writer.
type logger struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *logger) line(prefix string, line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// A log that cannot be written must not stop the function.
	_, _ = l.w.Write(fmt.Appendf(nil, "%s %s\n", prefix, line))
}

func (l *logger) printf(prefix, format string, args ...any) {
	l.line(prefix, fmt.Appendf(nil, format, args...))
}

// output takes what one environment prints: line by line to the log, the last
// part kept for an init failure, and the part of the running invocation for
// LogType Tail.
type output struct {
	prefix string
	log    *logger

	mu      sync.Mutex
	partial []byte
	recent  tail
	tail    *tail // nil unless the running invocation asked for it
	written time.Time
}

// Write never fails.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.written = time.Now()
	o.recent.add(p)
	if o.tail != nil {
		o.tail.add(p)
	}
	o.partial = append(o.partial, p...)
	for {
		end := bytes.IndexByte(o.partial, '\n')
		switch {
		case end >= 0:
			o.log.line(o.prefix, bytes.TrimSuffix(o.partial[:end], []byte{'\r'}))
			o.partial = o.partial[end+1:]
		case len(o.partial) >= maxLine:
			o.log.line(o.prefix, o.partial)
			o.partial = nil
		default:
			return len(p), nil
		}
	}
}

// finish writes a last line that has no end.
func (o *output) finish() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.partial) > 0 {
		o.log.line(o.prefix, o.partial)
		o.partial = nil
	}
}

// attach directs a copy of what follows to t, or to nothing when t is nil.
func (o *output) attach(t *tail) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tail = t
}

// last returns what the process printed last.
func (o *output) last() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.TrimSpace(bytes.Clone(o.recent.data))
}

// settle waits until the process has been quiet for a moment. Its output travels
// through a pipe and the end of an invocation over a socket, so the last lines
// may arrive after the end.
func (o *output) settle() {
	const quiet, most = 5 * time.Millisecond, 50 * time.Millisecond
	for end := time.Now().Add(most); time.Now().Before(end); {
		time.Sleep(quiet)
		o.mu.Lock()
		idle := time.Since(o.written)
		o.mu.Unlock()
		if idle >= quiet {
			return
		}
	}
}

// tail keeps the last maxLogTail bytes.
type tail struct{ data []byte }

func (t *tail) add(p []byte) {
	t.data = append(t.data, p...)
	if excess := len(t.data) - maxLogTail; excess > 0 {
		t.data = t.data[:copy(t.data, t.data[excess:])]
	}
}
