package controlplane

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Usage is counted by the data plane for each plan, key and UTC day, in rows of which only Count
// matters: the number of requests that were admitted.
//
//	partition  "counter#usage#" plan "#" key
//	sort key   "day#2023-11-14"
//
// What a key may use in a period is the limit of the quota, less the offset in the first period
// (see allowance), plus what UpdateUsage granted. Grants are written here and read by the data
// plane; Count, which may be negative, is what the period has in addition:
//
//	partition  "usagegrant#" plan "#" key
//	sort key   period "#" first day of the period, like "MONTH#2023-11-01"
//
// A quota of a week or a month is counted by the data plane in an item of its own, which holds, from
// the day on which the plan got the quota, what was reserved; that of a day is the day's own:
//
//	partition  "counter#usage#" plan "#" key
//	sort key   "period#" period "#" first day of the period, like "period#MONTH#2023-11-01"
//
// All kinds of rows are of use until usageHistory after their day or period has ended.
const (
	counterPrefix = "counter#usage#"
	daySortPrefix = "day#"
	grantPrefix   = "usagegrant#"

	dayFormat    = time.DateOnly
	day          = 24 * time.Hour
	usageHistory = 120 * day

	// maxUsageDays bounds the range of GetUsage: the history that the service keeps (security
	// and operations, 10).
	maxUsageDays = 90

	// noQuota is what remains where nothing limits.
	noQuota = -1
)

func usageCounterPartition(planID, keyID string) string { return counterPrefix + planID + "#" + keyID }

func grantKey(planID, keyID, period string, start time.Time) store.Key {
	return store.Key{Partition: grantPrefix + planID + "#" + keyID, Sort: period + "#" + start.Format(dayFormat)}
}

func (s *Service) usages() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.GetUsageOperation, s.GetUsage),
		wire.Bind(&apigateway.UpdateUsageOperation, s.UpdateUsage),
	}}
}

