package rest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// integrationType is an integration's type.
type integrationType uint8

const (
	mockIntegration integrationType = iota
	httpIntegration
	httpProxyIntegration
	lambdaProxyIntegration
	awsIntegration
	lambdaIntegration // of type AWS
)

var integrationTypes = map[string]integrationType{
	"MOCK": mockIntegration, "HTTP": httpIntegration, "HTTP_PROXY": httpProxyIntegration, "AWS_PROXY": lambdaProxyIntegration,
	"AWS": awsIntegration,
}

// defaultTimeout bounds an integration whose definition says nothing (REST data plane spec, 3.6).
const defaultTimeout = 29 * time.Second

// method is a record, compiled.
type method struct {
	doc      *snapshot.Method
	params   []pathParam
	required []requiredParameter
	backend  backend
	logging  logSetting
	// detailedMetrics asks for metrics of this method beside those of the stage.
	detailedMetrics bool
	limits          limits
	cache           *methodCache // nil if answers are not kept
	// err says why the integration cannot be served; the integration request returns it.
	err *Error
}

// backend is the integration of a method, compiled.
type backend struct {
	kind            integrationType
	method          string // empty sends the client's
	timeout         time.Duration
	uri             *mapping.URITemplate
	lambda          *integration.LambdaURI
	service         serviceBackend
	private         privateBackend
	options         integration.HTTPOptions
	parameters      []mapping.Pair
	mapsBody        bool
	templates       templates
	passthrough     string
	contentHandling string
	responses       []response
	// stream says that the answer goes on to the client while it arrives, with pauses of at most
	// streamIdle; 0 is what streams have by default.
	stream     bool
	streamIdle time.Duration
}

// response is an integration response, compiled, with what the method response allows of it.
type response struct {
	status          int
	selection       *mapping.Selection // nil is the default response
	declared        bool               // the method response exists
	parameters      []mapping.Pair     // those whose header is declared
	mapsBody        bool
	templates       templates
	contentHandling string
}

// compileMethod prepares a record for serving. What it cannot prepare becomes an error of the
// integration request: deployment has checked the same definitions, so that only a snapshot
// written by something else comes to that.
func compileMethod(doc *snapshot.Method) *method {
	m := &method{doc: doc, params: pathParams(doc.ResourcePath)}
	if err := m.compile(); err != nil {
		m.err = configurationError("the method cannot be served", err)
	}
	return m
}

func (m *method) compile() error {
	var err error
	if m.required, err = compileRequired(m.doc.RequiredParameters); err != nil {
		return err
	}
	in := &m.doc.Integration
	kind, ok := integrationTypes[in.Type]
	if !ok {
		return fmt.Errorf("integration type %q is not supported", in.Type)
	}
	b := &m.backend
	b.kind = kind
	if in.HTTPMethod != "ANY" {
		b.method = in.HTTPMethod
	}
	b.timeout = time.Duration(in.TimeoutMillis) * time.Millisecond
	if b.timeout <= 0 {
		b.timeout = defaultTimeout
	}
	if err := b.compileTransfer(in); err != nil {
		return err
	}
	if err := errors.Join(b.compileCredentials(in.Credentials), b.compileConnection(in)); err != nil {
		return err
	}
	b.options.SkipIssuerCheck = in.InsecureSkipVerification
	b.passthrough, b.contentHandling = in.PassthroughBehavior, in.ContentHandling
	if err := checkContentHandling(in.ContentHandling); err != nil {
		return err
	}
	if err := b.compileParameters(in.RequestParameters); err != nil {
		return err
	}
	switch kind {
	case lambdaProxyIntegration:
		b.lambda, err = b.parseLambdaURI(in.URI)
		return err // mappings, templates and responses do not apply to it
	case httpProxyIntegration:
		b.uri, err = mapping.CompileHTTPURI(in.URI)
		return err // templates and responses do not apply to it
	case awsIntegration:
		if err = b.compileService(in); err != nil {
			return err
		}
	case httpIntegration:
		if b.uri, err = mapping.CompileHTTPURI(in.URI); err != nil {
			return err
		}
	}
	if b.templates, err = compileTemplates(in.RequestTemplates); err != nil {
		return fmt.Errorf("request template: %w", err)
	}
	for _, r := range in.Responses {
		c, err := compileResponse(r, m.doc.Responses)
		if err != nil {
			return fmt.Errorf("integration response %s: %w", r.StatusCode, err)
		}
		b.responses = append(b.responses, c)
	}
	return nil
}

func (b *backend) compileParameters(mappings []snapshot.Mapping) error {
	table := b.mappedHeaders()
	for _, m := range mappings {
		p, err := mapping.ParseRequest(m.Target, m.Source)
		if err != nil {
			return err
		}
		if p.Target.Kind == mapping.TargetHeader {
			switch table[p.Target.Canonical].action {
			case fatalHeader:
				return fmt.Errorf("header %s must not be mapped", p.Target.Name)
			case dropHeader:
				continue
			}
		}
		b.mapsBody = b.mapsBody || p.Source.Kind == mapping.RequestBody
		b.parameters = append(b.parameters, p)
	}
	return nil
}

func compileResponse(doc snapshot.IntegrationResponse, declared map[string]snapshot.MethodResponse) (response, error) {
	status, err := strconv.Atoi(doc.StatusCode)
	if err != nil || status < 200 || status > 599 {
		return response{}, fmt.Errorf("%q is not the status of a response", doc.StatusCode)
	}
	r := response{status: status, contentHandling: doc.ContentHandling}
	if err := checkContentHandling(doc.ContentHandling); err != nil {
		return response{}, err
	}
	if doc.SelectionPattern != "" {
		if r.selection, err = mapping.CompileSelection(doc.SelectionPattern); err != nil {
			return response{}, err
		}
	}
	methodResponse, ok := declared[doc.StatusCode]
	r.declared = ok
	for _, m := range doc.Parameters {
		p, err := mapping.ParseResponse(m.Target, m.Source)
		if err != nil {
			return response{}, err
		}
		if !slices.Contains(methodResponse.Headers, p.Target.Name) {
			continue // only declared headers reach the client (REST data plane spec, 7)
		}
		r.mapsBody = r.mapsBody || p.Source.Kind == mapping.ResponseBody
		r.parameters = append(r.parameters, p)
	}
	if r.templates, err = compileTemplates(doc.Templates); err != nil {
		return response{}, fmt.Errorf("response template: %w", err)
	}
	return r, nil
}

func checkContentHandling(h string) error {
	switch h {
	case "", convertToText, convertToBinary:
		return nil
	}
	return fmt.Errorf("content handling %q is unknown", h)
}
