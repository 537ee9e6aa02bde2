package main

import (
	"math"

	"github.com/postern-gateway/postern/shared/metering/lease"
)

const (
	second      = int64(1e9)
	millisecond = second / 1000
	epoch       = 1_800_000_000 * second
)

// scenario is one line of the table.
type scenario struct {
	name         string
	environments int
	limit        lease.Limit // of each key
	keys         int         // number of buckets; demand falls on them by Zipf's law
	demand       float64     // requests per second of all environments together
	shape        shape
	seconds      int64
	skew         int64   // clocks differ by up to this, in nanoseconds
	deaths       float64 // environments that die and are replaced, per second
	seed         uint64
	mostWrites   float64 // bound of writes per request, if above 0
	quick        bool    // part of the quick run
}

// ramp is how many seconds it takes until all environments are there.
func (s scenario) ramp() int64 { return int64(s.environments) / startedPerSecond }

// startedPerSecond is how many environments Lambda adds: a thousand in ten
// seconds (Lambda developer guide, "Lambda scaling behavior").
const startedPerSecond = 100

// shape is the demand over time, as a factor of the scenario's demand.
type shape string

const (
	steady shape = "steady"
	bursty shape = "bursty"
	flash  shape = "flash"
)

// factor gives the demand at a time since the start, in seconds.
func (s shape) factor(t float64) float64 {
	switch s {
	case bursty:
		// Two seconds of thrice the demand in six, and nothing in between.
		if math.Mod(t, 6) < 2 {
			return 3
		}
		return 0
	case flash:
		// A tenth of the demand, and from the tenth second on all of it.
		if t < 10 {
			return 0.1
		}
	}
	return 1
}

func (s shape) peak() float64 {
	if s == bursty {
		return 3
	}
	return 1
}

// scenarios are the lines of the table. The limit of 10,000 requests per
// second is what API Gateway gives an account.
func scenarios() []scenario {
	full := lease.Limit{Rate: 10_000, Burst: 10_000}
	account := lease.Limit{Rate: 10_000, Burst: 5_000}
	list := []scenario{
		{name: "below the limit", environments: 1, limit: full, keys: 1, demand: 8_000, mostWrites: 0.02},
		{name: "twice the limit", environments: 1, limit: full, keys: 1, demand: 20_000, mostWrites: 0.02, quick: true},
		{name: "twice the limit", environments: 10, limit: full, keys: 1, demand: 20_000, mostWrites: 0.02, quick: true},
		{name: "half of the limit", environments: 100, limit: lease.Limit{Rate: 20_000, Burst: 20_000}, keys: 1, demand: 10_000, mostWrites: 0.02},
		{name: "at the limit", environments: 100, limit: full, keys: 1, demand: 10_000, mostWrites: 0.02, quick: true},
		{name: "1.2 x the limit", environments: 100, limit: full, keys: 1, demand: 12_000, mostWrites: 0.02},
		{name: "twice the limit", environments: 100, limit: full, keys: 1, demand: 20_000, mostWrites: 0.02, quick: true},
		{name: "burst of half a second", environments: 100, limit: account, keys: 1, demand: 10_000},
		{name: "the same, twice", environments: 100, limit: account, keys: 1, demand: 20_000, mostWrites: 0.02},
		{name: "small limit", environments: 100, limit: lease.Limit{Rate: 100, Burst: 200}, keys: 1, demand: 1000},
		{name: "at the limit", environments: 1000, limit: full, keys: 1, demand: 10_000},
		{name: "1.2 x the limit", environments: 1000, limit: full, keys: 1, demand: 12_000, quick: true},
		{name: "twice the limit", environments: 1000, limit: full, keys: 1, demand: 20_000, quick: true},
		{name: "burst of half a second", environments: 1000, limit: account, keys: 1, demand: 20_000},
		{name: "bursts", environments: 1000, limit: full, keys: 1, demand: 10_000, shape: bursty},
		{name: "flash crowd", environments: 1000, limit: full, keys: 1, demand: 30_000, shape: flash},
		{name: "clocks 500 ms apart", environments: 1000, limit: full, keys: 1, demand: 20_000, skew: second / 2},
		{name: "1,000 skewed keys", environments: 1000, limit: lease.Limit{Rate: 100, Burst: 200}, keys: 1000, demand: 10_000},
		{name: "10 die each second", environments: 1000, limit: full, keys: 1, demand: 20_000, deaths: 10},
		{name: "1.2 x the limit", environments: 5000, limit: full, keys: 1, demand: 12_000},
		{name: "twice the limit", environments: 5000, limit: full, keys: 1, demand: 20_000},
		{name: "200 x a small limit", environments: 5000, limit: lease.Limit{Rate: 50, Burst: 50}, keys: 1, demand: 10_000},
	}
	for i := range list {
		if list[i].shape == "" {
			list[i].shape = steady
		}
		list[i].seconds, list[i].seed = 40+list[i].ramp(), uint64(i+1)
	}
	return list
}
