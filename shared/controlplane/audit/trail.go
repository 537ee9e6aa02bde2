package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane/change"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
)

// DefaultMaxAge is how long records are kept: as long as CloudTrail's event history.
const DefaultMaxAge = 90 * 24 * time.Hour

// writeTimeout bounds how long a client waits for its record to be stored.
const writeTimeout = 5 * time.Second

// Store is what the trail needs of the state; the contract is that of package store.
type Store interface {
	Query(ctx context.Context, partition, sortPrefix string, page store.Page) (items []store.Item, next string, err error)
	Transact(ctx context.Context, writes []store.Write) error
}

// Config is what a Trail is made of. Store, Account and Region are required.
type Config struct {
	Store   Store
	Account string // 12 digits
	Region  string // like "us-east-1"

	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// MaxAge is how long a record is kept; DefaultMaxAge if zero.
	MaxAge time.Duration
	// Log hears of records that could not be written or read; slog.Default() if nil.
	Log *slog.Logger
}

// Trail records changes and answers questions about them. It is safe for concurrent use, also by
// several processes on one store.
type Trail struct {
	cfg      Config
	failures atomic.Int64
}

// New makes a Trail.
func New(cfg Config) *Trail {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.MaxAge == 0 {
		cfg.MaxAge = DefaultMaxAge
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Trail{cfg: cfg}
}

// Attach makes the trail hear of every operation of m. Requests must go through the handler that
// it returns, so that records say which revisions an operation led to.
func (t *Trail) Attach(m *wire.Mux) http.Handler {
	m.Observe = t.Observe
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, _ := change.NewContext(r.Context())
		m.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Failures counts the records that could not be written since the process started.
func (t *Trail) Failures() int64 { return t.failures.Load() }

// Observe records an operation, unless it only reads. It returns when the record is stored or has
// failed to be; a failure is logged and counted, and the operation does not learn of it.
func (t *Trail) Observe(o wire.Observation) {
	if !records(o.Operation) {
		return
	}
	ctx := o.Request.Context()
	info := edge.FromContext(ctx)
	if info == nil {
		info = &edge.Info{SourceIP: host(o.Request.RemoteAddr)}
	}
	var input any
	if o.Input != nil {
		input = o.Input()
	}
	t.record(ctx, event{
		service:    o.Service,
		operation:  o.Operation,
		path:       o.Request.URL.Path,
		requestID:  o.RequestID,
		identity:   identityOf(info.Caller),
		sourceIP:   info.SourceIP,
		userAgent:  o.Request.UserAgent(),
		parameters: parametersOf(o.Operation, input),
		output:     o.Output,
		refusal:    o.Err,
		revisions:  change.FromContext(ctx).Revisions(),
	})
}

// records tells whether an operation belongs into the trail. The two test operations change
// nothing and are not recorded by CloudTrail either (security and operations spec, 9).
func records(op *wire.Descriptor) bool {
	return op.Method != http.MethodGet && op.Name != "TestInvokeMethod" && op.Name != "TestInvokeAuthorizer"
}

func host(remoteAddr string) string {
	h, _, err := net.SplitHostPort(remoteAddr)
	if err != nil {
		return remoteAddr
	}
	h, _, _ = strings.Cut(h, "%") // the zone means nothing outside this machine
	return h
}

func (t *Trail) record(ctx context.Context, e event) {
	// A client that has gone does not take its record along.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	if err := t.write(ctx, e); err != nil {
		n := t.failures.Add(1)
		t.cfg.Log.ErrorContext(ctx, "an operation is missing in the audit trail", "operation", e.operation.Name,
			"requestID", e.requestID, "user", e.identity.label(), "failures", n, "error", err)
	}
}

func (t *Trail) write(ctx context.Context, e event) error {
	at := t.cfg.Now().UTC()
	value, err := json.Marshal(t.recordOf(e, at))
	if err != nil {
		return fmt.Errorf("encode audit record: %w", err)
	}
	item := store.Item{Key: keyOf(at, e.requestID), Value: value, Expires: at.Add(t.cfg.MaxAge)}
	if err := t.cfg.Store.Transact(ctx, []store.Write{store.Put(item)}); err != nil {
		return fmt.Errorf("store audit record: %w", err)
	}
	return nil
}
