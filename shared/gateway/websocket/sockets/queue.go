package sockets

import (
	"sync"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// Bounds of what waits for a client that reads slowly.
const (
	queueMessages = 256
	queueBytes    = 1 << 20
)

// queue is the messages for one client in their order. Whoever finds nobody writing writes, until
// the queue is empty: an idle socket has no goroutine for it.
type queue struct {
	mu      sync.Mutex
	waiting [][]byte
	bytes   int
	writing bool
	closed  bool
	// room is closed, and made anew, when a message has left; nil while nobody waits for that.
	room chan struct{}
}

// push adds a message. mine tells that the caller has to write now. room is not nil if the queue is
// full: it is closed when it may no longer be.
func (q *queue) push(data []byte) (mine bool, room <-chan struct{}, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return false, nil, websocket.ErrGone
	case len(q.waiting) >= queueMessages || q.bytes > 0 && q.bytes+len(data) > queueBytes:
		if q.room == nil {
			q.room = make(chan struct{})
		}
		return false, q.room, websocket.ErrBusy
	}
	q.waiting = append(q.waiting, data)
	q.bytes += len(data)
	mine = !q.writing
	q.writing = true
	return mine, nil, nil
}

// next takes the first message, or ends the writing.
func (q *queue) next() ([]byte, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 || q.closed {
		q.writing, q.waiting = false, nil
		return nil, false
	}
	data := q.waiting[0]
	q.waiting[0] = nil
	q.waiting = q.waiting[1:]
	q.bytes -= len(data)
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
	return data, true
}

// close drops what waits and lets everybody who waits for room go.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
}

// busy tells whether a message waits or is being written.
func (q *queue) busy() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.writing && !q.closed
}
