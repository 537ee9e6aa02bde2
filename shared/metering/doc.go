// Package metering is the gateway's side of throttles, quotas and usage
// counts: it does what package lease decides, for many requests at once, and
// falls back when the store fails.
//
// Floor 3: it imports shared/store and its own tree.
//
// # Use
//
// One Meter serves an environment. The owner of a limit looks its Bucket or
// Quota up once and keeps it; Meter.Admit then decides on a request in the
// order of the REST data plane spec, 12: throttles first, the quota last, and
// what was taken is given back if a later limit refuses. Limits are passed
// with each request and may change at any time. A warm decision takes no
// memory and no write.
//
// There is one conversation with the store for each bucket or quota at a time,
// done by the request that needs it while others wait for its end. Nothing runs
// in the background, because a Lambda environment is frozen between
// invocations: Flush is called by the local process every second and by an
// invocation on Lambda, Close when the process ends (SIGTERM).
//
// # State
//
//	counter#throttle#<name>#<part> / tat    Count: see package lease
//
// and the items that Quota and Count are given. All begin with "counter#",
// which is what the data plane's role may update. Items of buckets do not
// expire: an expired row that is not yet swept could not be written by that
// role. Owners of quotas and counts give an expiry after which the key is
// never used again.
//
// # Failure
//
// A call that fails or takes longer than the timeout (250 ms) counts as done,
// for tokens and reservations not to be given out twice. The bucket or quota
// then leaves the store alone for a second; after three failures in a row so
// does the whole Meter, but for one call each second. Meanwhile a throttle is
// a bucket of this environment alone with the whole limit, so that n
// environments admit at most n times the limit; a quota refuses, or admits if
// its plan says so (Allowance.Open). Each kind of failure is an Event at most
// once in 10 seconds, with a count.
//
// Counts that limit nothing (Meter.Count) wait for up to a second. What waits
// when a process dies is lost, and so is a count whose write had no answer;
// none is written twice by this package.
//
// # Duplicates
//
// A network or client that repeats a write whose answer was lost can do it
// twice. For leases and reservations that only costs tokens. A return is an
// exact exchange, and can happen twice only if the counter came back to the
// very same count in between; to exclude it, and to count no usage twice, a
// store does not repeat an Add by itself (shared/store, "The contract").
package metering
