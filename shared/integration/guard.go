package integration

import (
	"fmt"
	"net/netip"
	"syscall"
)

// GuardError says that a backend's address is one that an API must not reach.
type GuardError struct {
	Address string
}

func (e *GuardError) Error() string {
	return fmt.Sprintf("address %s is not a public or private network address: loopback, link-local and unspecified addresses are refused", e.Address)
}

// instanceMetadata is where EC2's metadata service answers over IPv6; its IPv4 address is
// link-local.
var instanceMetadata = netip.MustParseAddr("fd00:ec2::254")

// guard returns a net.Dialer.Control that refuses addresses through which a definition, or a
// name in DNS, could reach the machine itself. It sees the address that is dialled, after
// resolution, so that a name cannot change between check and use. Link-local addresses stay
// refused on every machine, since cloud credentials are served there.
func guard(allowLoopback bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return &GuardError{Address: address}
		}
		ip := ap.Addr().Unmap().WithZone("")
		switch {
		case ip.IsLoopback():
			if allowLoopback {
				return nil
			}
		case ip.IsUnspecified(), ip.IsLinkLocalUnicast(), ip.IsLinkLocalMulticast(), ip.IsInterfaceLocalMulticast(), ip == instanceMetadata:
		default:
			return nil
		}
		return &GuardError{Address: address}
	}
}
