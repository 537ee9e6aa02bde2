// Package lease holds the decisions of the lease protocol, by which many
// environments share token buckets and quotas without a write for each
// request: state machines that neither wait nor talk to anybody, so that the
// gateway (package metering) and a simulation of thousands of environments
// (scripts/throttlesim) run the same code.
//
// Floor 3, with package metering; it imports nothing of Postern's.
//
// # Buckets
//
// A bucket is one item or several, each with a count that an Add changes
// under a condition on its range. A count is the item's level, which is how
// often this part of the bucket was halved, above its theoretical arrival
// time (TAT, as in the generic cell rate algorithm). With T the time of one
// token and D the depth, an environment leases k tokens at its time t by
// adding kT if the sum then lies in [t+kT, t+D]. The refusal of such a write
// tells the count, and with it which case it is:
//
//   - TAT < t: the part is full. It is set to t+kT and a little further, by a
//     write that is exact, or on the safe side if others wrote since.
//   - TAT too far ahead: there are no tokens until a known time. Until then the
//     environment refuses without a write. An environment that will have use
//     for tokens leases some that flow in later, up to a second ahead: such a
//     lease begins at TAT-D. So environments get their turns in the order of
//     their writes, with one write each, and no tokens are lost to back-off.
//     One whose requests are too rare for that comes back after the implied
//     time and a random pause, which grows fourfold while the item is busy.
//   - another level: the item was halved, and half of its rate is that of a
//     new item, which begins empty. An environment halves an item that it
//     sees get too many writes; the level in the condition makes all others
//     notice before they lease.
//
// A lease may be spent for the life L. Its size follows from the demand that
// the environment saw lately, less what chance may take from it, so that
// seldom a token is left over; what is left over is lost to the others.
//
// # The bound of a bucket
//
// With rate r, burst B, and clocks that differ by at most s, all environments
// together admit in any time W at most
//
//	r(W + L + s) + rD <= r(W + 0.2 s + s) + B
//
// which over 10 seconds is 2 % beyond rate and one burst, and the tokens of
// the clocks' difference once. The reason: a lease that may be spent in
// [t0, t0+W] began after t0-L and at t0+W or before. One that began at once
// had TAT >= its beginning before it, and TAT <= its beginning + D after it;
// one that began later began at TAT-D and has at most rD tokens. Hence
// all of them fit between the times t0-L and t0+W+D of TAT, at one token for
// each T. Life and depth are chosen so that L + D <= B/r + 0.2 s: a longer
// life costs a part of the burst, and is taken only from 100 tokens a second
// on, where writes matter more (TermsOf).
//
// A limit that changes counts from the change on; tokens leased before may be
// spent until their end. Under a limit that was lowered while a bucket was
// split, each part has a depth of at least one token. Parts are not joined
// again.
//
// # Quotas
//
// A quota is one counter for each period. An environment adds k to it before
// it admits k requests, if the sum does not exceed the limit, so that nothing
// beyond the limit is ever admitted. k is at most a hundredth of what is left,
// which is 1 at the end; an exact quota has k = 1 always. What was reserved and
// not used is returned after a second or at the end of the process, by an exact
// exchange of the counter. An environment that dies, or is frozen for good,
// leaves at most one reservation counted as used: at most 1 % of the quota,
// and no more than it used in a second; with an exact quota none but that of
// a request in flight. While others hold reservations, an environment may
// refuse requests that fit the quota: at most for those reservations.
//
// # Lost answers
//
// A write without an answer counts as done: its tokens are not spent and its
// reservations are not used.
package lease
