package httpapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// cors is the configuration of an API, compiled (HTTP API spec, 14).
type cors struct {
	doc *snapshot.CORS
	// anyOrigin and anyMethod say that the lists hold "*".
	anyOrigin, anyMethod bool
	methods, headers     string
	exposed, maxAge      string
}

func compileCORS(doc *snapshot.CORS) *cors {
	if doc == nil {
		return nil
	}
	c := &cors{
		doc:       doc,
		anyOrigin: slices.Contains(doc.AllowOrigins, "*"),
		anyMethod: slices.Contains(doc.AllowMethods, "*"),
		methods:   strings.Join(doc.AllowMethods, ","),
		headers:   strings.Join(doc.AllowHeaders, ","),
		exposed:   strings.Join(doc.ExposeHeaders, ","),
	}
	if doc.MaxAgeSeconds != nil {
		c.maxAge = strconv.Itoa(*doc.MaxAgeSeconds)
	}
	return c
}

// origin returns what Access-Control-Allow-Origin answers to an origin, "" if it is not allowed. The
// only patterns are schemes: "https://*".
func (c *cors) origin(origin string) string {
	if c.anyOrigin {
		return "*"
	}
	for _, allowed := range c.doc.AllowOrigins {
		scheme, isScheme := strings.CutSuffix(allowed, "://*")
		if strings.EqualFold(allowed, origin) || isScheme && len(origin) > len(scheme)+3 && strings.EqualFold(origin[:len(scheme)+3], scheme+"://") {
			return origin
		}
	}
	return ""
}

func (c *cors) allowsMethod(method string) bool {
	return c.anyMethod || slices.Contains(c.doc.AllowMethods, method)
}

const requestMethod = "Access-Control-Request-Method"

// isPreflight tells whether the request asks by CORS whether another may be made.
func (inv *Invocation) isPreflight() bool {
	r := inv.Request
	return inv.Stage.cors != nil && r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get(requestMethod) != ""
}

// answerPreflight answers a preflight that no route takes: 204, with CORS headers if origin and
// method are allowed.
func (inv *Invocation) answerPreflight() error {
	h := inv.writer.Header()
	if inv.Stage.cors.allowsMethod(inv.Request.Header.Get(requestMethod)) {
		inv.setCORS(h)
	}
	h[requestIDHeader] = []string{inv.Arrival.RequestID}
	inv.Delivery.Status = http.StatusNoContent
	inv.writer.WriteHeader(http.StatusNoContent)
	return errAnswered
}

// setCORS adds the configured headers to an answer to a request with an origin that is allowed.
func (inv *Invocation) setCORS(h http.Header) {
	c := inv.Stage.cors
	if c == nil {
		return
	}
	origin := inv.Request.Header.Get("Origin")
	if origin == "" {
		return
	}
	allowed := c.origin(origin)
	if allowed == "" {
		return
	}
	h["Access-Control-Allow-Origin"] = []string{allowed}
	for name, value := range map[string]string{
		"Access-Control-Allow-Methods": c.methods, "Access-Control-Allow-Headers": c.headers,
		"Access-Control-Expose-Headers": c.exposed, "Access-Control-Max-Age": c.maxAge,
	} {
		if value != "" {
			h[name] = []string{value}
		}
	}
	if c.doc.AllowCredentials {
		h["Access-Control-Allow-Credentials"] = []string{"true"}
	}
}

// addCORS puts the configured headers in the place of all that the integration says about CORS.
func (inv *Invocation) addCORS() error {
	if inv.Stage.cors == nil {
		return nil
	}
	h := inv.Response.Header
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			delete(h, name)
		}
	}
	inv.setCORS(h)
	return nil
}
