package usage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// Reader is what reading needs of the store.
type Reader interface {
	Query(ctx context.Context, partition, sortPrefix string, page store.Page) (items []store.Item, next string, err error)
}

// Filter chooses groups. Empty identifiers choose all.
type Filter struct {
	From, To      time.Time // days, both inclusive
	PlanID, KeyID string
}

// Row is a group with its numbers.
type Row struct {
	Group
	Numbers
}

// Read returns the groups that a filter chooses, by day, plan, key, API, stage, path and method.
func Read(ctx context.Context, db Reader, f Filter) ([]Row, error) {
	found := map[Group]*Numbers{}
	first := time.Date(f.From.Year(), f.From.Month(), 1, 0, 0, 0, 0, time.UTC)
	for m := first; !m.After(f.To); m = m.AddDate(0, 1, 0) {
		if err := readMonth(ctx, db, f, m.Format(monthFormat), found); err != nil {
			return nil, err
		}
	}
	rows := make([]Row, 0, len(found))
	for g, n := range found {
		rows = append(rows, Row{g, *n})
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.PlanID, b.PlanID), cmp.Compare(a.KeyID, b.KeyID),
			cmp.Compare(a.APIID, b.APIID), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return rows, nil
}

func readMonth(ctx context.Context, db Reader, f Filter, month string, found map[Group]*Numbers) error {
	prefix := ""
	if f.PlanID != "" {
		prefix = f.PlanID + "#"
	}
	keys, _, err := db.Query(ctx, partitionPrefix+month, prefix, store.Page{})
	if err != nil {
		return fmt.Errorf("list the keys of %s: %w", month, err)
	}
	from, to := f.From.Format(time.DateOnly), f.To.Format(time.DateOnly)
	for _, item := range keys {
		planID, keyID, _ := strings.Cut(item.Sort, "#")
		if f.KeyID != "" && keyID != f.KeyID {
			continue
		}
		items, _, err := db.Query(ctx, groupPartition(month, planID, keyID), "", store.Page{})
		if err != nil {
			return fmt.Errorf("read the statistics of key %s: %w", keyID, err)
		}
		for _, item := range items {
			g := Group{PlanID: planID, KeyID: keyID}
			name, err := g.parse(item.Sort)
			if err != nil {
				return err
			}
			if g.Day = month + "-" + g.Day; g.Day < from || g.Day > to {
				continue
			}
			if found[g] == nil {
				found[g] = &Numbers{}
			}
			found[g].add(name, item.Count)
		}
	}
	return nil
}
