package lease

// Local is a token bucket of one environment alone: what admits while the
// store does not answer. The zero Local is full.
type Local struct{ at int64 }

// Take spends a token, or tells when there will be one.
func (l *Local) Take(now int64, limit Limit) (ok bool, retryAt int64) {
	if limit.Blocks() {
		return false, 0
	}
	interval := int64(float64(second) / limit.Rate)
	depth := int64(min(float64(limit.Burst)/limit.Rate*float64(second), float64(deepest)))
	next := max(l.at, now) + interval
	if next > now+depth {
		return false, next - depth
	}
	l.at = next
	return true, 0
}
