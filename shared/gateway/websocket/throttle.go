package websocket

import (
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// buckets are the token buckets of the routes of one process. They stand in where nothing shared
// counts. It is safe for concurrent use.
type buckets struct {
	now func() time.Time
	mu  sync.Mutex
	all map[bucketKey]*bucket
}

type bucketKey struct{ apiID, stage, route string }

type bucket struct {
	tokens float64
	at     time.Time
}

// maxBuckets bounds the routes that are remembered; routes are finite, so that this is for
// processes that serve very many stages.
const maxBuckets = 100_000

func newBuckets(now func() time.Time) *buckets {
	return &buckets{now: now, all: map[bucketKey]*bucket{}}
}

// take takes one token of the limit that the stage sets for a route. A limit of 0 admits nothing; a
// rate without a burst has one of a second's worth.
func (b *buckets) take(stage *snapshot.Stage, routeKey string) Verdict {
	if len(stage.MethodSettings) == 0 {
		return Admitted
	}
	setting := stage.RouteSetting(routeKey)
	if setting.RateLimit == nil && setting.BurstLimit == nil {
		return Admitted
	}
	rate, burst := -1.0, -1.0
	if setting.RateLimit != nil {
		rate = *setting.RateLimit
	}
	if setting.BurstLimit != nil {
		burst = float64(*setting.BurstLimit)
	}
	switch {
	case rate == 0 || burst == 0:
		return Throttled
	case rate < 0:
		return Admitted // a burst alone refills at the account's rate, which is not known here
	case burst < 0:
		burst = max(rate, 1)
	}
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	k := bucketKey{stage.APIID, stage.Name, routeKey}
	own := b.all[k]
	if own == nil {
		if len(b.all) >= maxBuckets {
			clear(b.all)
		}
		own = &bucket{tokens: burst, at: now}
		b.all[k] = own
	}
	own.tokens = min(burst, own.tokens+rate*now.Sub(own.at).Seconds())
	own.at = now
	if own.tokens < 1 {
		return Throttled
	}
	own.tokens--
	return Admitted
}
