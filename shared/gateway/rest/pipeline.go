package rest

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/integration"
)

// phase is one step of serving a request.
type phase struct {
	name string
	// run does the step; an error ends the request and becomes a gateway response. A phase
	// without run is one that nothing in a snapshot of the present format can ask for: it holds
	// its place in the order.
	run func(*Invocation) error
	// untested marks the phases that test invocations leave out (REST data plane spec, 15).
	untested bool
	// execution marks the phases after access control, whose errors are written with a space
	// after the colon (REST data plane spec, 9.3).
	execution bool
	// cached marks the phases that an answer from the stage's cache takes the place of.
	cached bool
}

// phases are the life of a request, in the order of REST data plane spec, section 2. A phase
// that refuses a request is followed by the gateway response alone.
var phases = [...]phase{
	{name: "arrival", run: (*Invocation).arrive},
	{name: "web application firewall", untested: true},
	{name: "resource matching", run: (*Invocation).matchResource},
	{name: "resource policy", run: (*Invocation).checkResourcePolicy, untested: true},
	{name: "authorization", run: (*Invocation).authorize, untested: true},
	{name: "API key", run: (*Invocation).checkAPIKey, untested: true},
	{name: "throttling", run: (*Invocation).throttle, untested: true},
	{name: "content encoding", run: (*Invocation).decodeContent, execution: true},
	{name: "request validation", run: (*Invocation).validateRequest, execution: true},
	{name: "cache lookup", run: (*Invocation).lookUpCache, execution: true, untested: true},
	{name: "method request", run: (*Invocation).readMethodRequest, execution: true, cached: true},
	{name: "integration request", run: (*Invocation).makeIntegrationRequest, execution: true, cached: true},
	{name: "integration", run: (*Invocation).integrate, execution: true, cached: true},
	{name: "integration response", run: (*Invocation).makeIntegrationResponse, execution: true, cached: true},
	{name: "method response", run: (*Invocation).makeMethodResponse, execution: true},
	{name: "cache store", run: (*Invocation).storeCache, execution: true, untested: true},
	{name: "compression", run: (*Invocation).compress, execution: true, untested: true},
	{name: "delivery", run: (*Invocation).deliver, execution: true},
}

// HTTPClient calls HTTP backends. The error is an *integration.HTTPError.
type HTTPClient interface {
	Do(*http.Request, integration.HTTPOptions) (*http.Response, error)
}

// Config is what a Pipeline works with.
type Config struct {
	// HTTP and Lambda reach backends. An integration of a kind whose client is nil fails with
	// a configuration error.
	HTTP   HTTPClient
	Lambda integration.Lambda
	// LambdaStream reaches functions whose answers stream.
	LambdaStream integration.LambdaStreamer
	// Services reaches AWS services.
	Services ServiceClient
	// Keys verify signatures of AWS_IAM methods; nil knows no key, so that only callers whom a
	// front door has verified pass.
	Keys Keys
	// UserPools verifies the tokens of Cognito user pools; nil verifies none.
	UserPools UserPools
	// VPCLinks finds private backends; nil leaves them at the hosts of their URIs.
	VPCLinks VPCLinks
	// ClientCertificates gives the certificates of stages; nil has none.
	ClientCertificates ClientCertificates
	// Cache keeps answers for the stages that have a cache; nil keeps none.
	Cache ResponseCache
	// Limits knows API keys, usage plans and throttles; without it methods that require a key are
	// closed and nothing is throttled.
	Limits Limits
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	// NewID makes request ids; nil is a random UUID.
	NewID func() string
	// Observe is called once per finished request; nil observes nothing.
	Observe func(*Record)
	// AccessLog takes the access log of the stages that have one: one Write per request, a
	// line with its line break, from many goroutines. Nil writes none.
	AccessLog io.Writer
	// ExecutionLog takes the execution log of the methods whose level is ERROR or INFO: one Write
	// per request, whole lines of JSON (see logExecution), from many goroutines. Nil writes none.
	ExecutionLog io.Writer
}

// Pipeline takes requests through the phases. It is safe for concurrent use.
type Pipeline struct {
	c Config
	// authorizers keeps the answers of Lambda authorizers.
	authorizers *authorizer.Results[lambdaAnswer]
}

// New returns a Pipeline.
func New(c Config) *Pipeline {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewID == nil {
		c.NewID = uuid.NewString
	}
	return &Pipeline{c: c, authorizers: authorizer.NewResults(keptBytes, lambdaAnswer.size, c.Now)}
}

// Serve answers a request to an API's stage. It panics with http.ErrAbortHandler, as a handler
// of net/http does, when a backend breaks off in the middle of a body: nothing else tells the
// client that its answer is incomplete. Every other event source has to recover it.
func (p *Pipeline) Serve(w http.ResponseWriter, r *http.Request, s *Stage, t Target) {
	inv := &Invocation{Stage: s, Target: t, Request: r, pipeline: p, writer: w}
	if err := inv.run(); err != nil {
		inv.refuse(err)
	}
	inv.release()
	p.observe(inv)
	if inv.Delivery.Err != nil {
		panic(http.ErrAbortHandler)
	}
}

func (inv *Invocation) run() error {
	for i := range phases {
		if phases[i].run == nil || phases[i].untested && inv.testing() || phases[i].cached && inv.Cache.answered() {
			continue
		}
		inv.phase = &phases[i]
		if inv.log != nil && phases[i].execution {
			if err := inv.log.begin(inv); err != nil {
				return err
			}
		}
		if err := phases[i].run(inv); err != nil {
			return err
		}
		if inv.log != nil {
			if err := inv.log.after(inv.phase, inv); err != nil {
				return err
			}
		}
	}
	return nil
}

// refuse ends a request that a phase has failed.
func (inv *Invocation) refuse(err error) {
	if errors.Is(err, errClientGone) {
		inv.Refusal.Err = &Error{Type: Default4XX, Reason: errClientGone.Error(), Err: err}
		inv.Delivery.Err = err
		return
	}
	var e *Error
	if !errors.As(err, &e) {
		e = configurationError("unexpected error", err)
	}
	inv.gatewayResponse(e)
}

// release gives back what the request held.
func (inv *Invocation) release() {
	inv.endCache()
	if inv.Integration.HTTP != nil {
		_ = inv.Integration.HTTP.Body.Close() // nothing more is wanted of it
	}
	if inv.call != nil {
		inv.call.End()
	}
}
