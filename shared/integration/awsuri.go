package integration

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
)

// ServiceURI is the URI of an integration with an AWS service:
// arn:{partition}:apigateway:{region}:{[subdomain.]service}:{path|action}/... (REST data plane
// spec, 4.4).
type ServiceURI struct {
	Partition, Region  string
	Subdomain, Service string
	// Host is the service's own endpoint; SigningName and SigningRegion are the scope of
	// signatures for it.
	Host                       string
	SigningName, SigningRegion string

	address *mapping.URITemplate
	// action is the operation of an action URI without stage variables.
	action   string
	isAction bool
	variable string // of the environment, for another endpoint
	json     jsonProtocol
	isJSON   bool
	version  string // of the query protocol
	isS3     bool
}

// hostLabels is what a service, a subdomain and a region may be: labels of a host name, so that a
// definition cannot lead a signed request away from the domain of AWS.
var hostLabels = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$`)

// ParseServiceURI reads the URI of an AWS integration. Any service will do whose name makes a host.
// Path and action may hold {placeholders} and ${stageVariables.x}. Its errors are ErrARN and
// ErrPathOrAction, wrapped where a detail is worth telling.
func ParseServiceURI(uri string) (*ServiceURI, error) {
	part := strings.SplitN(uri, ":", 6)
	if len(part) < 6 || part[0] != "arn" || !hostLabels.MatchString(part[1]) || part[2] != "apigateway" {
		return nil, ErrARN
	}
	if !hostLabels.MatchString(part[3]) || !hostLabels.MatchString(part[4]) {
		return nil, fmt.Errorf("%w: region %q and service %q do not make the name of a host", ErrARN, part[3], part[4])
	}
	u := &ServiceURI{Partition: part[1], Region: part[3], Service: part[4]}
	if i := strings.LastIndexByte(u.Service, '.'); i >= 0 {
		u.Subdomain, u.Service = u.Service[:i], u.Service[i+1:]
	}
	u.endpoint()
	text := "https://" + u.Host + "/"
	if path, ok := strings.CutPrefix(part[5], "path/"); ok {
		// path//x is accepted too.
		text += strings.TrimPrefix(path, "/")
	} else if action, ok := strings.CutPrefix(part[5], "action/"); ok && action != "" {
		u.isAction = true
		action = strings.Replace(action, "?", "&", 1)
		text += "?Action=" + action
		if name, _, _ := strings.Cut(action, "&"); !strings.Contains(name, "{") {
			u.action = name
		}
	} else {
		return nil, ErrPathOrAction
	}
	if u.isAction && strings.Contains(text, "&Version=") {
		u.version = "" // the definition's own counts
	}
	var err error
	if u.address, err = mapping.CompileURI(text); err != nil {
		return nil, fmt.Errorf("%w: a brace is not closed", ErrARN)
	}
	return u, nil
}

// Address returns the template of the whole address at the service's own endpoint.
func (u *ServiceURI) Address() *mapping.URITemplate { return u.address }

// Operation returns X-Amz-Target and Content-Type, which an action URI supplies to a service of the
// JSON-RPC kind. They are empty with any other service, and where query, the query of the address
// with stage variables filled in, names no operation.
func (u *ServiceURI) Operation(query string) (target, contentType string) {
	if !u.isAction || !u.isJSON {
		return "", ""
	}
	action := u.action
	if action == "" {
		first, _, _ := strings.Cut(query, "&")
		action, _ = strings.CutPrefix(first, "Action=")
	}
	if action == "" {
		return "", ""
	}
	return u.json.targetPrefix + "." + action, u.json.contentType
}

// QueryVersion returns the Version that an action URI of a query-protocol service needs, or "".
func (u *ServiceURI) QueryVersion() string {
	if !u.isAction {
		return ""
	}
	return u.version
}
