package change

import (
	"context"
	"slices"
	"sync"
)

// Revision is one thing that changed. A revision is the number of changes that it has seen since
// it was created, which is the first one.
type Revision struct {
	// Resource names the thing as the control plane stores it: "restapis/" and an API's
	// identifier, or the like for what belongs to the account, such as "apikeys/" and a key's.
	Resource string `json:"resource"`
	// Before is 0 for what was created, After for what was deleted.
	Before int64 `json:"before,omitempty"`
	After  int64 `json:"after,omitempty"`
}

// Recorder collects the changes that are made with its context. It is safe for concurrent use.
type Recorder struct {
	mu        sync.Mutex
	revisions []Revision
}

type contextKey struct{}

// NewContext returns a context that carries a new recorder. A context has at most one: a second
// one hides the first.
func NewContext(ctx context.Context) (context.Context, *Recorder) {
	r := &Recorder{}
	return context.WithValue(ctx, contextKey{}, r), r
}

// FromContext returns the recorder that a context carries, or nil.
func FromContext(ctx context.Context) *Recorder {
	r, _ := ctx.Value(contextKey{}).(*Recorder)
	return r
}

// Report tells the recorder of ctx, if there is one, about a change that has been stored.
func Report(ctx context.Context, resource string, before, after int64) {
	r := FromContext(ctx)
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.revisions = append(r.revisions, Revision{Resource: resource, Before: before, After: after})
}

// Revisions returns what was reported so far, in that order; nil on a nil recorder.
func (r *Recorder) Revisions() []Revision {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.revisions)
}