// GetUsage returns what the keys of a plan, or one of them, used and had left on each day of a
// range. Keys come in pages.
func (s *Service) GetUsage(ctx context.Context, in *apigateway.GetUsageRequest) (*apigateway.Usage, error) {
	from, to, err := usageRange(*in.StartDate, *in.EndDate)
	if err != nil {
		return nil, err
	}
	plan, err := usagePlanTable.get(ctx, s, *in.UsagePlanId)
	if err != nil {
		return nil, err
	}
	out := &apigateway.Usage{
		UsagePlanId: in.UsagePlanId,
		StartDate:   in.StartDate,
		EndDate:     in.EndDate,
		Items:       map[string][][]int64{},
	}
	var keys []string
	if in.KeyId != nil {
		if _, err := s.planOfKey(ctx, *in.UsagePlanId, *in.KeyId); err != nil {
			return nil, err
		}
		keys = []string{*in.KeyId}
	} else {
		rows, next, err := s.pagePlanKeys(ctx, *in.UsagePlanId, "", in.Position, in.Limit)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			keys = append(keys, *row.Key.Id)
		}
		out.Position = next
	}
	for _, key := range keys {
		if out.Items[key], err = s.dailyUsage(ctx, plan, key, from, to); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func usageRange(start, end string) (from, to time.Time, err error) {
	if from, err = time.Parse(dayFormat, start); err != nil {
		return from, to, wire.BadRequest("Invalid startDate specified: %s. Must be like YYYY-MM-DD", start)
	}
	if to, err = time.Parse(dayFormat, end); err != nil {
		return from, to, wire.BadRequest("Invalid endDate specified: %s. Must be like YYYY-MM-DD", end)
	}
	if to.Before(from) {
		return from, to, wire.BadRequest("Invalid date range specified: endDate %s is before startDate %s", end, start)
	}
	if to.Sub(from) >= maxUsageDays*day {
		return from, to, wire.BadRequest("Invalid date range specified: at most %d days can be requested", maxUsageDays)
	}
	return from, to, nil
}

// dailyUsage returns one pair of used and remaining requests for each day. What remains depends on
// the days of the period before, so the count starts with the period of the first day.
func (s *Service) dailyUsage(ctx context.Context, plan *planRow, keyID string, from, to time.Time) ([][]int64, error) {
	planID := *plan.Plan.Id
	used, err := s.counts(ctx, usageCounterPartition(planID, keyID), daySortPrefix)
	if err != nil {
		return nil, err
	}
	quota := plan.Plan.Quota
	first := from
	var granted map[string]int64
	if quota != nil {
		first = periodStart(*quota.Period, from)
		if granted, err = s.counts(ctx, grantPrefix+planID+"#"+keyID, *quota.Period+"#"); err != nil {
			return nil, err
		}
	}
	var pairs [][]int64
	var remaining int64
	for d := first; !d.After(to); d = d.AddDate(0, 0, 1) {
		date := d.Format(dayFormat)
		if quota != nil && periodStart(*quota.Period, d).Equal(d) {
			remaining = plan.allowance(d) + granted[date]
		}
		remaining -= used[date]
		if d.Before(from) {
			continue
		}
		if quota != nil && d.Equal(s.today()) {
			start := periodStart(*quota.Period, d)
			inPeriod, err := s.usedInPeriod(ctx, plan, keyID, start, used)
			if err != nil {
				return nil, err
			}
			remaining = plan.allowance(start) + granted[start.Format(dayFormat)] - inPeriod
		}
		left := max(remaining, 0) // the data plane may admit a few too many
		if quota == nil {
			left = noQuota
		}
		pairs = append(pairs, []int64{used[date], left})
	}
	return pairs, nil
}

func (s *Service) today() time.Time { return s.cfg.Now().UTC().Truncate(day) }

// usedInPeriod is what the present period of a quota has used, as the data plane reckons: by the
// item of the period if there is one, and by the days before the quota was set.
func (s *Service) usedInPeriod(ctx context.Context, plan *planRow, keyID string, start time.Time, used map[string]int64) (int64, error) {
	var sum int64
	until := s.today().AddDate(0, 0, 1)
	if period := *plan.Plan.Quota.Period; period != apigateway.QuotaPeriodTypeDay {
		item, err := s.cfg.Store.Get(ctx, store.Key{Partition: usageCounterPartition(*plan.Plan.Id, keyID), Sort: "period#" + period + "#" + start.Format(dayFormat)})
		switch {
		case err == nil:
			sum = item.Count
			if until, err = time.Parse(dayFormat, plan.QuotaSince); err != nil {
				return 0, fmt.Errorf("read when usage plan %s got its quota: %w", *plan.Plan.Id, err)
			}
		case !errors.Is(err, store.ErrNotFound):
			return 0, fmt.Errorf("read the quota of usage plan %s: %w", *plan.Plan.Id, err)
		}
	}
	for d := start; d.Before(until); d = d.AddDate(0, 0, 1) {
		sum += used[d.Format(dayFormat)]
	}
	return sum, nil
}

// counts returns the counts of the rows with a prefix by the rest of their sort keys.
func (s *Service) counts(ctx context.Context, partition, prefix string) (map[string]int64, error) {
	items, _, err := s.cfg.Store.Query(ctx, partition, prefix, store.Page{})
	if err != nil {
		return nil, fmt.Errorf("read usage in %s: %w", partition, err)
	}
	counts := make(map[string]int64, len(items))
	for _, item := range items {
		counts[strings.TrimPrefix(item.Sort, prefix)] = item.Count
	}
	return counts, nil
}

// allowance is what a quota admits in the period that starts on a day, without grants. The offset
// is subtracted in the first period only: that in which the quota was set (REST data plane spec,
// 12).
func (r *planRow) allowance(start time.Time) int64 {
	allowed := int64(*r.Plan.Quota.Limit)
	since, err := time.Parse(dayFormat, r.QuotaSince)
	if err == nil && periodStart(*r.Plan.Quota.Period, since).Equal(start) {
		allowed -= int64(value(r.Plan.Quota.Offset))
	}
	return allowed
}

// periodStart is the first day of the period that a day is in. Days and periods are those of UTC;
// weeks start on Sunday, months on their first day (REST data plane spec, 12).
func periodStart(period string, d time.Time) time.Time {
	switch period {
	case apigateway.QuotaPeriodTypeWeek:
		return d.AddDate(0, 0, -int(d.Weekday()))
	case apigateway.QuotaPeriodTypeMonth:
		return d.AddDate(0, 0, 1-d.Day())
	}
	return d
}

func periodEnd(period string, start time.Time) time.Time {
	switch period {
	case apigateway.QuotaPeriodTypeWeek:
		return start.AddDate(0, 0, 7)
	case apigateway.QuotaPeriodTypeMonth:
		return start.AddDate(0, 1, 0)
	}
	return start.AddDate(0, 0, 1)
}

// remainingUsage is what UpdateUsage patches.
type remainingUsage struct{ remaining int64 }

var usagePatches = patch.Table[remainingUsage]{
	Paths: []patch.Path[remainingUsage]{
		{Pattern: "/remaining", Replace: func(u *remainingUsage, c patch.Change) error {
			n, err := strconv.ParseInt(strings.TrimSpace(c.Text()), 10, 32)
			if err != nil || n < 0 {
				return wire.BadRequest("Invalid patch value '%s' specified for path '%s'. Must be an integer greater than or equal to 0", c.Text(), c.Path)
			}
			u.remaining = n
			return nil
		}},
	},
	Refusals: patch.Common,
}

// UpdateUsage sets how many requests a key has left in the current period of its plan's quota. It
// answers with the usage of the current day.
func (s *Service) UpdateUsage(ctx context.Context, in *apigateway.UpdateUsageRequest) (*apigateway.Usage, error) {
	plan, err := s.planOfKey(ctx, *in.UsagePlanId, *in.KeyId)
	if err != nil {
		return nil, err
	}
	quota := plan.Plan.Quota
	if quota == nil {
		return nil, wire.BadRequest("Usage Plan %s has no quota", *in.UsagePlanId)
	}
	today := s.today()
	if len(in.PatchOperations) > 0 {
		var target remainingUsage
		if err := usagePatches.Apply(&target, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		if err := s.grant(ctx, plan, *in.KeyId, today, target.remaining); err != nil {
			return nil, err
		}
	}
	pairs, err := s.dailyUsage(ctx, plan, *in.KeyId, today, today)
	if err != nil {
		return nil, err
	}
	date := today.Format(dayFormat)
	return &apigateway.Usage{
		UsagePlanId: in.UsagePlanId,
		StartDate:   &date,
		EndDate:     &date,
		Items:       map[string][][]int64{*in.KeyId: pairs},
	}, nil
}

// grant writes what the current period needs in addition for so many requests to remain.
func (s *Service) grant(ctx context.Context, plan *planRow, keyID string, today time.Time, remaining int64) error {
	planID, period := *plan.Plan.Id, *plan.Plan.Quota.Period
	start := periodStart(period, today)
	counts, err := s.counts(ctx, usageCounterPartition(planID, keyID), daySortPrefix)
	if err != nil {
		return err
	}
	used, err := s.usedInPeriod(ctx, plan, keyID, start, counts)
	if err != nil {
		return err
	}
	err = s.cfg.Store.Transact(ctx, []store.Write{
		store.Check(planKeyTable(planID).key(keyID), store.Present),
		store.Put(store.Item{
			Key:     grantKey(planID, keyID, period, start),
			Count:   remaining + used - plan.allowance(start),
			Expires: periodEnd(period, start).Add(usageHistory),
		}),
	})
	if errors.Is(err, store.ErrConditionFailed) {
		return errNoUsagePlan // the key left the plan meanwhile
	}
	if err != nil {
		return fmt.Errorf("grant usage of plan %s to key %s: %w", planID, keyID, err)
	}
	return nil
}
