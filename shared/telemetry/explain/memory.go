package explain

import "sync"

// Bounds of a Memory unless its Limits say otherwise.
const (
	defaultPerStage = 128
	defaultStages   = 64
)

// Limits bound a Memory. Zero members take the defaults, 128 refusals of each of 64 stages.
type Limits struct {
	// PerStage is how many refusals of a stage are kept: the latest.
	PerStage int
	// Stages is how many stages have refusals: those that refused last.
	Stages int
}

// Memory keeps the latest refusals of each stage. It is safe for concurrent use.
type Memory struct {
	limits Limits

	mu     sync.Mutex
	stages map[stage]*ring
	clock  uint64 // counts refusals
}

// stage is the zero value for requests that named none.
type stage struct{ api, name string }

// ring holds the refusals of a stage. Its oldest is at next once it is full.
type ring struct {
	refusals []Refusal
	next     int
	added    uint64 // the clock at the last refusal
}

// New returns an empty Memory.
func New(l Limits) *Memory {
	if l.PerStage <= 0 {
		l.PerStage = defaultPerStage
	}
	if l.Stages <= 0 {
		l.Stages = defaultStages
	}
	return &Memory{limits: l, stages: map[stage]*ring{}}
}

// Add keeps a refusal, in the place of the stage's oldest if there are too many.
func (m *Memory) Add(r Refusal) {
	r = r.bounded()
	k := stage{r.API, r.Stage}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clock++
	of := m.stages[k]
	if of == nil {
		if len(m.stages) >= m.limits.Stages {
			m.dropQuietest()
		}
		of = &ring{}
		m.stages[k] = of
	}
	of.added = m.clock
	if len(of.refusals) < m.limits.PerStage {
		of.refusals = append(of.refusals, r)
		return
	}
	of.refusals[of.next] = r
	of.next = (of.next + 1) % len(of.refusals)
}

// dropQuietest forgets the stage whose last refusal is the longest ago.
func (m *Memory) dropQuietest() {
	var quietest stage
	oldest := m.clock
	for k, of := range m.stages {
		if of.added < oldest {
			quietest, oldest = k, of.added
		}
	}
	delete(m.stages, quietest)
}

// Find returns the refusal of a request, by either of its identifiers. Clients may choose request
// ids: of several refusals with one, it returns the latest of some stage.
func (m *Memory) Find(requestID string) (Refusal, bool) {
	if requestID == "" {
		return Refusal{}, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, of := range m.stages {
		for i := range of.refusals {
			if r := of.latest(i); r.RequestID == requestID || r.ExtendedRequestID == requestID {
				return *r, true
			}
		}
	}
	return Refusal{}, false
}

// Latest returns up to limit refusals of each stage, the latest first. An empty api or stage
// stands for all of them.
func (m *Memory) Latest(api, name string, limit int) []Refusal {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []Refusal
	for k, of := range m.stages {
		if api != "" && k.api != api || name != "" && k.name != name {
			continue
		}
		for i := range min(limit, len(of.refusals)) {
			found = append(found, *of.latest(i))
		}
	}
	return found
}

// latest returns the i-th refusal, counted from the latest one.
func (r *ring) latest(i int) *Refusal {
	n := len(r.refusals)
	return &r.refusals[(r.next-1-i+2*n)%n]
}
