package main

import "github.com/postern-gateway/postern/shared/metering/lease"

// item names one item of the simulated table, alone in its partition.
type item struct{ key, shard int }

// table is the simulated store: counts, and the writes that each partition
// was asked for in each second.
type table struct {
	counts map[item]int64
	writes map[item][]int32
}

func newTable() *table {
	return &table{counts: map[item]int64{}, writes: map[item][]int32{}}
}

// add is the store's Add at a second since the start. DynamoDB charges a
// write whose condition fails like any other.
func (t *table) add(key int, w lease.Write, at int64) (int64, lease.Outcome) {
	i := item{key, w.Shard}
	per := t.writes[i]
	for int64(len(per)) <= at {
		per = append(per, 0)
	}
	per[at]++
	t.writes[i] = per
	sum := t.counts[i] + w.Delta
	if sum < w.Floor || sum > w.Ceiling {
		return t.counts[i], lease.Refused
	}
	t.counts[i] = sum
	return sum, lease.Applied
}

// hottest is the most writes per second that a partition had over any window
// of so many seconds that begins at a second or later.
func (t *table) hottest(window, from int) float64 {
	most := 0
	for _, per := range t.writes {
		sum := 0
		for i, n := range per[min(from, len(per)):] {
			sum += int(n)
			if i >= window {
				sum -= int(per[from+i-window])
			}
			most = max(most, sum)
		}
	}
	return float64(most) / float64(window)
}

// since is how many writes there were from a second on.
func (t *table) since(second int64) int64 {
	var sum int64
	for _, per := range t.writes {
		for _, n := range per[min(second, int64(len(per))):] {
			sum += int64(n)
		}
	}
	return sum
}
