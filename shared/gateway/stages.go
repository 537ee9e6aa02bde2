package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/postern-gateway/postern/shared/gateway/httpapi"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// How long a stage is served before its pointer is looked at again. A busy environment looks
// in the background, so that no request waits; only one that slept past staleAfter, as Lambda
// environments do, waits for the look, and for lookTimeout at most.
const (
	freshFor    = 2500 * time.Millisecond
	staleAfter  = 5 * time.Second
	lookTimeout = 250 * time.Millisecond
	loadTimeout = 10 * time.Second
	// maxStages bounds the stages kept loaded, and the unknown ones remembered.
	maxStages = 1024
)

// Stages keeps the stages that are in use loaded and current. It is safe for concurrent use.
type Stages struct {
	source Source
	region string
	now    func() time.Time
	log    *slog.Logger
	// random returns numbers from 0 to 1, 1 not included.
	random func() float64

	flight singleflight.Group
	// epoch counts calls of Forget, so that a look that began before one does not pass for
	// a look at what came after.
	epoch  atomic.Int64
	mu     sync.RWMutex
	loaded map[stageKey]*entry

	protocols protocols
}

// stageKey is a stage together with the variables that overlay its own, in their URL-encoded
// form, which is empty but for stages managed elsewhere.
type stageKey struct{ apiID, stage, overlay string }

func (k stageKey) String() string { return k.apiID + "/" + k.stage + "?" + k.overlay }

// entry is a stage as it was last seen. A nil stage says that it did not exist then.
type entry struct {
	serving  *serving
	lookedAt atomic.Int64 // Unix nanoseconds
	usedAt   atomic.Int64
	looking  atomic.Bool
}

// serving is an opened deployment and the document that points to it, and the deployment of the
// canary if there is one.
type serving struct {
	doc            snapshot.Stage
	snapshot       *snapshot.Snapshot
	rest           *rest.Stage // nil for an HTTP or WebSocket API
	http           *httpapi.Stage
	webSocket      *websocket.Stage
	canarySnapshot *snapshot.Snapshot
	canary         *rest.Stage // nil without canary
}

// seen tells the stages that their document was current when the look began.
func (v *serving) seen(at time.Time) {
	if v == nil || v.rest == nil {
		return
	}
	v.rest.Seen(at)
	if v.canary != nil {
		v.canary.Seen(at)
	}
}

// NewStages returns an empty set that loads from source. Region is that of ARNs and events.
func NewStages(source Source, region string, now func() time.Time, log *slog.Logger) *Stages {
	return &Stages{source: source, region: region, now: now, log: log, random: rand.Float64, loaded: map[stageKey]*entry{}}
}

// Get returns a stage of a REST API ready to serve one request, with overlay in place of its own variables of
// the same names. On a stage with a canary it chooses by chance, so that one request is to call
// it once. It returns ErrNoStage for a stage that does not exist, and
// another error for one of an HTTP API.
func (s *Stages) Get(ctx context.Context, apiID, stage string, overlay map[string]string) (*rest.Stage, error) {
	k := stageKey{apiID: apiID, stage: stage}
	if len(overlay) > 0 {
		k.overlay = encodeOverlay(overlay)
	}
	v, err := s.find(ctx, k, overlay)
	switch {
	case err != nil:
		return nil, err
	case v.rest == nil:
		return nil, fmt.Errorf("stage %s of API %s is one of an HTTP API", stage, apiID)
	}
	return s.choose(v), nil
}

// choose takes the canary for its share of the requests (REST data plane spec, 14).
func (s *Stages) choose(v *serving) *rest.Stage {
	if v.canary != nil && s.random()*100 < v.doc.Canary.Percent {
		return v.canary
	}
	return v.rest
}

// find returns a stage of any type of API, ready to serve. The error is that of Get.
func (s *Stages) find(ctx context.Context, k stageKey, overlay map[string]string) (*serving, error) {
	s.mu.RLock()
	e := s.loaded[k]
	s.mu.RUnlock()
	if e == nil {
		return s.look(ctx, k, overlay)
	}
	now := s.now()
	e.usedAt.Store(now.UnixNano())
	switch age := now.Sub(time.Unix(0, e.lookedAt.Load())); {
	case age < freshFor:
	case age < staleAfter:
		if e.looking.CompareAndSwap(false, true) {
			go s.lookInBackground(k, overlay, e)
		}
	default:
		wait, cancel := context.WithTimeout(ctx, lookTimeout)
		defer cancel()
		v, err := s.look(wait, k, overlay)
		if err == nil || errors.Is(err, ErrNoStage) || ctx.Err() != nil {
			return v, err
		}
		// The store is slow or failing: an old deployment serves better than none.
		s.log.Warn("stage pointer not readable, serving the last known deployment", "api", k.apiID, "stage", k.stage, "error", err)
	}
	if e.serving == nil {
		return nil, ErrNoStage
	}
	return e.serving, nil
}

