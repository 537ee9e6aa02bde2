package main

import (
	"math/rand/v2"

	"github.com/postern-gateway/postern/shared/metering/lease"
)

// world is one run of a scenario.
type world struct {
	scenario
	timeline
	random       *rand.Rand
	zipf         *rand.Zipf
	table        *table
	environments []*environment
	tallies      []*tally // by key
}

// environment is one Lambda environment: a clock and its parts of buckets.
type environment struct {
	skew    int64
	dead    bool
	buckets map[int]*part
}

// part is an environment's part of one bucket, with the requests that wait
// for its renewal.
type part struct {
	bucket  *lease.Bucket
	open    bool
	waiting int
}

func run(s scenario) result {
	w := &world{scenario: s, random: rand.New(rand.NewPCG(s.seed, 7)), table: newTable()}
	if s.keys > 1 {
		w.zipf = rand.NewZipf(w.random, 1.1, 1, uint64(s.keys-1))
	}
	for range s.keys {
		w.tallies = append(w.tallies, newTally(s.seconds))
	}
	for range s.environments {
		w.environments = append(w.environments, w.newEnvironment())
	}
	w.at(0, w.arrive)
	if s.deaths > 0 {
		w.at(0, w.die)
	}
	w.run(s.seconds * second)
	return w.result()
}

func (w *world) newEnvironment() *environment {
	e := &environment{buckets: map[int]*part{}}
	if w.skew > 0 {
		e.skew = w.random.Int64N(w.skew) - w.skew/2
	}
	return e
}

// arrive lets one request arrive and plans the next one, by Poisson's law;
// times of less than the peak's demand come by thinning.
func (w *world) arrive() {
	peak := w.demand * w.shape.peak()
	w.at(w.now+int64(w.random.ExpFloat64()/peak*float64(second)), w.arrive)
	if w.random.Float64()*w.shape.peak() >= w.shape.factor(float64(w.now)/float64(second)) {
		return
	}
	key := 0
	if w.zipf != nil {
		key = int(w.zipf.Uint64())
	}
	w.request(w.environments[w.random.IntN(w.started())], key)
}

func (w *world) request(e *environment, key int) {
	p := e.buckets[key]
	if p == nil {
		p = &part{bucket: lease.NewBucket(w.random.Uint64())}
		p.bucket.SetLimit(w.limit)
		e.buckets[key] = p
	}
	w.tallies[key].demand(w.now)
	w.decide(e, key, p, p.bucket.Take(w.clock(e)))
}

func (w *world) clock(e *environment) int64 { return epoch + w.now + e.skew }

func (w *world) decide(e *environment, key int, p *part, v lease.Verdict) {
	switch v {
	case lease.Admit:
		w.tallies[key].admit(w.now)
	case lease.Renew:
		p.waiting++
		if !p.open {
			p.open = true
			p.bucket.Begin(w.clock(e), int64(p.waiting))
			w.converse(e, key, p)
		}
	}
}

// converse does the writes of a renewal, each of which reaches the table
// after some milliseconds and is answered after some more.
func (w *world) converse(e *environment, key int, p *part) {
	write, more := p.bucket.Next(w.clock(e))
	if !more {
		p.open = false
		waiting := p.waiting
		p.waiting = 0
		for range waiting {
			w.decide(e, key, p, p.bucket.Retake(w.clock(e)))
		}
		return
	}
	w.at(w.now+w.delay(), func() {
		count, outcome := w.table.add(key, write, w.now/second)
		w.at(w.now+w.delay(), func() {
			if e.dead {
				return
			}
			p.bucket.Result(w.clock(e), outcome, count)
			w.converse(e, key, p)
		})
	})
}

// delay is one way to the table or back: 1 ms, and 1.5 ms more on average.
func (w *world) delay() int64 {
	return millisecond + int64(w.random.ExpFloat64()*1.5*float64(millisecond))
}

func (w *world) die() {
	i := w.random.IntN(w.started())
	w.environments[i].dead = true
	w.environments[i] = w.newEnvironment()
	w.at(w.now+int64(w.random.ExpFloat64()/w.deaths*float64(second)), w.die)
}

// started is how many environments there are by now.
func (w *world) started() int {
	return min(len(w.environments), 1+int(w.now*startedPerSecond/second))
}
