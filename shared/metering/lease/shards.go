package lease

// A bucket begins as one item, number 0 at level 0. An environment that finds
// an item too busy halves it: item i at level n becomes item i and item
// i+2^n, both at level n+1 and each with half of the rate. The level is part
// of the item's count, so that a write which believes in another level is
// refused and told the truth; no environment can lease at a rate that an item
// no longer has.
type shards struct {
	known   []shard
	current int // index into known

	// leave says that the current item made this environment wait.
	leave bool

	// shared says that somebody else moved the time lately, so that a guess
	// about it is likely to be wrong.
	shared bool
}

// shard is what an environment knows of one item. Others only move the
// arrival time forward (but for returns), so that there are at most as many
// tokens as this says.
type shard struct {
	number int
	level  int
	at     int64 // theoretical arrival time, when seen last
	born   bool  // the item was seen, or is number 0

	seen int64 // when the count was seen last, 0 for never
	load load
}

// learn takes a count up as it was seen, and adds the items that came of
// splits this environment did not know of. Of the environments that used an
// item before its split, half move on to the new one.
func (s *shards) learn(i int, count, now int64, random uint64) {
	level, at := decode(count)
	k := &s.known[i]
	k.born = k.born || count != 0
	k.at, k.seen = at, now
	for ; k.born && k.level < level; k.level++ {
		number := k.number + 1<<k.level
		s.known = append(s.known, shard{number: number, level: k.level + 1})
		if random&1 == 1 && s.current == i {
			s.current = len(s.known) - 1
		}
		random >>= 1
		k = &s.known[i]
	}
}

// choose returns the current item unless it made this environment wait, and
// then the one whose tokens come first as far as is known. The search begins
// at a random place, so that environments which know nothing spread.
func (s *shards) choose(now int64, t Terms, random uint64) int {
	n := len(s.known)
	wait := func(i int) int64 { return max(0, s.known[i].at-t.depth(s.known[i].level)-now) }
	if n == 1 || !s.leave && wait(s.current) == 0 {
		return s.current
	}
	best := int(random % uint64(n))
	for i, j := 0, best; i < n; i, j = i+1, (j+1)%n {
		if wait(j) < wait(best) {
			best = j
		}
	}
	return best
}
