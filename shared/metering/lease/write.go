package lease

// Write is one conditional addition to the count of a shard's item: it is to
// be applied only if the sum lies between Floor and Ceiling, both inclusive.
type Write struct {
	Shard   int
	Delta   int64
	Floor   int64
	Ceiling int64
}

// Outcome is what became of a write.
type Outcome uint8

const (
	// Applied says that the write was done; the count is the sum.
	Applied Outcome = iota + 1

	// Refused says that the sum was out of bounds; the count is the present
	// one.
	Refused

	// Unknown says that no answer came that tells. It counts as applied, so
	// that nothing is given out twice.
	Unknown
)

// Verdict is the answer to one request.
type Verdict uint8

const (
	// Admit says that a token was spent.
	Admit Verdict = iota + 1

	// Refuse says that there is none until RetryAt.
	Refuse

	// Renew says that the store has to be asked first: Begin, then Next and
	// Result in turn until Next has no more.
	Renew
)
