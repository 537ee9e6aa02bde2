package store

import "fmt"

// MaxWrites is the most writes that one transaction takes (DynamoDB,
// TransactWriteItems).
const MaxWrites = 100

// Kind is what a write does to its item.
type Kind uint8

const (
	KindPut    Kind = iota + 1 // write Value, Count and Expires
	KindDelete                 // remove the item; removing an absent one is no error
	KindCheck                  // change nothing, only require the condition
)

// Condition guards a write. VersionIs makes the ones beyond these constants.
type Condition int64

const (
	Any     Condition = 0  // no guard
	Absent  Condition = -1 // the item does not exist
	Present Condition = -2 // the item exists, whatever its version

	never Condition = -3 // of a version that no item can have
)

// VersionIs requires that the item exists with this version.
func VersionIs(version int64) Condition {
	if version < 1 {
		return never
	}
	return Condition(version)
}

// Version is the version that VersionIs was given; ok is false for the other
// conditions.
func (c Condition) Version() (version int64, ok bool) { return int64(c), c > 0 }

// Holds tells whether the condition admits a write to an item that exists or
// not (expired ones do not) and has the given version.
func (c Condition) Holds(exists bool, version int64) bool {
	switch {
	case c == Any:
		return true
	case c == Absent:
		return !exists
	case c == Present:
		return exists
	case c > 0:
		return exists && version == int64(c)
	}
	return false
}

func (c Condition) String() string {
	switch {
	case c == Any:
		return "any"
	case c == Absent:
		return "absent"
	case c == Present:
		return "present"
	case c > 0:
		return fmt.Sprintf("version %d", int64(c))
	}
	return "never"
}

// Write is one part of a transaction. The constructors below make the usual
// ones.
type Write struct {
	Kind Kind
	Item Item // for deletes and checks only the key counts
	If   Condition
}

// Create writes an item that must not exist. Its version will be 1.
func Create(item Item) Write { return Write{Kind: KindPut, Item: item, If: Absent} }

// Replace writes an item over the given version. Its version will be one more.
func Replace(item Item, version int64) Write {
	return Write{Kind: KindPut, Item: item, If: VersionIs(version)}
}

// Put writes an item whether it exists or not.
func Put(item Item) Write { return Write{Kind: KindPut, Item: item} }

// Delete removes an item.
func Delete(key Key, cond Condition) Write {
	return Write{Kind: KindDelete, Item: Item{Key: key}, If: cond}
}

// Check lets the transaction go through only if the condition holds.
func Check(key Key, cond Condition) Write {
	return Write{Kind: KindCheck, Item: Item{Key: key}, If: cond}
}

// ValidateWrites returns ErrInvalid for a transaction that no implementation
// takes: none or more than MaxWrites writes, a key that is written twice, an
// item that cannot be stored, an unknown kind, a check that checks nothing.
func ValidateWrites(writes []Write) error {
	if len(writes) == 0 || len(writes) > MaxWrites {
		return fmt.Errorf("%w: a transaction of %d writes; between 1 and %d are possible", ErrInvalid, len(writes), MaxWrites)
	}
	seen := make(map[Key]bool, len(writes))
	for i, w := range writes {
		if err := w.validate(); err != nil {
			return fmt.Errorf("write %d: %w", i, err)
		}
		if seen[w.Item.Key] {
			return fmt.Errorf("write %d: %w: %s is written twice in one transaction", i, ErrInvalid, w.Item.Key)
		}
		seen[w.Item.Key] = true
	}
	return nil
}

func (w Write) validate() error {
	switch {
	case w.Kind != KindPut && w.Kind != KindDelete && w.Kind != KindCheck:
		return fmt.Errorf("%w: unknown kind of write %d", ErrInvalid, w.Kind)
	case w.Kind == KindCheck && w.If == Any:
		return fmt.Errorf("%w: a check of %s without a condition", ErrInvalid, w.Item.Key)
	case w.If <= never:
		return fmt.Errorf("%w: a condition on a version of %s below 1", ErrInvalid, w.Item.Key)
	}
	return w.Item.Validate()
}
