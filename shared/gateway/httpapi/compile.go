package httpapi

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// backendKind is what an integration reaches.
type backendKind uint8

const (
	lambdaBackend backendKind = iota
	httpBackend
	privateBackend
	serviceBackend
)

// defaultTimeout bounds an integration whose definition says nothing (HTTP API spec, 9).
const defaultTimeout = 30 * time.Second

// callerCredentials stands for the caller's own identity in credentials (HTTP API spec, 9).
const callerCredentials = "arn:aws:iam::*:user/*"

// route is a record, compiled.
type route struct {
	doc     *snapshot.Route
	path    string // of the key; empty for "$default"
	params  []pathParam
	setting snapshot.MethodSetting

	kind    backendKind
	method  string // empty sends the client's
	timeout time.Duration
	// version1 says that the payload format is 1.0.
	version1 bool
	lambda   *integration.LambdaURI
	// uri is that of an HTTP backend, target the ARN of a private one and its link.
	uri, target, connection *mapping.URITemplate
	// appends says that the whole path goes behind the URI's (HTTP API spec, 9.1).
	appends bool
	service *serviceAction
	// role is nil if the gateway calls under its own identity, or the caller's.
	role     *mapping.URITemplate
	asCaller bool

	parameters []parameter
	mapsBody   bool
	responses  map[int][]parameter
	stream     bool
	cache      *routeCache

	// err says why the route cannot be served.
	err error
}

// compileRoute prepares a record for serving. What it cannot prepare fails with the request:
// deployment has checked the same definitions, so that only a snapshot written by something else
// comes to that.
func (s *Stage) compileRoute(doc *snapshot.Route) *route {
	r := &route{doc: doc, setting: s.doc.RouteSetting(doc.Key)}
	if _, path, ok := strings.Cut(doc.Key, " "); ok {
		r.path, r.params = path, pathParams(path)
	}
	r.err = r.compile()
	return r
}

func (r *route) compile() error {
	in := &r.doc.Integration
	if in.Method != "ANY" {
		r.method = in.Method
	}
	r.timeout = time.Duration(in.TimeoutMillis) * time.Millisecond
	if r.timeout <= 0 {
		r.timeout = defaultTimeout
	}
	if in.ConnectionType != "" && in.ConnectionType != "INTERNET" && in.ConnectionType != "VPC_LINK" {
		return fmt.Errorf("connection type %q is unknown", in.ConnectionType)
	}
	switch in.ResponseTransferMode {
	case "", "BUFFERED":
	case "STREAM":
		r.stream = true
	default:
		return fmt.Errorf("response transfer mode %q is unknown", in.ResponseTransferMode)
	}
	if err := errors.Join(r.compileCredentials(in.Credentials), r.compileBackend(in)); err != nil {
		return err
	}
	var err error
	if r.cache, err = compileCache(r.doc); err != nil {
		return err
	}
	return r.compileMappings(in)
}

func (r *route) compileBackend(in *snapshot.RouteIntegration) error {
	var err error
	switch {
	case in.Type == "AWS_PROXY" && in.Subtype != "":
		r.kind = serviceBackend
		if r.stream {
			return errors.New("the answer of an AWS service does not stream")
		}
		r.service, err = compileService(in)
	case in.Type == "AWS_PROXY":
		r.kind = lambdaBackend
		switch in.PayloadFormatVersion {
		case "1.0":
			r.version1 = true
		case "2.0":
		default:
			return fmt.Errorf("payload format version %q is unknown", in.PayloadFormatVersion)
		}
		r.lambda, err = parseFunction(in.URI, &r.stream)
	case in.Type != "HTTP_PROXY":
		return fmt.Errorf("integration type %q is not supported", in.Type)
	case in.ConnectionType == "VPC_LINK":
		r.kind = privateBackend
		if r.target, err = mapping.CompileURI(in.URI); err == nil {
			r.connection, err = mapping.CompileURI(in.ConnectionID)
		}
	default:
		r.kind = httpBackend
		r.uri, err = mapping.CompileHTTPURI(in.URI)
		r.appends = r.path == "" && !hasPlaceholder(in.URI)
	}
	return err
}

// hasPlaceholder tells whether a URI has a {variable}, as opposed to ${stageVariables.x}.
func hasPlaceholder(uri string) bool {
	for i := 0; i < len(uri); i++ {
		if uri[i] == '{' && (i == 0 || uri[i-1] != '$') {
			return true
		}
	}
	return false
}

// parseFunction reads the ARN of a function or the URI of one of the two operations that invoke
// functions, of which the streaming one makes the answer stream.
func parseFunction(uri string, stream *bool) (*integration.LambdaURI, error) {
	if strings.Contains(uri, ":lambda:path/") {
		if u, err := integration.ParseLambdaStreamURI(uri); err == nil {
			*stream = true
			return u, nil
		}
		return integration.ParseLambdaURI(uri)
	}
	part := strings.SplitN(uri, ":", 6)
	if len(part) != 6 || part[0] != "arn" || part[2] != "lambda" {
		return nil, integration.ErrARN
	}
	return integration.ParseLambdaURI("arn:" + part[1] + ":apigateway:" + part[3] + ":lambda:path/2015-03-31/functions/" + uri + "/invocations")
}

func (r *route) compileCredentials(text string) error {
	switch text {
	case "":
		return nil
	case callerCredentials:
		r.asCaller = true
		return nil
	}
	var err error
	r.role, err = mapping.CompileURI(text)
	return err
}

func (r *route) compileMappings(in *snapshot.RouteIntegration) error {
	var err error
	if r.kind == serviceBackend {
		r.mapsBody = r.service.readsBody()
		return nil
	}
	if r.parameters, err = parseParameters(in.RequestParameters, false); err != nil {
		return err
	}
	for i := range r.parameters {
		r.mapsBody = r.mapsBody || r.parameters[i].value.reads(requestBody)
	}
	for code, mappings := range in.ResponseParameters {
		status, err := strconv.Atoi(code)
		if err != nil || status < 200 || status > 599 {
			return fmt.Errorf("%q is not the status of a response", code)
		}
		if r.responses == nil {
			r.responses = map[int][]parameter{}
		}
		if r.responses[status], err = parseParameters(mappings, true); err != nil {
			return err
		}
	}
	return nil
}
