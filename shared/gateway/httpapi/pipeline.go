package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/sigv4"
)

// phase is one step of serving a request.
type phase struct {
	name string
	// run does the step; an error ends the request and becomes a refusal.
	run func(*Invocation) error
}

// phases are the life of a request, in the order of HTTP API spec, section 3, with the extensions of
// Postern where REST APIs have the like: resource policy, API key, validation, cache. A phase that refuses a
// request is followed by the refusal alone; one that answers it itself returns errAnswered.
var phases = [...]phase{
	{name: "arrival", run: (*Invocation).arrive},
	{name: "route matching", run: (*Invocation).matchRoute},
	{name: "throttling", run: (*Invocation).throttle},
	{name: "resource policy", run: (*Invocation).checkResourcePolicy},
	{name: "authorization", run: (*Invocation).authorize},
	{name: "API key", run: (*Invocation).checkAPIKey},
	{name: "request validation", run: (*Invocation).validateRequest},
	{name: "cache", run: (*Invocation).lookUpCache},
	{name: "request parameter mapping", run: unlessCached((*Invocation).mapRequest)},
	{name: "integration", run: unlessCached((*Invocation).integrate)},
	{name: "response parameter mapping", run: unlessCached((*Invocation).mapResponse)},
	{name: "cache entry", run: (*Invocation).storeCache},
	{name: "CORS", run: (*Invocation).addCORS},
	{name: "delivery", run: (*Invocation).deliver},
}

// HTTPClient calls HTTP backends. The error is an *integration.HTTPError.
type HTTPClient interface {
	Do(*http.Request, integration.HTTPOptions) (*http.Response, error)
}

// ServiceClient calls AWS services. The error is an *integration.CredentialsError or an
// *integration.HTTPError.
type ServiceClient interface {
	Do(*http.Request, integration.ServiceCall) (*http.Response, error)
}

// Keys finds the access keys that this gateway has issued, with whose they are.
type Keys interface {
	// Find returns an active key. The error is or wraps sigv4.ErrUnknownKey if there is none.
	Find(ctx context.Context, accessKeyID string) (*sigv4.Key, *accesskey.Principal, error)
}

// VPCLinks finds the network addresses of private backends.
type VPCLinks interface {
	// Address returns the host and port to connect to, or "" if it knows none.
	Address(context.Context, integration.PrivateBackend) (string, error)
}

// Tokens gives what verifies the tokens of JWT authorizers; jwt.Keyring does.
type Tokens interface {
	Verifier(jwt.Config) (*jwt.Verifier, error)
}

// Config is what a Pipeline works with.
type Config struct {
	// HTTP, Lambda, LambdaStream and Services reach backends. An integration of a kind whose client
	// is nil fails.
	HTTP         HTTPClient
	Lambda       integration.Lambda
	LambdaStream integration.LambdaStreamer
	Services     ServiceClient
	// VPCLinks finds private backends; without it private integrations fail.
	VPCLinks VPCLinks
	// Tokens verifies those of JWT authorizers; nil verifies none, so that their routes are closed.
	Tokens Tokens
	// Keys verify signatures of AWS_IAM routes; nil knows no key, so that only callers whom a front
	// door has verified pass.
	Keys Keys
	// APIKeys knows the keys of routes that require one, an extension of Postern; nil knows none, so
	// that such routes are closed.
	APIKeys APIKeys
	// Cache keeps the answers of routes with a cache, an extension of Postern; nil keeps none.
	Cache ResponseCache
	// Throttle bounds the rates of requests; nil bounds none.
	Throttle Throttle
	// MappingKeyInPath shows, in events, the key of a custom domain's mapping in front of the path, in
	// place of the stage's name (HTTP API spec, 1, where the two reports differ).
	MappingKeyInPath bool
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	// NewID makes request ids; nil makes them as API Gateway does (HTTP API spec, 4).
	NewID func() string
	// Observe is called once per finished request; nil observes nothing.
	Observe func(*exchange.Record)
	// AccessLog takes the access log of the stages that have one: one Write per request, a line with
	// its line break, from many goroutines. Nil writes none.
	AccessLog io.Writer
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
		c.NewID = exchange.ExtendedRequestID
	}
	return &Pipeline{c: c, authorizers: authorizer.NewResults(keptBytes, lambdaAnswer.size, c.Now)}
}

// Serve answers a request to an API's stage. It panics with http.ErrAbortHandler, as a handler of
// net/http does, when a backend breaks off in the middle of a body: nothing else tells the client
// that its answer is incomplete.
func (p *Pipeline) Serve(w http.ResponseWriter, r *http.Request, s *Stage, t Target) {
	inv := &Invocation{Stage: s, Target: t, Request: r, pipeline: p, writer: w}
	if err := inv.run(); err != nil && !errors.Is(err, errAnswered) {
		inv.refuse(err)
	}
	inv.release()
	p.observe(inv)
	if inv.Delivery.Err != nil {
		panic(http.ErrAbortHandler)
	}
}

// errAnswered ends the phases of a request that one of them has answered.
var errAnswered = errors.New("the request is answered")

func (inv *Invocation) run() error {
	for i := range phases {
		inv.phase = &phases[i]
		if err := phases[i].run(inv); err != nil {
			return err
		}
	}
	return nil
}

// release gives back what the request held.
func (inv *Invocation) release() {
	inv.endCache()
	if inv.Integration.Body != nil {
		_ = inv.Integration.Body.Close() // nothing more is wanted of it
	}
	if inv.call != nil {
		inv.call.End()
	}
}
