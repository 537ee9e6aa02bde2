package definition

import (
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
)

// DefaultRoute is the key of the route that takes what no other route does.
const DefaultRoute = "$default"

var errHTTPRouteKey = wire.BadRequest("The provided route key is not formatted properly for HTTP protocol. Format should be \"<HTTP METHOD> /<RESOURCE PATH>\" or \"$default\"")

// routeMethods are the methods that a route key may name.
var routeMethods = []string{"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

var (
	pathVariable = regexp.MustCompile(`^\{[A-Za-z0-9._:$-]+\}$`)
	pathGreedy   = regexp.MustCompile(`^\{[A-Za-z0-9._:$-]+\+\}$`)
	pathLiteral  = regexp.MustCompile(`^[^{}/\s?#]+$`)
)

const maxRouteKey = 1024

// CheckRouteKey refuses what is no key of a route (HTTP API spec, 2; WebSocket API spec, 2).
func CheckRouteKey(http bool, key string) error {
	if !http {
		switch {
		case key == "" || len(key) > maxRouteKey:
			return wire.BadRequest("Invalid route key specified: %s", key)
		case strings.HasPrefix(key, "$") && key != "$connect" && key != "$disconnect" && key != DefaultRoute:
			return wire.BadRequest("Invalid route key specified: %s. Keys that start with '$' are reserved, except $connect, $disconnect and $default", key)
		}
		return nil
	}
	if key == DefaultRoute {
		return nil
	}
	method, path, ok := strings.Cut(key, " ")
	if !ok || len(key) > maxRouteKey || !slices.Contains(routeMethods, method) || !strings.HasPrefix(path, "/") {
		return errHTTPRouteKey
	}
	if path == "/" {
		return nil
	}
	segments := strings.Split(path[1:], "/")
	seen := map[string]bool{}
	for i, segment := range segments {
		last := i == len(segments)-1
		switch {
		case pathGreedy.MatchString(segment) && last, pathVariable.MatchString(segment):
			name := strings.Trim(segment, "{}+")
			if seen[name] {
				return wire.BadRequest("Invalid route key specified: %s. The path variable %s is used twice", key, name)
			}
			seen[name] = true
		case pathLiteral.MatchString(segment):
		default:
			return errHTTPRouteKey
		}
	}
	return nil
}

// routePattern is a route key without the names of its variables: two keys with one pattern would
// take the same requests.
func routePattern(key string) string {
	if !strings.Contains(key, "{") {
		return key
	}
	segments := strings.Split(key, "/")
	for i, segment := range segments {
		switch {
		case strings.HasSuffix(segment, "+}"):
			segments[i] = "{+}"
		case strings.HasPrefix(segment, "{"):
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}

// PathVariables are the names of the variables in a route key.
func PathVariables(key string) []string {
	var names []string
	for _, segment := range strings.Split(key, "/") {
		if strings.HasPrefix(segment, "{") {
			names = append(names, strings.Trim(segment, "{}+"))
		}
	}
	return names
}
