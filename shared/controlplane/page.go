package controlplane

import (
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
)

// Sizes of a page (control-plane operations, 2.2).
const (
	defaultPageSize = 25
	maxPageSize     = 500
)

var errPosition = wire.BadRequest("Invalid position parameter specified")

func pageOf(position *string, limit *int32) (store.Page, error) {
	size := int(*valueOr(limit, defaultPageSize))
	if size < 1 {
		return store.Page{}, wire.BadRequest("Invalid limit parameter specified. Must be between 1 and %d", maxPageSize)
	}
	return store.Page{Limit: min(size, maxPageSize), After: value(position)}, nil
}

// pageRows returns one page of rows and the position of the next one, nil at the end. It reads the
// store only: edits do not page.
func pageRows[T any](v *view, partition, prefix string, position *string, limit *int32) ([]*T, *string, error) {
	page, err := pageOf(position, limit)
	if err != nil {
		return nil, nil, err
	}
	items, next, err := v.s.cfg.Store.Query(v.ctx, partition, prefix, page)
	if errors.Is(err, store.ErrInvalid) {
		return nil, nil, errPosition
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list %s in %s: %w", prefix, partition, err)
	}
	rows, err := decodeRows[T](items)
	return rows, positionOf(next), err
}

func positionOf(next string) *string {
	if next == "" {
		return nil
	}
	return &next
}

// pageDefinition is pageRows over the definition of an API.
func pageDefinition[T any](v *view, prefix string, position *string, limit *int32) ([]*T, *string, error) {
	return pageRows[T](v, definitionPartition(v.id, v.row.Generation), prefix, position, limit)
}

// pageList is pageRows over a list that is not stored row by row. sortKey names the elements,
// which come in its order.
func pageList[T any](list []T, sortKey func(T) string, position *string, limit *int32) ([]T, *string, error) {
	page, err := pageOf(position, limit)
	if err != nil {
		return nil, nil, err
	}
	start := 0
	if page.After != "" {
		for start = 0; start < len(list) && store.EncodePosition(sortKey(list[start])) != page.After; start++ {
		}
		if start == len(list) {
			return nil, nil, errPosition
		}
		start++
	}
	end := min(start+page.Limit, len(list))
	if end == len(list) {
		return list[start:end], nil, nil
	}
	return list[start:end], ptr(store.EncodePosition(sortKey(list[end-1]))), nil
}

// deref turns rows into the elements of an answer. It never returns nil: an empty list is printed.
func deref[T any](rows []*T) []T {
	list := make([]T, len(rows))
	for i, row := range rows {
		list[i] = *row
	}
	return list
}
