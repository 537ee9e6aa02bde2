package store

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of DynamoDB that both implementations hold to, in bytes of UTF-8
// (Amazon DynamoDB developer guide, "Constraints").
const (
	MaxPartitionBytes = 2048
	MaxSortBytes      = 1024
)

// reservedPrefix starts the partitions that implementations keep for
// themselves, such as the chunks of large values.
const reservedPrefix = "~"

// Key names one item. Items of one partition are kept together in the order
// of their sort keys' bytes.
type Key struct {
	Partition string
	Sort      string
}

// String gives the key as it appears in errors: partition, slash, sort key.
func (k Key) String() string { return k.Partition + "/" + k.Sort }

// Validate returns ErrInvalid, with the reason, for a key that a table cannot
// hold: an empty half, more bytes than the limits above, text that is not
// UTF-8, or a partition that starts with "~".
func (k Key) Validate() error {
	if err := ValidatePartition(k.Partition); err != nil {
		return err
	}
	if k.Sort == "" {
		return fmt.Errorf("%w: the sort key in partition %q is empty", ErrInvalid, k.Partition)
	}
	return ValidateSortPrefix(k.Sort)
}

// ValidatePartition is the part of Key.Validate that concerns the partition.
func ValidatePartition(partition string) error {
	switch {
	case partition == "":
		return fmt.Errorf("%w: the partition key is empty", ErrInvalid)
	case len(partition) > MaxPartitionBytes:
		return fmt.Errorf("%w: a partition key of %d bytes; at most %d fit", ErrInvalid, len(partition), MaxPartitionBytes)
	case !utf8.ValidString(partition):
		return fmt.Errorf("%w: the partition key %q is not UTF-8", ErrInvalid, partition)
	case strings.HasPrefix(partition, reservedPrefix):
		return fmt.Errorf("%w: the partition key %q starts with %q, which is reserved", ErrInvalid, partition, reservedPrefix)
	}
	return nil
}

// ValidateSortPrefix returns ErrInvalid for a prefix that cannot be the start
// of a sort key. The empty prefix is valid: it selects the whole partition.
func ValidateSortPrefix(prefix string) error {
	switch {
	case len(prefix) > MaxSortBytes:
		return fmt.Errorf("%w: a sort key of %d bytes; at most %d fit", ErrInvalid, len(prefix), MaxSortBytes)
	case !utf8.ValidString(prefix):
		return fmt.Errorf("%w: the sort key %q is not UTF-8", ErrInvalid, prefix)
	}
	return nil
}

// UniqueKeys validates the keys and returns them without repetitions, each at
// its first place.
func UniqueKeys(keys []Key) ([]Key, error) {
	seen := make(map[Key]bool, len(keys))
	unique := make([]Key, 0, len(keys))
	for _, k := range keys {
		if err := k.Validate(); err != nil {
			return nil, err
		}
		if !seen[k] {
			seen[k] = true
			unique = append(unique, k)
		}
	}
	return unique, nil
}
