package lease

import "math"

// growth is the most by which a lease exceeds the one before it, so that a
// single busy moment does not take a whole bucket.
const growth = 4

// shortest is the time in nanoseconds that the first observations are taken
// to have lasted at least.
const shortest = 20 * second / 1000

// demand follows how many tokens an environment asks for.
type demand struct {
	asked int64   // since mark
	mark  int64   // nanoseconds
	first int64   // the first mark
	rate  float64 // tokens per nanosecond, smoothed
	usual float64 // the same over a longer time
	last  int64   // what was wanted last
}

// want is how many tokens the coming life is likely to need: one for each
// request that waits, and as many as are likely to follow. Requests come by
// chance, so that a life with a mean of m requests often has fewer by the
// root of m, or by more; tokens that nobody comes for would be lost to the others. later is
// the same without the requests that wait, or none if it is doubtful that any
// request comes.
func (d *demand) want(now, life, waiting int64) (want, later int64) {
	if d.mark == 0 {
		d.first = now
	} else {
		elapsed := max(now-d.mark, second/1000)
		// An observation weighs by its share of a life, so that two requests
		// that happen to come together do not look like a rush; at first, by
		// its share of what has been observed in all.
		weight := min(1, float64(elapsed)/float64(max(shortest, min(life, now-d.first))))
		d.rate += weight * (float64(d.asked)/float64(elapsed) - d.rate)
		d.usual += 0.1 * (d.rate - d.usual)
	}
	d.asked, d.mark = 0, now
	mean := d.rate * float64(life)
	later = min(int64(max(0, mean-1.5*math.Sqrt(mean))), growth*max(d.last, 1)-1)
	d.last = later + 1
	d.last = max(d.last, waiting)
	want = d.last
	if later < 2 {
		later = 0
	}
	return want, later
}
