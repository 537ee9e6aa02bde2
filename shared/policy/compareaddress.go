package policy

import (
	"errors"
	"net/netip"
	"strings"
)

var errAddress = errors.New("neither an IP address nor a CIDR range")

// address compares with ranges. IPv4 and IPv6 never match each other, but an IPv4 address in IPv6
// clothes (::ffff:192.0.2.1) is an IPv4 address.
func address(values []string, _ bool) (test, error) {
	ranges, err := compileAll(values, readRange)
	return func(value string, _ Lookup) bool {
		a, err := netip.ParseAddr(value)
		if err != nil {
			return false
		}
		a = a.Unmap().WithZone("")
		for _, r := range ranges {
			if r.Contains(a) {
				return true
			}
		}
		return false
	}, err
}

// mappedBits is the length of the prefix ::ffff:0:0 of IPv4 addresses within IPv6.
const mappedBits = 96

// readRange reads a CIDR range, whose address may have bits beyond the prefix, or one address.
func readRange(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, errAddress
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, errAddress
	}
	if p.Addr().Is4In6() && p.Bits() >= mappedBits {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mappedBits)
	}
	return p.Masked(), nil
}
