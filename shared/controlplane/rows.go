package controlplane

import (
	"encoding/json"
	"fmt"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
)

// encodeRow makes the item of a row, which is a pointer to a shape of the service model or a small
// structure around some. Shapes are written without the detour over encoding/json.
func encodeRow(key store.Key, row any) (store.Item, error) {
	var value []byte
	var err error
	if shape, ok := row.(interface{ EncodeJSON(*wire.Encoder) }); ok {
		value, err = wire.Marshal(shape)
	} else {
		value, err = json.Marshal(row)
	}
	if err != nil {
		return store.Item{}, fmt.Errorf("encode row %s: %w", key, err)
	}
	return store.Item{Key: key, Value: value}, nil
}

func decodeRow[T any](item store.Item) (*T, error) {
	row := new(T)
	var err error
	if shape, ok := any(row).(interface{ DecodeJSON(*wire.Decoder) }); ok {
		err = wire.Unmarshal(item.Value, shape)
	} else {
		err = json.Unmarshal(item.Value, row)
	}
	if err != nil {
		return nil, fmt.Errorf("decode row %s: %w", item.Key, err)
	}
	return row, nil
}

func decodeRows[T any](items []store.Item) ([]*T, error) {
	rows := make([]*T, len(items))
	for i, item := range items {
		var err error
		if rows[i], err = decodeRow[T](item); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// ptr makes an optional member.
func ptr[T any](v T) *T { return &v }

// value is an optional member or its zero value.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// valueOr is an optional member, or a default in its place.
func valueOr[T any](p *T, def T) *T {
	if p == nil {
		return &def
	}
	return p
}
