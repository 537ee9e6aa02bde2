package v2

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
)

// Sizes of a page (control-plane operations, 2.2).
const (
	defaultPageSize = 25
	maxPageSize     = 500
)

var errToken = wire.BadRequest("Invalid nextToken parameter specified")

// tokenFormat starts every token, so that the form can change.
const tokenFormat = "2"

func tokenOf(id string) *string {
	return definition.Ptr(base64.RawURLEncoding.EncodeToString([]byte(tokenFormat + id)))
}

// pageSize reads maxResults, which is text.
func pageSize(maxResults *string) (int, error) {
	if definition.Value(maxResults) == "" {
		return defaultPageSize, nil
	}
	n, err := strconv.Atoi(*maxResults)
	if err != nil || n < 1 {
		return 0, wire.BadRequest("Invalid maxResults parameter specified. Must be between 1 and %d", maxPageSize)
	}
	return min(n, maxPageSize), nil
}

// pageOf returns one page of a list, whose order is that of its identifiers, and the token of the
// next one. An element that is deleted between two pages does no harm.
func pageOf[T, O any](list []*T, id func(*T) *string, print func(*T) O, maxResults, nextToken *string) ([]O, *string, error) {
	size, err := pageSize(maxResults)
	if err != nil {
		return nil, nil, err
	}
	list = slices.SortedFunc(slices.Values(list), func(a, b *T) int { return cmp.Compare(*id(a), *id(b)) })
	if token := definition.Value(nextToken); token != "" {
		raw, err := base64.RawURLEncoding.DecodeString(token)
		last, ok := strings.CutPrefix(string(raw), tokenFormat)
		if err != nil || !ok {
			return nil, nil, errToken
		}
		start := len(list)
		for i, e := range list {
			if *id(e) > last {
				start = i
				break
			}
		}
		list = list[start:]
	}
	var next *string
	if len(list) > size {
		list = list[:size]
		next = tokenOf(*id(list[size-1]))
	}
	out := make([]O, len(list))
	for i, e := range list {
		out[i] = print(e)
	}
	return out, next, nil
}
