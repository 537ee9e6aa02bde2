package controlplane

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A place in a list whose newest elements come first: 16 hexadecimal digits that fall as time
// goes on, then the identifier. It is also the position of a page, so a client may delete what a
// page showed and go on with the next one.
const placeDigits = 16

// place is where an element belongs that was created at a time in nanoseconds since 1970.
func place(created int64, id string) string {
	return fmt.Sprintf("%0*x", placeDigits, math.MaxInt64-created) + id
}

// pageNewest sorts a list by the places of its elements and returns one page of it and the
// position of the next one, nil at the end.
func pageNewest[T any](list []T, placeOf func(T) string, position *string, limit *int32) ([]T, *string, error) {
	page, err := pageOf(position, limit)
	if err != nil {
		return nil, nil, err
	}
	if page.After != "" && !isPlace(page.After) {
		return nil, nil, errPosition
	}
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(placeOf(a), placeOf(b)) })
	start, found := slices.BinarySearchFunc(list, page.After, func(e T, after string) int { return cmp.Compare(placeOf(e), after) })
	if found {
		start++
	}
	list = list[start:]
	if len(list) <= page.Limit {
		return list, nil, nil
	}
	return list[:page.Limit], ptr(placeOf(list[page.Limit-1])), nil
}

func isPlace(position string) bool {
	return len(position) > placeDigits && strings.Trim(position[:placeDigits], "0123456789abcdef") == ""
}
