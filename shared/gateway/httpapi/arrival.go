package httpapi

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// maxHeader is how long request line and headers may be together, in bytes (HTTP API spec, 19).
const maxHeader = 10240

const applicationJSON = "application/json"

// arrive is the first phase: identifiers, limits, and path and query as the later phases see them.
func (inv *Invocation) arrive() error {
	inv.identify()
	r, a := inv.Request, &inv.Arrival
	if headerSize(r) > maxHeader {
		return headerTooLarge()
	}
	if r.ContentLength > exchange.MaxPayload {
		return payloadTooLarge(fmt.Sprintf("the request body exceeds %d bytes", exchange.MaxPayload))
	}
	a.Path = decodePath(inv.Target.Path)
	a.RawEventPath = inv.eventPath()
	a.EventPath = decodePath(a.RawEventPath)
	a.Query = exchange.ParseQuery(r.URL.RawQuery)
	if exchange.HasBody(r) {
		inv.body = &exchange.Body{Source: r.Body, Length: r.ContentLength}
	}
	return nil
}

// identify gives the request its identifiers, which even a refusal carries.
func (inv *Invocation) identify() {
	r, a, p := inv.Request, &inv.Arrival, inv.pipeline
	a.Time = p.c.Now()
	a.RequestID = p.c.NewID()
	a.TraceID = traceID(r.Header["X-Amzn-Trace-Id"], a.Time)
	a.SourceIP, a.Protocol = exchange.Client(r)
}

// headerSize is the length of the request line and the headers as they were sent.
func headerSize(r *http.Request) int {
	size := len(r.Method) + 1 + len(r.RequestURI) + 1 + len(r.Proto) + 2
	if r.RequestURI == "" {
		size += len(r.URL.RequestURI())
	}
	for name, values := range r.Header {
		for _, v := range values {
			size += len(name) + len(": \r\n") + len(v)
		}
	}
	return size
}

// eventPath is the raw path that events show: with the name of the stage, unless that is
// "$default" (HTTP API spec, 1). Under a mapping of a custom domain the stage takes the place of the
// mapping's key, unless the configuration says otherwise.
func (inv *Invocation) eventPath() string {
	t := &inv.Target
	switch {
	case !t.Mapped:
		return t.ContextPath
	case inv.pipeline.c.MappingKeyInPath && t.MappingKey != "":
		return "/" + t.MappingKey + t.Path
	case inv.pipeline.c.MappingKeyInPath, inv.Stage.doc.Name == defaultStage:
		return t.Path
	}
	return "/" + inv.Stage.doc.Name + t.Path
}

// decodePath decodes a path and cuts it at a decoded question mark (HTTP API spec, 2). An escape
// that is none stays as it is.
func decodePath(raw string) string {
	i := strings.IndexByte(raw, '%')
	if i < 0 {
		return raw
	}
	b := append(make([]byte, 0, len(raw)), raw[:i]...)
	for ; i < len(raw); i++ {
		c := raw[i]
		if c == '%' && i+2 < len(raw) {
			if v, err := strconv.ParseUint(raw[i+1:i+3], 16, 8); err == nil {
				c = byte(v)
				i += 2
				if c == '?' {
					break
				}
			}
		}
		b = append(b, c)
	}
	return string(b)
}

// traceID returns the client's trace header if it names a root, else a new one.
func traceID(client []string, now time.Time) string {
	if len(client) > 0 && strings.Contains(client[0], "Root=") {
		return exchange.CleanHeaderValue(client[0])
	}
	return exchange.TraceID(nil, now)
}
