package gateway

import (
	"net"
	"net/http"
	"strings"

	"github.com/postern-gateway/postern/shared/edge"
)

// pathForm starts the paths that name API and stage themselves, for clients and front doors
// that cannot choose a host name.
const pathForm = "/_aws/execute-api/"

// Stage variables by which a stage managed in the API Gateway console chooses the API that
// Postern serves for it.
const (
	variableAPIID = "posternApi"
	variableStage = "posternStage"
)

// Default names the stage that serves requests whose host and path name none. ok is false
// when there is no such stage, or more than one.
type Default func() (apiID, stage string, ok bool)

// address is where a request goes.
type address struct {
	apiID, stage string
	// path is what is left for resource matching, raw and with one leading slash;
	// contextPath is $context.path (REST data plane spec, 1.2 and 1.3).
	path, contextPath string
	// eventPath is event.path, where that is not path.
	eventPath string
	// domain is the host without a port.
	domain string
	// basePath is that of the custom domain's mapping.
	basePath string
	// mappedDomain tells that a mapping of a custom domain led here.
	mappedDomain bool
	// stageInPath tells that the path chose the stage, which is empty if the path is.
	stageInPath bool
	// executeAPI tells that the request used the API's own endpoint, which can be disabled.
	executeAPI bool
	// variables overlay those of the stage; set by API Gateway stages only.
	variables map[string]string
}

// resolve finds the address of r. It returns false when host and path name no stage.
func resolve(r *http.Request, byDefault Default) (address, bool) {
	a := address{domain: hostWithoutPort(r.Host)}
	path := rawPath(r)
	if info := edge.FromContext(r.Context()); info != nil && info.Stage != "" {
		return a.managed(info, path, byDefault)
	}
	if id, ok := executeAPIHost(a.domain); ok {
		a.apiID, a.executeAPI = id, true
		return a.staged(path), true
	}
	if rest, ok := strings.CutPrefix(path, pathForm); ok {
		id, rest, _ := strings.Cut(rest, "/")
		if id == "" {
			return address{}, false
		}
		a.apiID, a.executeAPI = id, true
		return a.staged("/" + rest), true
	}
	id, stage, ok := byDefault()
	if !ok {
		return address{}, false
	}
	a.apiID, a.stage = id, stage
	a.contextPath = oneSlash(path)
	a.path = a.contextPath
	return a, true
}

// customDomainHost returns the host of r if a custom domain name may decide where r goes: not if
// an API Gateway stage or the API's own endpoint does.
func customDomainHost(r *http.Request) (string, bool) {
	if info := edge.FromContext(r.Context()); info != nil && info.Stage != "" {
		return "", false
	}
	host := hostWithoutPort(r.Host)
	_, own := executeAPIHost(host)
	return host, !own
}

// managed resolves a request that came through an API Gateway stage: its stage variables
// name the API, or there is only one.
func (a address) managed(info *edge.Info, path string, byDefault Default) (address, bool) {
	a.apiID, a.stage = info.StageVariables[variableAPIID], info.StageVariables[variableStage]
	if a.apiID == "" {
		id, stage, ok := byDefault()
		if !ok {
			return address{}, false
		}
		a.apiID = id
		if a.stage == "" {
			a.stage = stage
		}
	}
	if a.stage == "" {
		a.stage = info.Stage
	}
	a.path = oneSlash(path)
	a.contextPath = a.path
	if info.Stage != "$default" {
		a.contextPath = "/" + info.Stage + a.path
	}
	a.variables = info.StageVariables
	return a, true
}

// staged takes the stage off the front of path. Slashes before the stage collapse and are
// gone; those after it stay visible in $context.path only (REST data plane spec, 1.3).
func (a address) staged(path string) address {
	a.contextPath = oneSlash(path)
	stage, rest, _ := strings.Cut(a.contextPath[1:], "/")
	a.stage, a.stageInPath = stage, true
	a.path = oneSlash("/" + rest)
	return a
}

// executeAPIHost returns the API id of a host such as abc.execute-api.localhost. Of the form
// that names a VPC endpoint too, {api}-{vpce-id}, it returns the API.
func executeAPIHost(host string) (string, bool) {
	id, rest, ok := strings.Cut(host, ".")
	if !ok || id == "" || rest != "execute-api" && !strings.HasPrefix(rest, "execute-api.") {
		return "", false
	}
	id, _, _ = strings.Cut(id, "-vpce-")
	return strings.ToLower(id), true
}

func hostWithoutPort(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return host
}

// rawPath is the path as it was sent, escapes and all.
func rawPath(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		path, _, _ := strings.Cut(r.RequestURI, "?")
		return path
	}
	if p := r.URL.EscapedPath(); p != "" {
		return p
	}
	return "/"
}

// oneSlash collapses leading slashes to one.
func oneSlash(path string) string {
	return "/" + strings.TrimLeft(path, "/")
}
