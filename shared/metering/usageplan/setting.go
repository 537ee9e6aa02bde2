package usageplan

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/metering"
)

// ParseLimit reads a limit as settings write it: requests per second, a colon, and the burst in
// requests, such as "10000:5000". Empty is none.
func ParseLimit(text string) (*metering.Limit, error) {
	if text == "" {
		return nil, nil
	}
	rate, burst, ok := strings.Cut(text, ":")
	r, rateErr := strconv.ParseFloat(rate, 64)
	b, burstErr := strconv.ParseInt(burst, 10, 32)
	if !ok || rateErr != nil || burstErr != nil || !(r >= 0) || math.IsInf(r, 0) || b < 0 {
		return nil, fmt.Errorf("%q is not a limit: it must be like 10000:5000, requests per second and burst", text)
	}
	return &metering.Limit{Rate: r, Burst: b}, nil
}
