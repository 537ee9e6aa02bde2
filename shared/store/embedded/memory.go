package embedded

import (
	"bytes"
	"container/heap"
	"context"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/postern-gateway/postern/shared/store"
)

// memory is the engine without a file: per partition, rows in the order of
// their sort keys.
type memory struct {
	mu         sync.RWMutex
	partitions map[string][]*memoryRow
	expiring   expiryHeap
}

type memoryRow struct {
	row
	key store.Key

	// place is the row's index in the expiry heap, -1 if it never expires.
	place int
}

func newMemory() *memory { return &memory{partitions: map[string][]*memoryRow{}} }

func (m *memory) view(fn func(reader) error) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return fn(m)
}

// update relies on the operations of Store judging before they write: a map
// has no write that fails, so there is never anything to take back.
func (m *memory) update(_ context.Context, fn func(writer) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fn(m)
}

func (m *memory) close() error { return nil }

func (m *memory) get(key store.Key) (row, bool, error) {
	rows := m.partitions[key.Partition]
	i, ok := search(rows, key.Sort)
	if !ok {
		return row{}, false, nil
	}
	return rows[i].row, true, nil
}

func (m *memory) put(key store.Key, r row) error {
	r.value = bytes.Clone(r.value)
	rows := m.partitions[key.Partition]
	i, ok := search(rows, key.Sort)
	if ok {
		m.forget(rows[i])
		rows[i].row = r
	} else {
		rows = slices.Insert(rows, i, &memoryRow{row: r, key: key, place: -1})
		m.partitions[key.Partition] = rows
	}
	if r.expires != 0 {
		heap.Push(&m.expiring, rows[i])
	}
	return nil
}

func (m *memory) delete(key store.Key) error {
	rows := m.partitions[key.Partition]
	i, ok := search(rows, key.Sort)
	if !ok {
		return nil
	}
	m.forget(rows[i])
	if len(rows) == 1 {
		delete(m.partitions, key.Partition)
		return nil
	}
	m.partitions[key.Partition] = slices.Delete(rows, i, i+1)
	return nil
}

func (m *memory) forget(r *memoryRow) {
	if r.place >= 0 {
		heap.Remove(&m.expiring, r.place)
	}
}

func (m *memory) scan(r scanRange, visit func(string, row) bool) error {
	rows := m.partitions[r.partition]
	first, _ := search(rows, r.prefix)
	end := first + sort.Search(len(rows)-first, func(n int) bool {
		return !strings.HasPrefix(rows[first+n].key.Sort, r.prefix)
	})
	if r.after != "" {
		i, found := search(rows, r.after)
		switch {
		case r.descending:
			end = i
		case found:
			first = i + 1
		default:
			first = i
		}
	}
	for n := range max(end-first, 0) {
		i := first + n
		if r.descending {
			i = end - 1 - n
		}
		if !visit(rows[i].key.Sort, rows[i].row) {
			return nil
		}
	}
	return nil
}

func (m *memory) due(now int64, limit int) ([]store.Key, error) {
	// The heap's slice holds every due row, but only its first is in order:
	// take them off one by one and put them back, since deleting is the
	// caller's decision.
	var taken []*memoryRow
	for len(taken) < limit && len(m.expiring) > 0 && m.expiring[0].expires <= now {
		taken = append(taken, heap.Pop(&m.expiring).(*memoryRow))
	}
	keys := make([]store.Key, len(taken))
	for i, r := range taken {
		keys[i] = r.key
		heap.Push(&m.expiring, r)
	}
	return keys, nil
}

func search(rows []*memoryRow, sortKey string) (int, bool) {
	return slices.BinarySearchFunc(rows, sortKey, func(r *memoryRow, sortKey string) int {
		return strings.Compare(r.key.Sort, sortKey)
	})
}

// expiryHeap orders rows by the time at which they expire.
type expiryHeap []*memoryRow

func (h expiryHeap) Len() int           { return len(h) }
func (h expiryHeap) Less(i, j int) bool { return h[i].expires < h[j].expires }

func (h expiryHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push and Pop are for package container/heap.
func (h *expiryHeap) Push(x any) {
	r := x.(*memoryRow)
	r.place = len(*h)
	*h = append(*h, r)
}

func (h *expiryHeap) Pop() any {
	last := len(*h) - 1
	r := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	r.place = -1
	return r
}
