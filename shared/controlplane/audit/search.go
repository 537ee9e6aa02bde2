package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

const (
	// maxExamined bounds the records that one request looks at; a filter that few match then
	// gives a short page with a position.
	maxExamined = 10000
	// batchSize is how many records are read at once where a filter leaves some out.
	batchSize = 500
	// clockSkew is how far the clock of another process on the same store may be ahead.
	clockSkew = time.Hour
)

// page is the answer to a query, newest first. Position is where the next page starts; it is
// absent at the end.
type page struct {
	Records  []json.RawMessage `json:"Records"`
	Position string            `json:"position,omitempty"`
}

// summary is what filters need of a record.
type summary struct {
	EventName    string
	UserIdentity UserIdentity
	Resources    []Resource
}

// search collects a page, day by day backwards.
type search struct {
	query
	store    Store
	found    page
	last     string // sort key of the last record found
	examined int
}

func (t *Trail) search(ctx context.Context, q query) (page, error) {
	now := t.cfg.Now().UTC()
	if oldest := now.Add(-t.cfg.MaxAge); q.from.Before(oldest) {
		q.from = oldest
	}
	newest := now.Add(clockSkew)
	if !q.to.IsZero() && q.to.Before(newest) {
		newest = q.to
	}
	s := search{query: q, store: t.cfg.Store, found: page{Records: []json.RawMessage{}}}
	day := dayOf(newest)
	if q.after != "" {
		at, err := timeOf(q.after)
		if err != nil {
			return page{}, errPosition
		}
		day = dayOf(at)
		if day.After(dayOf(newest)) {
			return page{}, errPosition
		}
	}
	for first := dayOf(q.from); !day.Before(first); day = day.AddDate(0, 0, -1) {
		done, err := s.day(ctx, day)
		if err != nil || done {
			return s.found, err
		}
	}
	return s.found, nil
}

// day looks through the records of one day and tells whether the page is complete.
func (s *search) day(ctx context.Context, day time.Time) (done bool, err error) {
	p := store.Page{Limit: s.limit + 1, Descending: true}
	if s.filters() {
		p.Limit = batchSize
	}
	if at, err := timeOf(s.after); err == nil && dayOf(at).Equal(day) {
		p.After = store.EncodePosition(s.after)
	}
	for {
		items, next, err := s.store.Query(ctx, partitionOf(day), "", p)
		if errors.Is(err, store.ErrInvalid) {
			return false, errPosition
		}
		if err != nil {
			return false, fmt.Errorf("read the audit trail of %s: %w", day.Format(time.DateOnly), err)
		}
		for _, item := range items {
			if done, err := s.take(item); err != nil || done {
				return true, err
			}
		}
		if next == "" {
			return false, nil
		}
		p.After = next
	}
}

// take looks at one record and tells whether the page is complete.
func (s *search) take(item store.Item) (done bool, err error) {
	at, err := timeOf(item.Sort)
	if err != nil {
		return false, fmt.Errorf("read audit record %s: %w", item.Key, err)
	}
	if at.Before(s.from) {
		return true, nil
	}
	var r summary
	if err := json.Unmarshal(item.Value, &r); err != nil {
		return false, fmt.Errorf("read audit record %s: %w", item.Key, err)
	}
	if s.matches(&r, at) {
		if len(s.found.Records) == s.limit {
			s.found.Position = encodePosition(s.last)
			return true, nil
		}
		s.found.Records = append(s.found.Records, item.Value)
		s.last = item.Sort
	}
	if s.examined++; s.examined == maxExamined {
		s.found.Position = encodePosition(item.Sort)
		return true, nil
	}
	return false, nil
}
