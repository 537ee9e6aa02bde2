package controlplane

import (
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// maxMethodThrottles is a quota of the service: methods with limits of their own, for each stage
// of a plan (REST data plane spec, 15).
const maxMethodThrottles = 20

// planSettings are the tags by which a usage plan says what AWS has no member for, with the values
// that they can have. The data plane reads them (package usageplan, "Settings of a plan").
var planSettings = map[string][]string{
	"postern:quota":         {"exact"},
	"postern:quota-failure": {"open", "closed"},
}

// checkPlanSettings refuses a value that would be taken for the default.
func checkPlanSettings(tags map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(planSettings)) {
		v, ok := tags[key]
		if allowed := planSettings[key]; ok && !slices.Contains(allowed, v) {
			return wire.BadRequest("Invalid tag value: %s. The tag %s of a usage plan must be one of: [%s]", v, key, strings.Join(allowed, ", "))
		}
	}
	return nil
}

// checkPlan refuses what no usage plan can have, whatever it covers.
func checkPlan(row *planRow) error {
	if value(row.Plan.Name) == "" {
		return wire.BadRequest("Usage Plan name cannot be blank")
	}
	if err := checkPlanSettings(row.Plan.Tags); err != nil {
		return err
	}
	if err := checkThrottle(row.Plan.Throttle); err != nil {
		return err
	}
	if err := checkQuota(row.Plan.Quota); err != nil {
		return err
	}
	for _, stage := range row.Plan.ApiStages {
		if len(stage.Throttle) > 0 && row.Plan.Throttle == nil {
			return wire.BadRequest("Can not define fine grain throttling if usage plan throttle is not defined.")
		}
		if len(stage.Throttle) > maxMethodThrottles {
			return wire.LimitExceeded("Maximum number of method throttles for API Stage %s has been reached: %d", apiStageName(stage), maxMethodThrottles)
		}
		for _, method := range slices.Sorted(maps.Keys(stage.Throttle)) {
			if _, ok := throttleKey(method); !ok {
				return errThrottleMethod(method)
			}
			limits := stage.Throttle[method]
			if err := checkThrottle(&limits); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkThrottle admits zero, which blocks everything (REST data plane spec, 12).
func checkThrottle(throttle *apigateway.ThrottleSettings) error {
	if throttle == nil {
		return nil
	}
	if value(throttle.BurstLimit) < 0 {
		return wire.BadRequest("Invalid throttle burstLimit specified. Must be greater than or equal to 0")
	}
	// Not "smaller than zero": NaN is not a rate either.
	if !(value(throttle.RateLimit) >= 0) {
		return wire.BadRequest("Invalid throttle rateLimit specified. Must be greater than or equal to 0")
	}
	return nil
}

// checkQuota bounds the offset by the period, as the live service does.
func checkQuota(quota *apigateway.QuotaSettings) error {
	if quota == nil {
		return nil
	}
	if quota.Limit == nil || quota.Period == nil {
		return wire.BadRequest("Usage Plan quota must have both a limit and a period")
	}
	if *quota.Limit < 0 {
		return wire.BadRequest("Usage Plan quota limit must be greater than or equal to 0")
	}
	offset := value(quota.Offset)
	switch *quota.Period {
	case apigateway.QuotaPeriodTypeDay:
		if offset != 0 {
			return wire.BadRequest("Usage Plan quota offset must be zero in the DAY period")
		}
	case apigateway.QuotaPeriodTypeWeek:
		if offset < 0 || offset > 6 {
			return wire.BadRequest("Usage Plan quota offset must be between 0 and 6 inclusive in the WEEK period")
		}
	case apigateway.QuotaPeriodTypeMonth:
		if offset < 0 || offset > 27 {
			return wire.BadRequest("Usage Plan quota offset must be between 0 and 27 inclusive in the MONTH period")
		}
	default:
		return wire.BadRequest("Invalid Usage Plan quota period specified. Must be one of: [DAY, WEEK, MONTH]")
	}
	return nil
}
