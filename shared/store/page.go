package store

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Page asks for a part of a query's answer.
type Page struct {
	// Limit is the most items to return; 0 returns all that follow.
	Limit int

	// After is the position that the page before returned, or empty for the
	// first page. Query returns an empty position exactly when nothing is
	// left, and ErrInvalid for a position that a query with this prefix
	// cannot have given.
	After string

	// Descending reverses the order of the sort keys.
	Descending bool
}

// positionFormat starts every position, so that the form can change without
// an old position being misread.
const positionFormat = "1"

// EncodePosition makes the opaque position of a page that ended with this
// sort key. It is safe in a URL.
func EncodePosition(sort string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(positionFormat + sort))
}

// after decodes the page's position for a query with this prefix: the sort
// key that the page before ended with, or empty for the first page.
func (p Page) after(prefix string) (string, error) {
	if p.After == "" {
		return "", nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(p.After)
	if err != nil {
		return "", fmt.Errorf("%w: the position %q is not one that a query returned", ErrInvalid, p.After)
	}
	sort, ok := strings.CutPrefix(string(raw), positionFormat)
	if !ok || sort == "" || !strings.HasPrefix(sort, prefix) || ValidateSortPrefix(sort) != nil {
		return "", fmt.Errorf("%w: the position %q is not one of this query", ErrInvalid, p.After)
	}
	return sort, nil
}

// ValidateQuery checks a query's arguments and returns the sort key after
// which the page starts, empty for the first page.
func ValidateQuery(partition, sortPrefix string, page Page) (after string, err error) {
	if err := ValidatePartition(partition); err != nil {
		return "", err
	}
	if err := ValidateSortPrefix(sortPrefix); err != nil {
		return "", err
	}
	if page.Limit < 0 {
		return "", fmt.Errorf("%w: a page of %d items", ErrInvalid, page.Limit)
	}
	return page.after(sortPrefix)
}
