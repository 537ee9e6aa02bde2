package gateway

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// scripted is a source whose answers a test sets, under a clock that a test moves.
type scripted struct {
	mu     sync.Mutex
	doc    snapshot.Stage
	err    error
	looks  int
	loads  int
	gate   chan struct{} // if not nil, looks wait for it
	now    time.Time
	looked chan struct{}
}

func (s *scripted) Stage(ctx context.Context, _, _ string) (snapshot.Stage, error) {
	s.mu.Lock()
	gate := s.gate
	s.looks++
	doc, err := s.doc, s.err
	s.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return snapshot.Stage{}, ctx.Err()
		}
	}
	if s.looked != nil {
		defer func() { s.looked <- struct{}{} }()
	}
	return doc, err
}

func (s *scripted) Snapshot(_ context.Context, apiID, deploymentID string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loads++
	return snapshot.Build(snapshot.API{ID: apiID, DeploymentID: deploymentID}, nil)
}

func (s *scripted) set(change func(*scripted)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *scripted) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func newScripted() (*scripted, *Stages) {
	s := &scripted{now: time.Unix(1000, 0), doc: snapshot.Stage{APIID: "a", Name: "s", DeploymentID: "one"}}
	return s, NewStages(s, "us-east-1", s.clock, slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func deployment(t *testing.T, stages *Stages) string {
	t.Helper()
	st, err := stages.Get(t.Context(), "a", "s", nil)
	if err != nil {
		t.Fatal(err)
	}
	return st.Document().DeploymentID
}

func TestAFreshStageIsNotLookedAtAgain(t *testing.T) {
	src, stages := newScripted()
	for range 10 {
		if d := deployment(t, stages); d != "one" {
			t.Fatalf("served %s", d)
		}
		src.set(func(s *scripted) { s.now = s.now.Add(200 * time.Millisecond) })
	}
	if src.looks != 1 || src.loads != 1 {
		t.Errorf("%d looks and %d loads within the fresh time, want one of each", src.looks, src.loads)
	}
}

func TestABusyStageIsLookedAtInTheBackground(t *testing.T) {
	src, stages := newScripted()
	deployment(t, stages)
	src.set(func(s *scripted) {
		s.doc.DeploymentID = "two"
		s.now = s.now.Add(freshFor)
		s.looked = make(chan struct{}, 1)
		s.gate = make(chan struct{})
	})
	if d := deployment(t, stages); d != "one" {
		t.Errorf("the request waited for the look: served %s", d)
	}
	close(src.gate)
	<-src.looked
	for end := time.Now().Add(10 * time.Second); deployment(t, stages) != "two"; {
		if time.Now().After(end) {
			t.Fatal("the new deployment never came")
		}
		time.Sleep(time.Millisecond)
	}
	if src.loads != 2 {
		t.Errorf("%d snapshots loaded, want 2", src.loads)
	}
}

func TestAStageThatSleptWaitsForTheLook(t *testing.T) {
	src, stages := newScripted()
	deployment(t, stages)
	src.set(func(s *scripted) { s.doc.DeploymentID = "two"; s.now = s.now.Add(staleAfter) })
	if d := deployment(t, stages); d != "two" {
		t.Errorf("served %s after the sleep, want the new deployment", d)
	}
}

func TestAFailingStoreLeavesTheLastDeployment(t *testing.T) {
	src, stages := newScripted()
	deployment(t, stages)
	src.set(func(s *scripted) { s.err = errors.New("throttled"); s.now = s.now.Add(time.Hour) })
	if d := deployment(t, stages); d != "one" {
		t.Errorf("served %s", d)
	}
	// A store that hangs holds a request up for the look's time and no longer.
	src.set(func(s *scripted) { s.err, s.gate = nil, make(chan struct{}); s.now = s.now.Add(time.Hour) })
	if d := deployment(t, stages); d != "one" {
		t.Errorf("served %s", d)
	}
	close(src.gate)
}

func TestAnUnknownStageIsRemembered(t *testing.T) {
	src, stages := newScripted()
	src.err = ErrNoStage
	for range 5 {
		if _, err := stages.Get(t.Context(), "a", "s", nil); !errors.Is(err, ErrNoStage) {
			t.Fatalf("Get() = %v, want ErrNoStage", err)
		}
	}
	if src.looks != 1 {
		t.Errorf("%d looks for a stage that does not exist, want one", src.looks)
	}
	src.set(func(s *scripted) { s.err = nil })
	stages.Forget("a", "s")
	if d := deployment(t, stages); d != "one" {
		t.Errorf("served %s once it exists", d)
	}
}

func TestStagesAreBounded(t *testing.T) {
	_, stages := newScripted()
	for i := range maxStages + 50 {
		if _, err := stages.Get(t.Context(), "a", string(rune('A'+i%26))+time.Duration(i).String(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(stages.loaded) > maxStages {
		t.Errorf("%d stages are kept, at most %d may be", len(stages.loaded), maxStages)
	}
}

// A look that began before a change must not pass for one at what came after it.
func TestForgetDuringALook(t *testing.T) {
	src, stages := newScripted()
	src.gate = make(chan struct{})
	first := make(chan string, 1)
	go func() {
		st, err := stages.Get(context.Background(), "a", "s", nil)
		if err != nil {
			first <- err.Error()
			return
		}
		first <- st.Document().DeploymentID
	}()
	for {
		src.mu.Lock()
		begun := src.looks == 1
		src.mu.Unlock()
		if begun {
			break
		}
		time.Sleep(time.Millisecond)
	}
	src.set(func(s *scripted) { s.doc.DeploymentID = "two" })
	stages.Forget("a", "s")
	close(src.gate)
	<-first
	if d := deployment(t, stages); d != "two" {
		t.Errorf("served %s after the change", d)
	}
}

func TestBakedSource(t *testing.T) {
	doc, err := snapshot.EncodeStage(snapshot.Stage{APIID: "abc", Name: "prod", DeploymentID: "d1"})
	if err != nil {
		t.Fatal(err)
	}
	baked := BakedSource{FS: fstest.MapFS{"abc/prod.json": {Data: doc}, "abc/d1.snapshot": {Data: []byte("data")}}}
	if got, err := baked.Stage(t.Context(), "abc", "prod"); err != nil || got.DeploymentID != "d1" {
		t.Errorf("Stage() = %+v, %v", got, err)
	}
	if got, err := baked.Snapshot(t.Context(), "abc", "d1"); err != nil || string(got) != "data" {
		t.Errorf("Snapshot() = %q, %v", got, err)
	}
	for _, name := range []struct{ api, stage string }{{"abc", "dev"}, {"xyz", "prod"}, {"..", "prod"}, {"abc/..", "prod"}, {"abc", "../abc/prod"}, {"", ""}} {
		if _, err := baked.Stage(t.Context(), name.api, name.stage); !errors.Is(err, ErrNoStage) {
			t.Errorf("Stage(%q, %q): %v, want ErrNoStage", name.api, name.stage, err)
		}
	}
	if api, stage, ok := baked.Only(); !ok || api != "abc" || stage != "prod" {
		t.Errorf("Only() = %q, %q, %v", api, stage, ok)
	}
	two := BakedSource{FS: fstest.MapFS{"abc/prod.json": {Data: doc}, "abc/dev.json": {Data: doc}}}
	if _, _, ok := two.Only(); ok {
		t.Error("one of two stages passed for the only one")
	}
	// Of several sources the first that knows the stage counts.
	other := BakedSource{FS: fstest.MapFS{"xyz/prod.json": {Data: doc}}}
	layered := Layered{other, baked}
	if got, err := layered.Stage(t.Context(), "abc", "prod"); err != nil || got.DeploymentID != "d1" {
		t.Errorf("layered: %+v, %v", got, err)
	}
	if _, err := layered.Snapshot(t.Context(), "abc", "none"); !errors.Is(err, ErrNoStage) {
		t.Errorf("layered: %v, want ErrNoStage", err)
	}
}
