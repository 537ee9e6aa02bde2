package exchange

import (
	"net"
	"net/http"
	"strings"

	"github.com/postern-gateway/postern/shared/edge"
)

// Client returns the caller's address without a port, and its protocol such as "HTTP/1.1".
func Client(r *http.Request) (sourceIP, protocol string) {
	protocol = r.Proto
	if info := edge.FromContext(r.Context()); info != nil {
		sourceIP = info.SourceIP
		if info.Protocol != "" {
			protocol = info.Protocol
		}
	}
	if sourceIP == "" {
		if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
			sourceIP = host
		} else {
			sourceIP = r.RemoteAddr
		}
	}
	return sourceIP, protocol
}

// ForwardedFor appends the caller's address to X-Forwarded-For, unless the front door before
// this one has done so.
func ForwardedFor(r *http.Request, sourceIP string) string {
	before := joinForwarded(r.Header["X-Forwarded-For"])
	if before == "" {
		return sourceIP
	}
	if info := edge.FromContext(r.Context()); info != nil && info.Source != edge.SourceNetHTTP {
		if last := before[strings.LastIndexByte(before, ',')+1:]; strings.TrimSpace(last) == sourceIP {
			return before
		}
	}
	return before + ", " + sourceIP
}

func joinForwarded(values []string) string {
	if len(values) == 1 {
		return values[0]
	}
	return strings.Join(values, ", ")
}
