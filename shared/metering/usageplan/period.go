package usageplan

import (
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// Period is that of a quota: DAY, WEEK or MONTH. Periods are those of UTC; weeks begin on Sunday,
// months on their first day (REST data plane spec, 12).
type Period string

// The periods.
const (
	Day   Period = "DAY"
	Week  Period = "WEEK"
	Month Period = "MONTH"
)

// Start is the first moment of the period that a time is in.
func (p Period) Start(t time.Time) time.Time {
	d := t.UTC().Truncate(24 * time.Hour)
	switch p {
	case Week:
		return d.AddDate(0, 0, -int(d.Weekday()))
	case Month:
		return d.AddDate(0, 0, 1-d.Day())
	}
	return d
}

// End is the first moment after the period that starts so.
func (p Period) End(start time.Time) time.Time {
	switch p {
	case Week:
		return start.AddDate(0, 0, 7)
	case Month:
		return start.AddDate(0, 1, 0)
	}
	return start.AddDate(0, 0, 1)
}

// Allowance is what a quota admits in the period that starts so, without grants: the limit, less
// the offset in the period in which the quota was set.
func (q *Quota) Allowance(start time.Time) int64 {
	since, err := time.Parse(time.DateOnly, q.Since)
	if err == nil && q.Period.Start(since).Equal(start) {
		return q.Limit - q.Offset
	}
	return q.Limit
}

// history is how long counts are of use after their day or period has ended (control plane,
// GetUsage).
const history = 120 * 24 * time.Hour

const dayPrefix = "day#"

func usagePartition(planID, keyID string) string { return "counter#usage#" + planID + "#" + keyID }

// DayKey is the item that counts what a key used of a plan on a day, for GetUsage.
func DayKey(planID, keyID string, day time.Time) store.Key {
	return store.Key{Partition: usagePartition(planID, keyID), Sort: dayPrefix + day.UTC().Format(time.DateOnly)}
}

// PeriodKey is the item that a quota is counted in. That of a day is the day's own, so that both
// agree without a second write.
func PeriodKey(planID, keyID string, p Period, start time.Time) store.Key {
	if p == Day {
		return DayKey(planID, keyID, start)
	}
	return store.Key{Partition: usagePartition(planID, keyID), Sort: "period#" + string(p) + "#" + start.Format(time.DateOnly)}
}

// GrantKey is the item with what UpdateUsage granted for a period; its count may be negative.
func GrantKey(planID, keyID string, p Period, start time.Time) store.Key {
	return store.Key{Partition: "usagegrant#" + planID + "#" + keyID, Sort: string(p) + "#" + start.Format(time.DateOnly)}
}
