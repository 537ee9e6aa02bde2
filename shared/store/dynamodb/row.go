package dynamodb

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/postern-gateway/postern/shared/store"
)

// The attributes of the table. Infrastructure that creates it must use the
// first three; they cannot change without moving all data.
const (
	AttributePartition = "pk"  // S, partition key
	AttributeSort      = "sk"  // S, sort key
	AttributeTTL       = "ttl" // N, seconds since 1970; absent for never
	AttributeValue     = "v"   // B; absent if empty or in chunks
	AttributeVersion   = "n"   // N
	AttributeCount     = "c"   // N; absent for 0
	AttributeChunkSet  = "b"   // S, id of the chunks that hold the value
	AttributeChunks    = "bn"  // N, how many they are
)

// row is an item as the table keeps it.
type row struct {
	key     store.Key
	version int64
	count   int64
	ttl     int64
	value   []byte
	chunks  chunkSet // zero if the value is in the row
}

type attributes = map[string]types.AttributeValue

func keyAttributes(key store.Key) attributes {
	return attributes{AttributePartition: text(key.Partition), AttributeSort: text(key.Sort)}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func binary(b []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }

// decodeRow reads a row; one without attributes is the row that is not there.
func decodeRow(a attributes) (row, error) {
	if len(a) == 0 {
		return row{}, nil
	}
	d := rowDecoder{attributes: a}
	r := row{
		key:     store.Key{Partition: d.text(AttributePartition), Sort: d.text(AttributeSort)},
		version: d.number(AttributeVersion),
		count:   d.number(AttributeCount),
		ttl:     d.number(AttributeTTL),
		value:   d.binary(AttributeValue),
		chunks:  chunkSet{id: d.text(AttributeChunkSet), count: int(d.number(AttributeChunks))},
	}
	if d.err != nil {
		return row{}, fmt.Errorf("row %s: %w", r.key, d.err)
	}
	return r, nil
}

func decodeRows(list []attributes) ([]row, error) {
	rows := make([]row, len(list))
	for i, a := range list {
		r, err := decodeRow(a)
		if err != nil {
			return nil, err
		}
		rows[i] = r
	}
	return rows, nil
}

// rowDecoder reads attributes and keeps the first error.
type rowDecoder struct {
	attributes
	err error
}

func (d *rowDecoder) fail(name string, value types.AttributeValue) {
	if d.err == nil {
		d.err = fmt.Errorf("attribute %s is a %T", name, value)
	}
}

func (d *rowDecoder) text(name string) string {
	switch v := d.attributes[name].(type) {
	case nil:
		return ""
	case *types.AttributeValueMemberS:
		return v.Value
	default:
		d.fail(name, v)
		return ""
	}
}

func (d *rowDecoder) number(name string) int64 {
	switch v := d.attributes[name].(type) {
	case nil:
		return 0
	case *types.AttributeValueMemberN:
		n, err := strconv.ParseInt(v.Value, 10, 64)
		if err != nil && d.err == nil {
			d.err = fmt.Errorf("attribute %s: %w", name, err)
		}
		return n
	default:
		d.fail(name, v)
		return 0
	}
}

func (d *rowDecoder) binary(name string) []byte {
	switch v := d.attributes[name].(type) {
	case nil:
		return nil
	case *types.AttributeValueMemberB:
		if len(v.Value) == 0 {
			return nil
		}
		return v.Value
	default:
		d.fail(name, v)
		return nil
	}
}

// live tells whether the row is there and has not expired.
func (r row) live(now time.Time) bool { return r.version > 0 && !store.Expired(r.ttl, now) }

// item needs the value to be in the row.
func (r row) item() store.Item {
	return store.Item{Key: r.key, Value: r.value, Count: r.count, Version: r.version, Expires: store.ExpiryTime(r.ttl)}
}
