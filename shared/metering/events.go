package metering

import "sync"

// Kind is what an Event is about.
type Kind uint8

const (
	// StoreFailed says that a call of the store failed or took too long.
	StoreFailed Kind = iota + 1

	// ThrottledLocally says that requests were judged by a bucket of this
	// environment alone, because the store did not answer.
	ThrottledLocally

	// QuotaUnchecked says that requests were admitted without their quota,
	// as the plan wants it while the store does not answer.
	QuotaUnchecked

	// QuotaClosed says that requests were refused because their quota could
	// not be checked.
	QuotaClosed

	// UsageLost says that counts may not have been recorded: the answer of
	// the write was lost, and repeating it could count them twice.
	UsageLost

	kinds
)

// Event tells of failures since the last event of its kind. There is at most
// one for each kind in an interval.
type Event struct {
	Kind  Kind
	Count int64  // how often it happened since the last such event
	On    string // the partition it last happened with
	Err   error  // the last cause, if there is one
}

// eventInterval is the least time in nanoseconds between events of a kind.
const eventInterval = 10 * int64(1e9)

type events struct {
	hook func(Event)

	mu     sync.Mutex
	counts [kinds]int64
	next   [kinds]int64
}

func (e *events) note(now int64, kind Kind, on string, err error) {
	e.mu.Lock()
	e.counts[kind]++
	due := now >= e.next[kind] || now < e.next[kind]-eventInterval
	event := Event{Kind: kind, Count: e.counts[kind], On: on, Err: err}
	if due {
		e.counts[kind], e.next[kind] = 0, now+eventInterval
	}
	e.mu.Unlock()
	if due && e.hook != nil {
		e.hook(event)
	}
}
