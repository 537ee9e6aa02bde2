package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/postern-gateway/postern/shared/metering/usageplan"
)

// kind is which events an authorizer gets and how it has to answer.
type kind uint8

const (
	tokenEvent  kind = iota + 1 // TOKEN of a REST API
	restEvent                   // REQUEST of a REST API
	httpV1Event                 // REQUEST 1.0 of an HTTP API
	httpV2Event                 // REQUEST 2.0 of an HTTP API
)

// event is what API Gateway tells an authorizer (REST data plane spec, 11.1; HTTP API spec, 12).
type event struct {
	kind kind

	Type               string              `json:"type"`
	Version            string              `json:"version"`
	MethodARN          string              `json:"methodArn"`
	RouteARN           string              `json:"routeArn"`
	AuthorizationToken string              `json:"authorizationToken"`
	Headers            map[string]string   `json:"headers"`
	MultiValueHeaders  map[string][]string `json:"multiValueHeaders"`
	StageVariables     map[string]string   `json:"stageVariables"`
	Resource           string              `json:"resource"`
	RouteKey           string              `json:"routeKey"`
	RequestContext     struct {
		Stage    string `json:"stage"`
		Identity struct {
			SourceIP  string `json:"sourceIp"`
			UserAgent string `json:"userAgent"`
			VPCID     string `json:"vpcId"`
			VPCEID    string `json:"vpceId"`
		} `json:"identity"`
		HTTP struct {
			Method    string `json:"method"`
			Path      string `json:"path"`
			SourceIP  string `json:"sourceIp"`
			UserAgent string `json:"userAgent"`
		} `json:"http"`
		Path       string `json:"path"`
		HTTPMethod string `json:"httpMethod"`
	} `json:"requestContext"`

	arn arn
	// pattern is the ARN as it was given, as a policy has to write it to name nothing else.
	pattern string
}

// arn is what a request wants: arn:{partition}:execute-api:{region}:{account}:{api}/{stage}/{method}/{path}.
type arn struct {
	prefix       string // up to and with the account
	apiID, stage string
	method, path string
}

func (a arn) String() string {
	return a.prefix + ":" + a.apiID + "/" + a.stage + "/" + a.method + "/" + a.path
}

var errNoAuthorizerEvent = errors.New("this is no event of a Lambda authorizer: its type is neither TOKEN nor REQUEST")

// parseEvent reads an event and finds out what kind it is.
func parseEvent(payload []byte) (*event, error) {
	e := &event{}
	if err := json.Unmarshal(payload, e); err != nil {
		return nil, fmt.Errorf("decode authorizer event: %w", err)
	}
	name := e.MethodARN
	switch {
	case e.Type == "TOKEN":
		e.kind = tokenEvent
	case e.Type != "REQUEST":
		return nil, errNoAuthorizerEvent
	case e.Version == "2.0":
		e.kind, name = httpV2Event, e.RouteARN
	case e.Version == "1.0":
		e.kind = httpV1Event
	case e.Version == "":
		e.kind = restEvent
	default:
		return nil, fmt.Errorf("authorizer event: version %q is not supported", e.Version)
	}
	return e, e.parseARN(name)
}

// literal takes the meaning of wildcards and variables out of a text. A client that asks for the path
// "*" would otherwise be given a policy that allows every other.
var literal = strings.NewReplacer("*", "${*}", "?", "${?}", "${", "${$}{")

func (e *event) parseARN(name string) error {
	parts := strings.SplitN(name, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "execute-api" {
		return fmt.Errorf("authorizer event: %q is not the ARN of a method", name)
	}
	a := arn{prefix: strings.Join(parts[:5], ":")}
	var rest string
	var ok bool
	if a.apiID, rest, ok = strings.Cut(parts[5], "/"); !ok || a.apiID == "" {
		return fmt.Errorf("authorizer event: %q names no stage", name)
	}
	a.stage, rest, _ = strings.Cut(rest, "/")
	a.method, a.path, _ = strings.Cut(rest, "/")
	// The catch-all route of an HTTP API has no method and path in its ARN (HTTP API spec, 12).
	if a.method == "$default" || a.method == "" {
		a.method, a.path = e.clientRequest()
	}
	e.arn, e.pattern = a, literal.Replace(name)
	return nil
}

// clientRequest is the method and the path, without its slash, that the client used.
func (e *event) clientRequest() (method, path string) {
	c := &e.RequestContext
	method, path = c.HTTP.Method, c.HTTP.Path
	if method == "" {
		method, path = c.HTTPMethod, c.Path
	}
	path = strings.TrimPrefix(path, "/")
	// A named stage is part of the path.
	if c.Stage != "$default" {
		if rest, ok := strings.CutPrefix(path, c.Stage+"/"); ok {
			return method, rest
		}
		if path == c.Stage {
			return method, ""
		}
	}
	return method, path
}

// route names the route of the console's stage as usage plans name methods. The event of a REST API
// does not tell a method ANY from that of the request.
func (e *event) route() (path, method string) {
	if e.RouteKey != "" {
		return usageplan.SplitRouteKey(e.RouteKey)
	}
	// Where an HTTP API speaks the format of REST APIs, the resource may be the route's key.
	if path, method := usageplan.SplitRouteKey(e.Resource); method != "" {
		return path, method
	}
	return e.Resource, e.arn.method
}

// header returns the last value of a header, whose name may be in any case.
func (e *event) header(name string) string {
	for n, values := range e.MultiValueHeaders {
		if len(values) > 0 && strings.EqualFold(n, name) {
			return values[len(values)-1]
		}
	}
	for n, v := range e.Headers {
		if strings.EqualFold(n, name) {
			return v
		}
	}
	return ""
}

// onHTTPAPI tells that the event comes from an HTTP API.
func (e *event) onHTTPAPI() bool { return e.kind == httpV1Event || e.kind == httpV2Event }
