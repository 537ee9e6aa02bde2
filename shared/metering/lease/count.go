package lease

// A count holds two things, so that one condition on its range judges both:
// the level of the item, which is how often this part of the bucket was
// halved, above the theoretical arrival time in ticks since 1970.
const (
	tick      = 32 // nanoseconds
	timeBits  = 57 // enough until the year 2116
	levelStep = int64(1) << timeBits

	// mostLevels is the greatest level: 4,096 parts.
	mostLevels = 12
)

func encode(level int, at int64) int64 { return int64(level)<<timeBits + at/tick }

func decode(count int64) (level int, at int64) {
	return int(count >> timeBits), (count & (levelStep - 1)) * tick
}
