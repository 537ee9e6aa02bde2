package lease

import "testing"

// spend asks a quota for n requests and returns how many it admitted and
// with how many writes.
func spend(q *Quota, counter *int64, now int64, n int) (admitted, writes int) {
	for range n {
		v := q.Take(now)
		if v == Renew {
			q.Begin(now, 1)
			for {
				w, more := q.Next(now)
				if !more {
					break
				}
				writes++
				if *counter+w.Delta > w.Ceiling {
					q.Result(now, Refused, *counter)
					continue
				}
				*counter += w.Delta
				q.Result(now, Applied, *counter)
			}
			v = q.Retake(now)
		}
		if v == Admit {
			admitted++
		}
		now += second / 1000
	}
	return admitted, writes
}

func TestQuota(t *testing.T) {
	for _, tt := range []struct {
		name                     string
		limit                    int64
		exact                    bool
		fewestWrites, mostWrites int
	}{
		{"leased", 10_000, false, 100, 1500},
		{"exact", 10_000, true, 10_000, 10_002},
		{"none", 0, false, 0, 0},
		{"less than none", -5, false, 0, 0},
		{"one", 1, false, 1, 8},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var counter int64
			var q Quota
			q.SetLimit(tt.limit, tt.exact)
			admitted, writes := spend(&q, &counter, begin, 11_000)
			if int64(admitted) != max(0, tt.limit) {
				t.Errorf("%d admitted", admitted)
			}
			if writes < tt.fewestWrites || writes > tt.mostWrites {
				t.Errorf("%d writes", writes)
			}
		})
	}
}

// TestGrant raises the limit of a quota that is used up: the next request
// sees it.
func TestGrant(t *testing.T) {
	var counter int64
	var q Quota
	q.SetLimit(5, false)
	spend(&q, &counter, begin, 20)
	q.SetLimit(8, false)
	if n, _ := spend(&q, &counter, begin+second/10, 20); n != 3 {
		t.Errorf("%d admitted after 3 were granted", n)
	}
}

func TestQuotaReturns(t *testing.T) {
	var counter int64
	var q Quota
	q.SetLimit(100_000, false)
	used, _ := spend(&q, &counter, begin, 500)
	if _, ok := q.Surrender(begin+second/2, false); ok {
		t.Error("a reservation was returned before its time")
	}
	w, ok := q.Surrender(begin+10*second, false)
	if !ok || counter+w.Delta != int64(used) || w.Floor != int64(used) || w.Ceiling != int64(used) {
		t.Errorf("of %d reserved and %d used, %+v returns", counter, used, w)
	}
}