func (s *Stages) lookInBackground(k stageKey, overlay map[string]string, e *entry) {
	defer e.looking.Store(false)
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	defer cancel()
	if _, err := s.look(ctx, k, overlay); err != nil && !errors.Is(err, ErrNoStage) {
		s.log.Warn("stage pointer not readable", "api", k.apiID, "stage", k.stage, "error", err)
	}
}

// look reads a stage's pointer and loads what it points to, once for all who ask meanwhile.
// The load outlives a request that gives up waiting.
func (s *Stages) look(ctx context.Context, k stageKey, overlay map[string]string) (*serving, error) {
	ch := s.flight.DoChan(k.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		epoch, began := s.epoch.Load(), s.now()
		v, err := s.load(ctx, k, overlay)
		if err != nil && !errors.Is(err, ErrNoStage) {
			return nil, err
		}
		v.seen(began)
		s.keep(k, v, epoch)
		return v, err
	})
	select {
	case res := <-ch:
		v, _ := res.Val.(*serving)
		return v, res.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// load reads a stage, reusing opened snapshots when only the document changed.
func (s *Stages) load(ctx context.Context, k stageKey, overlay map[string]string) (*serving, error) {
	doc, err := s.source.Stage(ctx, k.apiID, k.stage)
	if err != nil {
		return nil, err
	}
	var canary snapshot.Stage
	if doc.Canary != nil {
		canary = doc.ForCanary()
		canary.Variables = snapshot.Overlay(canary.Variables, overlay)
	}
	doc.Variables = snapshot.Overlay(doc.Variables, overlay)
	s.mu.RLock()
	e := s.loaded[k]
	s.mu.RUnlock()
	var old *serving
	if e != nil && e.serving != nil {
		old = e.serving
		if reflect.DeepEqual(old.doc, doc) {
			return old, nil
		}
	}
	v := &serving{doc: doc}
	if v.snapshot, err = s.open(ctx, k.apiID, doc.DeploymentID, old); err != nil {
		return nil, err
	}
	if v.snapshot.Kind == snapshot.HTTP {
		v.http = httpapi.NewStage(v.snapshot, doc, s.region)
		return v, nil
	}
	if v.snapshot.Kind == snapshot.WebSocket {
		v.webSocket = websocket.NewStage(v.snapshot, doc, s.region)
		return v, nil
	}
	v.rest = rest.NewStage(v.snapshot, doc, s.region)
	if doc.Canary != nil {
		if v.canarySnapshot, err = s.open(ctx, k.apiID, canary.DeploymentID, old, v); err != nil {
			return nil, fmt.Errorf("canary of stage %s: %w", k.stage, err)
		}
		v.canary = rest.NewCanaryStage(v.canarySnapshot, canary, s.region)
	}
	return v, nil
}

// open returns the snapshot of a deployment, from those that were opened before if it is there.
func (s *Stages) open(ctx context.Context, apiID, deploymentID string, opened ...*serving) (*snapshot.Snapshot, error) {
	for _, v := range opened {
		switch {
		case v == nil:
		case v.doc.DeploymentID == deploymentID:
			return v.snapshot, nil
		case v.canarySnapshot != nil && v.doc.Canary.DeploymentID == deploymentID:
			return v.canarySnapshot, nil
		}
	}
	data, err := s.source.Snapshot(ctx, apiID, deploymentID)
	if err != nil {
		return nil, err
	}
	return snapshot.Open(data)
}

func (s *Stages) keep(k stageKey, v *serving, epoch int64) {
	now := s.now().UnixNano()
	e := &entry{serving: v}
	e.usedAt.Store(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch.Load() == epoch {
		e.lookedAt.Store(now)
	}
	if _, known := s.loaded[k]; !known && len(s.loaded) >= maxStages {
		s.dropLongestUnused()
	}
	s.loaded[k] = e
}

// dropLongestUnused makes room. Stages that do not exist go first: requests name any number of them.
func (s *Stages) dropLongestUnused() {
	var oldest stageKey
	at, exists := int64(1<<63-1), true
	for k, e := range s.loaded {
		u, real := e.usedAt.Load(), e.serving != nil
		if exists && !real || exists == real && u < at {
			oldest, at, exists = k, u, real
		}
	}
	delete(s.loaded, oldest)
}

// Forget makes the next request look at the stage again: for a control plane in the same
// process, whose changes are then live at once.
func (s *Stages) Forget(apiID, stage string) {
	s.forgetProtocol(apiID)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch.Add(1)
	for k, e := range s.loaded {
		if k.apiID == apiID && k.stage == stage {
			e.lookedAt.Store(0)
			s.flight.Forget(k.String())
		}
	}
	s.flight.Forget(stageKey{apiID: apiID, stage: stage}.String())
}

func encodeOverlay(variables map[string]string) string {
	values := make(url.Values, len(variables))
	for k, v := range variables {
		values.Set(k, v)
	}
	return values.Encode()
}
