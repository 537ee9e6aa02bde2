package main

import "container/heap"

// event is something that happens at a simulated time, in nanoseconds.
type event struct {
	at  int64
	seq int64 // keeps events of the same time in their order
	do  func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	if e[i].at != e[j].at {
		return e[i].at < e[j].at
	}
	return e[i].seq < e[j].seq
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	last := old[len(old)-1]
	*e = old[:len(old)-1]
	return last
}

// timeline runs events in the order of their times.
type timeline struct {
	now    int64
	seq    int64
	events events
}

func (t *timeline) at(when int64, do func()) {
	t.seq++
	heap.Push(&t.events, event{at: max(when, t.now), seq: t.seq, do: do})
}

func (t *timeline) run(until int64) {
	for len(t.events) > 0 && t.events[0].at < until {
		e := heap.Pop(&t.events).(event)
		t.now = e.at
		e.do()
	}
}
