package websocket

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// integrationKind is what an integration calls.
type integrationKind uint8

const (
	noIntegration integrationKind = iota
	mockIntegration
	lambdaProxyIntegration
	lambdaIntegration // of type AWS
	serviceIntegration
	httpProxyIntegration
	httpIntegration
)

// defaultTimeout bounds an integration whose definition says nothing (WebSocket API spec, 4).
const defaultTimeout = 29 * time.Second

// route is a record, compiled.
type route struct {
	doc     *snapshot.WebSocketRoute
	model   *Expression // nil checks nothing
	backend backend
	// err says why the integration cannot be served.
	err error
}

// backend is the integration of a route, compiled.
type backend struct {
	kind       integrationKind
	method     string
	timeout    time.Duration
	lambda     *integration.LambdaURI
	service    *integration.ServiceURI
	uri        *mapping.URITemplate
	role       *mapping.URITemplate // nil calls under the gateway's own identity
	connection *mapping.URITemplate // of a VPC link, else nil
	options    integration.HTTPOptions
	parameters []parameter

	selection   *Expression // of request templates
	templates   []template
	passthrough string
	toBinary    bool
	responses   []response
}

// response is an integration response, compiled.
type response struct {
	pattern    *mapping.Selection // nil is $default
	selection  *Expression
	templates  []template
	parameters []parameter
	toText     bool
	toBinary   bool
}

// compileRoute prepares a record for serving. What it cannot prepare becomes an error of the
// integration request: deployment has checked the same definitions, so that only a snapshot written
// by something else comes to that.
func compileRoute(doc *snapshot.WebSocketRoute) *route {
	r := &route{doc: doc}
	r.err = r.compile()
	return r
}

func (r *route) compile() error {
	if r.doc.ModelSelectionExpression != "" {
		var err error
		if r.model, err = CompileExpression(r.doc.ModelSelectionExpression); err != nil {
			return fmt.Errorf("model selection: %w", err)
		}
	}
	if r.doc.Integration == nil {
		return nil
	}
	return r.backend.compile(r.doc.Integration)
}

func (b *backend) compile(in *snapshot.WebSocketIntegration) error {
	b.method, b.passthrough = in.Method, in.PassthroughBehavior
	b.timeout = time.Duration(in.TimeoutMillis) * time.Millisecond
	if b.timeout <= 0 {
		b.timeout = defaultTimeout
	}
	b.options.SkipIssuerCheck = in.InsecureSkipVerification
	if err := errors.Join(b.compileTarget(in), b.compileConversion(in.ContentHandling)); err != nil {
		return err
	}
	for _, m := range in.RequestParameters {
		p, err := parseRequestParameter(m)
		if err != nil {
			return err
		}
		b.parameters = append(b.parameters, p)
	}
	if b.kind == lambdaProxyIntegration || b.kind == httpProxyIntegration {
		return nil // templates and responses do not apply to proxies
	}
	var err error
	if b.selection, b.templates, err = compileTemplates(in.TemplateSelectionExpression, in.RequestTemplates); err != nil {
		return fmt.Errorf("request template: %w", err)
	}
	for _, doc := range in.Responses {
		r, err := compileResponse(doc)
		if err != nil {
			return fmt.Errorf("integration response %s: %w", doc.Key, err)
		}
		b.responses = append(b.responses, r)
	}
	return nil
}

// compileTarget reads what the integration calls, and as whom.
func (b *backend) compileTarget(in *snapshot.WebSocketIntegration) error {
	var err error
	switch in.Type {
	case "MOCK":
		b.kind = mockIntegration
		return nil
	case "AWS_PROXY":
		b.kind = lambdaProxyIntegration
		b.lambda, err = integration.ParseLambdaURI(in.URI)
	case "AWS":
		if b.lambda, err = integration.ParseLambdaURI(in.URI); err == nil {
			b.kind = lambdaIntegration
			break
		}
		b.kind = serviceIntegration
		if b.service, err = integration.ParseServiceURI(in.URI); err == nil {
			b.uri = b.service.Address()
		}
	case "HTTP_PROXY", "HTTP":
		b.kind = httpIntegration
		if in.Type == "HTTP_PROXY" {
			b.kind = httpProxyIntegration
		}
		b.uri, err = mapping.CompileHTTPURI(in.URI)
	default:
		return fmt.Errorf("integration type %q is not supported", in.Type)
	}
	if err != nil {
		return err
	}
	switch in.ConnectionType {
	case "", "INTERNET":
	case "VPC_LINK":
		if b.connection, err = mapping.CompileURI(in.ConnectionID); err != nil {
			return err
		}
	default:
		return fmt.Errorf("connection type %q is unknown", in.ConnectionType)
	}
	if in.Credentials != "" && b.kind != httpIntegration && b.kind != httpProxyIntegration {
		b.role, err = mapping.CompileURI(in.Credentials)
	}
	return err
}

// Content handling.
const (
	convertToText   = "CONVERT_TO_TEXT"
	convertToBinary = "CONVERT_TO_BINARY"
)

func (b *backend) compileConversion(handling string) error {
	switch handling {
	case convertToBinary:
		b.toBinary = true
	case "", convertToText: // a message is text already
	default:
		return fmt.Errorf("content handling %q is unknown", handling)
	}
	return nil
}

func compileResponse(doc snapshot.WebSocketIntegrationResponse) (response, error) {
	var r response
	var err error
	if doc.Key != defaultRoute {
		inner, opened := strings.CutPrefix(doc.Key, "/")
		inner, closed := strings.CutSuffix(inner, "/")
		if !opened || !closed || inner == "" {
			return r, errors.New("the key is neither $default nor a regular expression between slashes")
		}
		if r.pattern, err = mapping.CompileSelection(inner); err != nil {
			return r, err
		}
	}
	if r.selection, r.templates, err = compileTemplates(doc.TemplateSelectionExpression, doc.Templates); err != nil {
		return r, fmt.Errorf("response template: %w", err)
	}
	for _, m := range doc.Parameters {
		p, err := parseResponseParameter(m)
		if err != nil {
			return r, err
		}
		r.parameters = append(r.parameters, p)
	}
	switch doc.ContentHandling {
	case "":
	case convertToText:
		r.toText = true
	case convertToBinary:
		r.toBinary = true
	default:
		return r, fmt.Errorf("content handling %q is unknown", doc.ContentHandling)
	}
	return r, nil
}

// role returns the ARN of the role to call as, or "".
func (inv *Invocation) role() (string, error) {
	t := inv.route.backend.role
	if t == nil {
		return "", nil
	}
	role := string(t.Append(nil, nil, inv.Stage.doc.Variables))
	if role == "" {
		return "", configurationError("the credentials of the integration are empty", nil)
	}
	return role, nil
}
