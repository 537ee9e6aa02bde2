package definition

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// corsMethods are those that a configuration may name.
var corsMethods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "*"}

// CheckCORS refuses what no CORS configuration can be (HTTP API spec, 14).
func CheckCORS(c *v2.Cors) error {
	if c == nil {
		return nil
	}
	for _, origin := range c.AllowOrigins {
		if err := checkOrigin(origin); err != nil {
			return err
		}
	}
	if Value(c.AllowCredentials) && slices.Contains(c.AllowOrigins, "*") {
		return wire.BadRequest("allow-credentials is not supported if 'allow-origin' is *")
	}
	for _, method := range c.AllowMethods {
		if !slices.Contains(corsMethods, strings.ToUpper(method)) {
			return wire.BadRequest("Method %s is not supported", method)
		}
	}
	for member, names := range map[string][]string{"allowHeaders": c.AllowHeaders, "exposeHeaders": c.ExposeHeaders} {
		for _, name := range names {
			if !headerName.MatchString(name) {
				return wire.BadRequest("Invalid header name specified for %s: %s", member, name)
			}
		}
	}
	if c.MaxAge != nil && (*c.MaxAge < -1 || *c.MaxAge > 86400) {
		return wire.BadRequest("Invalid maxAge specified: %d. Must be between -1 and 86400", *c.MaxAge)
	}
	return nil
}

// checkOrigin takes "*", a scheme with "*", or a scheme with a host and perhaps a port.
func checkOrigin(origin string) error {
	if origin == "*" {
		return nil
	}
	scheme, rest, ok := strings.Cut(origin, "://")
	if ok && scheme != "" && rest == "*" {
		return nil
	}
	u, err := url.Parse(origin)
	if !ok || err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || strings.Contains(origin, "*") || strings.ContainsAny(origin, " \t") {
		return wire.BadRequest("Invalid format for origin. The origin must be formatted as 'scheme://host:port' or '*', but is %s", origin)
	}
	return nil
}
