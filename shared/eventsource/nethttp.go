package eventsource

import (
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
)

// NetHTTP wraps h so that requests of an http.Server carry edge.Info too. The source address is
// that of the connection: X-Forwarded-For is not believed, because nothing says who wrote it.
func NetHTTP(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info := &edge.Info{
			Source:     edge.SourceNetHTTP,
			ReceivedAt: time.Now(),
			SourceIP:   connectionIP(r.RemoteAddr),
			Protocol:   r.Proto,
		}
		h.ServeHTTP(w, r.WithContext(edge.NewContext(r.Context(), info)))
	})
}

func connectionIP(remoteAddr string) string {
	ip, _, err := net.SplitHostPort(remoteAddr)
	if err != nil {
		ip = remoteAddr
	}
	// The zone of a link-local address means nothing outside this host.
	ip, _, _ = strings.Cut(ip, "%")
	return ip
}
