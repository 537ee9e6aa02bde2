package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// BenchmarkAdd measures Add on one hot key with 8 workers; the time of one
// operation is that of one add of all workers together.
func BenchmarkAdd(b *testing.B, open Open) {
	s := open(b, time.Now)
	k := key("benchmark", "hot")
	ceiling := limit(1 << 60)
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var wait sync.WaitGroup
	for range writers {
		wait.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := s.Add(b.Context(), k, 1, store.Bounds{Ceiling: ceiling}); err != nil {
					b.Errorf("Add: %v", err)
					return
				}
			}
		})
	}
	wait.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "adds/s")
}
