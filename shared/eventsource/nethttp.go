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
		if r.ProtoMajor == 1 && !r.Close {
			// API Gateway says what HTTP/1.1 implies (REST data plane spec, 16). Where the server
			// closes after all, it says so in place of this.
			w.Header()["Connection"] = keepAlive
		}
		h.ServeHTTP(w, r.WithContext(edge.NewContext(r.Context(), info)))
	})
}

var keepAlive = []string{"keep-alive"}

func connectionIP(remoteAddr string) string {
	ip, _, err := net.SplitHostPort(remoteAddr)
	if err != nil {
		ip = remoteAddr
	}
	// The zone of a link-local address means nothing outside this host.
	ip, _, _ = strings.Cut(ip, "%")
	return ip
}
