package iam

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/sigv4"
	"github.com/postern-gateway/postern/shared/wire"
)

// GateConfig is what a Gate works with.
type GateConfig struct {
	// Keys verify signatures. Nil takes the caller whom the front door has verified, and nobody
	// else.
	Keys sigv4.Keys[*accesskey.Principal]
	// Open lets everybody pass, signed or not, as Root.
	Open bool
	Root *accesskey.Principal
	// Region is the one that ARNs name.
	Region string
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	Log *slog.Logger
}

// Gate lets requests to the control plane pass whose caller is known and allowed: a caller may do
// what the policies of its user allow in the terms of AWS, such as apigateway:GET on
// arn:aws:apigateway:us-east-1::/restapis (IAM service authorization reference, API Gateway
// Management). The account's root, and callers whom a front door has let pass, may do everything.
type Gate struct {
	c        GateConfig
	services map[string]*sigv4.Verifier
}

// NewGate returns a Gate.
func NewGate(c GateConfig) *Gate {
	if c.Now == nil {
		c.Now = time.Now
	}
	g := &Gate{c: c, services: map[string]*sigv4.Verifier{}}
	for _, service := range []string{signedForAPIs, signedForIAM, signedForSTS} {
		// Any Region is accepted: Postern is not bound to one.
		g.services[service] = &sigv4.Verifier{Services: []string{service}, Now: c.Now, Skew: sigv4.Skew}
	}
	return g
}

// The signing names of the control plane.
const (
	signedForAPIs = "apigateway"
	signedForIAM  = "iam"
	signedForSTS  = "sts"
)

// Authenticate admits a request to the API Gateway operations, for wire.Mux.Authenticate. It notes
// the caller in the context of r.
func (g *Gate) Authenticate(r *http.Request, body []byte) error {
	p, err := g.identify(r, body, signedForAPIs)
	if err != nil {
		return err
	}
	path := r.URL.Path
	if decoded, err := url.PathUnescape(r.URL.EscapedPath()); err == nil {
		path = decoded
	}
	return g.authorize(r, p, "apigateway:"+r.Method, "arn:aws:apigateway:"+g.c.Region+"::"+path)
}

// Handler serves requests without a body, such as pages for operators, to those whom Authenticate
// admits.
func (g *Gate) Handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(r.Context())
		var refusal *wire.Error
		switch err := g.Authenticate(r, nil); {
		case err == nil:
			h.ServeHTTP(w, r)
		case errors.As(err, &refusal):
			refusal.Write(w)
		default:
			g.c.Log.ErrorContext(r.Context(), "authentication failed", "error", err)
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		}
	})
}

// identify finds out who calls, and notes it in the context of r. A refusal is a *wire.Error.
func (g *Gate) identify(r *http.Request, body []byte, service string) (*accesskey.Principal, error) {
	var info edge.Info
	if front := edge.FromContext(r.Context()); front != nil {
		info = *front
	}
	var p *accesskey.Principal
	switch {
	case g.c.Open:
		p = g.c.Root
	case g.c.Keys == nil && info.Caller != nil:
		p = accesskey.NewAdmitted(*info.Caller)
	case g.c.Keys == nil:
		return nil, &wire.Error{Code: sigv4.CodeMissingToken, Status: http.StatusForbidden, Message: "Missing Authentication Token"}
	default:
		owner, _, err := sigv4.Verify(r.Context(), g.services[service], g.c.Keys, r, sigv4.Bytes(body))
		var refusal *sigv4.Error
		if errors.As(err, &refusal) {
			g.c.Log.WarnContext(r.Context(), "control-plane request refused", "method", r.Method, "path", r.URL.Path, "code", refusal.Code, "message", firstLine(refusal.Message), "reason", refusal.Reason)
			return nil, &wire.Error{Code: refusal.Code, Status: http.StatusForbidden, Message: refusal.Message}
		}
		if err != nil {
			return nil, fmt.Errorf("verify signature: %w", err)
		}
		p = owner
	}
	caller := p.Caller
	info.Caller = &caller
	*r = *r.WithContext(edge.NewContext(r.Context(), &info))
	return p, nil
}

// authorize decides by the principal's policies.
func (g *Gate) authorize(r *http.Request, p *accesskey.Principal, action, resource string) error {
	d, _ := p.Evaluate(&policy.Request{Principal: p.Policy(), Action: action, Resource: resource, Context: g.conditions(r, p)})
	if d.Effect == policy.Allow {
		return nil
	}
	ending := " because no identity-based policy allows the " + action + " action"
	if d.Effect == policy.ExplicitDeny {
		ending = " with an explicit deny in an identity-based policy"
	}
	g.c.Log.WarnContext(r.Context(), "control-plane request denied", "user", p.Caller.UserARN, "action", action, "resource", resource, "reason", d.Reason())
	return wire.AccessDenied("%s", "User: "+p.Caller.UserARN+" is not authorized to perform: "+action+" on resource: "+resource+ending)
}

// conditions are the condition keys of a request to the control plane.
func (g *Gate) conditions(r *http.Request, p *accesskey.Principal) policy.Lookup {
	now := g.c.Now().UTC()
	return func(key string) (policy.Value, bool) {
		switch key {
		case "aws:currenttime":
			return policy.One(now.Format(time.RFC3339)), true
		case "aws:epochtime":
			return policy.One(fmt.Sprint(now.Unix())), true
		case "aws:useragent":
			return policy.One(r.UserAgent()), r.UserAgent() != ""
		case "aws:referer":
			return policy.One(r.Referer()), r.Referer() != ""
		case "aws:sourceip":
			if info := edge.FromContext(r.Context()); info != nil && info.SourceIP != "" {
				return policy.One(info.SourceIP), true
			}
			return policy.Value{}, false
		}
		return p.ConditionKey(key)
	}
}

// firstLine leaves the canonical request out, which is for the client.
func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
