package definition

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/wire"
)

// reservedHeaders cannot be mapped; a trailing "*" stands for any rest (HTTP API spec, 10).
var reservedHeaders = []string{
	"access-control-*", "apigw-*", "authorization", "connection", "content-encoding", "content-length", "content-location",
	"forwarded", "keep-alive", "origin", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding",
	"upgrade", "x-amz-*", "x-amzn-*", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via",
}

func isReserved(header string) bool {
	name := strings.ToLower(header)
	return slices.ContainsFunc(reservedHeaders, func(r string) bool {
		prefix, isPrefix := strings.CutSuffix(r, "*")
		return name == r || isPrefix && strings.HasPrefix(name, prefix)
	})
}

func errMapping(expression string) error {
	return wire.BadRequest("Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: %s]", expression)
}

// side tells what a mapping may read.
type side int

const (
	requestSide side = iota
	responseSide
)

// CheckParameters refuses mappings of requests of an HTTP API that are none (HTTP API spec, 10).
func CheckParameters(parameters map[string]string) error {
	for _, target := range slices.Sorted(maps.Keys(parameters)) {
		action, name, _ := strings.Cut(target, ":")
		kind, parameter, _ := strings.Cut(name, ".")
		switch {
		case target == "overwrite:path":
		case !slices.Contains([]string{"append", "overwrite", "remove"}, action):
			return errMapping(target)
		case kind == "header" && headerName.MatchString(parameter):
			if isReserved(parameter) {
				return wire.BadRequest("Operations on header %s are restricted", strings.ToLower(parameter))
			}
		case kind == "querystring" && parameter != "":
		default:
			return errMapping(target)
		}
		if err := checkMapped(action, parameters[target], requestSide); err != nil {
			return err
		}
	}
	return nil
}

// CheckResponseParameters is CheckParameters for the answers of backends, by status code.
func CheckResponseParameters(byStatus map[string]map[string]string) error {
	for _, status := range slices.Sorted(maps.Keys(byStatus)) {
		if code, err := strconv.Atoi(status); err != nil || code < 200 || code > 599 || len(status) != 3 {
			return wire.BadRequest("Invalid response parameter key: %s. Response parameter key must be a valid status code between 200 and 599", status)
		}
		parameters := byStatus[status]
		for _, target := range slices.Sorted(maps.Keys(parameters)) {
			action, name, _ := strings.Cut(target, ":")
			kind, parameter, _ := strings.Cut(name, ".")
			switch {
			case target == "overwrite:statuscode":
			case !slices.Contains([]string{"append", "overwrite", "remove"}, action) || kind != "header" || !headerName.MatchString(parameter):
				return errMapping(target)
			case isReserved(parameter):
				return wire.BadRequest("Operations on header %s are restricted", strings.ToLower(parameter))
			}
			if err := checkMapped(action, parameters[target], responseSide); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkMapped checks the value of a mapping. That of a removal counts for nothing and is ”.
func checkMapped(action, value string, s side) error {
	if action == "remove" {
		if value != "" && value != "''" {
			return errMapping(value)
		}
		return nil
	}
	if value == "" {
		return errMapping(value)
	}
	return CheckValue(value, s == responseSide)
}

var (
	requestSource  = regexp.MustCompile(`^(?:request\.header\.[A-Za-z0-9!#%&'*+.^_|~-]+|request\.querystring\.[^$]+|request\.path(?:\.[^.]+)?|request\.body(?:\..+)?|context\.[A-Za-z0-9_.]+|stageVariables\.[A-Za-z0-9_]+)$`)
	responseSource = regexp.MustCompile(`^(?:response\.header\.[A-Za-z0-9!#%&'*+.^_|~-]+|response\.body(?:\..+)?|request\.header\.[A-Za-z0-9!#%&'*+.^_|~-]+|context\.[A-Za-z0-9_.]+|stageVariables\.[A-Za-z0-9_]+)$`)
)

// CheckValue takes "$source", which must be the whole value, or text with "${source}" in it.
func CheckValue(value string, response bool) error {
	if name, ok := strings.CutPrefix(value, "$"); ok && !strings.HasPrefix(name, "{") {
		return checkSource(value, name, response)
	}
	for rest := value; ; {
		at := strings.Index(rest, "${")
		if at < 0 {
			return nil
		}
		end := strings.IndexByte(rest[at:], '}')
		if end < 0 {
			return errMapping(value)
		}
		if err := checkSource(value, rest[at+2:at+end], response); err != nil {
			return err
		}
		rest = rest[at+end+1:]
	}
}

func checkSource(value, name string, response bool) error {
	pattern := requestSource
	if response {
		pattern = responseSource
	}
	if !pattern.MatchString(name) {
		return errMapping(value)
	}
	for _, prefix := range []string{"request.body.", "response.body."} {
		if path, ok := strings.CutPrefix(name, prefix); ok {
			if strings.Contains(name, "..") || strings.Contains(path, "?(") {
				return errMapping(value)
			}
			if _, err := mapping.CompileBodyPath(path); err != nil {
				return errMapping(value)
			}
		}
	}
	return nil
}

var (
	webSocketTarget = regexp.MustCompile(`^integration\.request\.(?:header|querystring|path)\.[A-Za-z0-9._$-]+$`)
	webSocketSource = regexp.MustCompile(`^(?:route\.request\.(?:querystring|header|multivaluequerystring|multivalueheader)\.[A-Za-z0-9._$-]+|route\.request\.body(?:\..+)?|stageVariables\.[A-Za-z0-9_]+|context\.[A-Za-z0-9._]+|'[^']*')$`)

	webSocketResponseTarget = regexp.MustCompile(`^route\.response\.header\.[A-Za-z0-9._$-]+$`)
	webSocketResponseSource = regexp.MustCompile(`^(?:integration\.response\.(?:header|multivalueheader)\.[A-Za-z0-9._$-]+|integration\.response\.body(?:\..+)?|stageVariables\.[A-Za-z0-9_]+|context\.[A-Za-z0-9._]+|'[^']*')$`)
)

// CheckWebSocketParameters refuses mappings of a WebSocket API that are none (WebSocket API spec,
// 4); response says that they are those of an integration response.
func CheckWebSocketParameters(parameters map[string]string, response bool) error {
	targets, sources, parse := webSocketTarget, webSocketSource, mapping.ParseWebSocketRequest
	if response {
		targets, sources, parse = webSocketResponseTarget, webSocketResponseSource, mapping.ParseWebSocketResponse
	}
	for _, target := range slices.Sorted(maps.Keys(parameters)) {
		source := parameters[target]
		switch {
		case !targets.MatchString(target):
			return errMapping(target)
		case !sources.MatchString(source):
			return errMapping(source)
		}
		for _, prefix := range []string{"route.request.body.", "integration.response.body."} {
			if path, ok := strings.CutPrefix(source, prefix); ok {
				if _, err := mapping.CompileBodyPath(path); err != nil {
					return errMapping(source)
				}
			}
		}
		// What the data plane reads it with has the last word.
		if _, err := parse(target, source); err != nil {
			return wire.BadRequest("Invalid mapping expression specified: %s: %s", target, err.Error())
		}
	}
	return nil
}
