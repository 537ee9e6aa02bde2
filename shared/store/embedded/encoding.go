package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/store"
)

// The form of a stored row, format 1:
//
//	byte     1, the format
//	byte     where the value is: 0 here, 1 in the bucket of large values
//	uvarint  version
//	varint   count
//	uvarint  expiry in seconds since 1970, 0 for never
//	bytes    the value, or the eight bytes of its key among the large ones
const rowFormat = 1

const (
	valueHere  = 0
	valueLarge = 1
)

var errRowCorrupt = errors.New("stored row is corrupt")

// storedRow is a row whose value may be kept elsewhere.
type storedRow struct {
	row
	large []byte // key of the value among the large ones; nil if it is in row
}

func encodeRow(r storedRow) []byte {
	b := make([]byte, 0, 2+3*binary.MaxVarintLen64+max(len(r.value), len(r.large)))
	where, value := byte(valueHere), r.value
	if r.large != nil {
		where, value = valueLarge, r.large
	}
	b = append(b, rowFormat, where)
	b = binary.AppendUvarint(b, uint64(r.version))
	b = binary.AppendVarint(b, r.count)
	b = binary.AppendUvarint(b, uint64(r.expires))
	return append(b, value...)
}

// decodeRow does not copy: the value is a part of b.
func decodeRow(b []byte) (storedRow, error) {
	if len(b) < 2 {
		return storedRow{}, errRowCorrupt
	}
	if b[0] != rowFormat {
		return storedRow{}, fmt.Errorf("stored row has format %d; this version of Postern reads format %d", b[0], rowFormat)
	}
	where, b := b[1], b[2:]
	version, b, ok1 := uvarint(b)
	count, n := binary.Varint(b)
	if n <= 0 {
		return storedRow{}, errRowCorrupt
	}
	expires, b, ok2 := uvarint(b[n:])
	if !ok1 || !ok2 {
		return storedRow{}, errRowCorrupt
	}
	r := storedRow{row: row{version: int64(version), count: count, expires: int64(expires)}}
	switch {
	case where == valueHere:
		r.value = b
	case where == valueLarge && len(b) == 8:
		r.large = b
	default:
		return storedRow{}, errRowCorrupt
	}
	return r, nil
}

func uvarint(b []byte) (uint64, []byte, bool) {
	v, n := binary.Uvarint(b)
	if n <= 0 || v>>63 != 0 {
		return 0, nil, false
	}
	return v, b[n:], true
}

// partitionKey is the start of the keys of all rows in a partition. The
// length in front keeps partitions apart whatever bytes they are made of.
func partitionKey(partition string) []byte {
	b := make([]byte, 0, 2+len(partition)+store.MaxSortBytes)
	b = binary.BigEndian.AppendUint16(b, uint16(len(partition)))
	return append(b, partition...)
}

func encodeKey(key store.Key) []byte {
	return append(partitionKey(key.Partition), key.Sort...)
}

func decodeKey(b []byte) (store.Key, error) {
	if len(b) < 2 {
		return store.Key{}, errRowCorrupt
	}
	n := int(binary.BigEndian.Uint16(b))
	if b = b[2:]; n > len(b) {
		return store.Key{}, errRowCorrupt
	}
	return store.Key{Partition: string(b[:n]), Sort: string(b[n:])}, nil
}

// expiryKey puts the rows that expire into the order of their expiry.
func expiryKey(expires int64, key []byte) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(key)), uint64(expires))
	return append(b, key...)
}
