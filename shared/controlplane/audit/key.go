package audit

import (
	"fmt"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// timeLayout has a fixed width, so that the order of sort keys is that of time.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// partitionOf is the partition of a day in UTC: one per day keeps partitions small and lets a
// query leave out days.
func partitionOf(day time.Time) string { return "audit#" + day.Format(time.DateOnly) }

// keyOf is where the record of a request lies; at is in UTC.
func keyOf(at time.Time, requestID string) store.Key {
	return store.Key{Partition: partitionOf(at), Sort: at.Format(timeLayout) + "#" + requestID}
}

// timeOf reads the time in a sort key.
func timeOf(sort string) (time.Time, error) {
	stamp, _, found := strings.Cut(sort, "#")
	at, err := time.Parse(timeLayout, stamp)
	if err != nil || !found {
		return time.Time{}, fmt.Errorf("sort key %q does not start with a time", sort)
	}
	return at, nil
}

// dayOf is the start of a time's day in UTC.
func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
