package rest

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// gatewayResponse is a customised gateway response, compiled.
type gatewayResponse struct {
	status     int // 0 if not set
	parameters []mapping.Pair
	templates  []gatewayTemplate
	// err says that the definition cannot be used; the built-in answer stands in.
	err error
}

type gatewayTemplate struct {
	mediaType string
	text      *mapping.Substitution
}

func compileGatewayResponses(docs map[string]snapshot.GatewayResponse) map[ResponseType]*gatewayResponse {
	if len(docs) == 0 {
		return nil
	}
	out := make(map[ResponseType]*gatewayResponse, len(docs))
	for name, doc := range docs {
		g := &gatewayResponse{status: doc.StatusCode}
		if doc.StatusCode != 0 && (doc.StatusCode < 200 || doc.StatusCode > 599) {
			g.err = fmt.Errorf("gateway response %s: %d is not the status of a response", name, doc.StatusCode)
		}
		for _, m := range doc.Parameters {
			p, err := mapping.ParseGateway(m.Target, m.Source)
			if err != nil {
				g.err = fmt.Errorf("gateway response %s: %w", name, err)
				break
			}
			g.parameters = append(g.parameters, p)
		}
		for _, t := range doc.Templates {
			g.templates = append(g.templates, gatewayTemplate{mediaType: t.ContentType, text: mapping.CompileSubstitution(t.Text)})
		}
		out[ResponseType(name)] = g
	}
	return out
}

// gatewayResponse renders a refusal. It is the only place where an Error becomes an answer
// (REST data plane spec, 9).
func (inv *Invocation) gatewayResponse(e *Error) {
	base, known := builtIns[e.Type]
	if !known {
		base = builtIns[Default5XX]
	}
	r := &inv.Refusal
	r.Err, r.Type, r.Status, r.Message = e, e.Type, base.status, base.message
	if e.Status != 0 {
		r.Status = e.Status
	}
	if e.Message != "" {
		r.Message = e.Message
	}
	if e.Plain != "" {
		inv.writeRefusal(Headers{{Name: "Content-Type", Values: []string{"text/plain"}}}, []byte(e.Plain))
		return
	}
	errorType := base.errorType
	if e.ErrorType != "" {
		errorType = e.ErrorType
	}
	headers := Headers{{Name: "x-amzn-ErrorType", Values: []string{errorType}}}

	custom := inv.customResponse(e.Type)
	if custom == nil {
		headers.set("Content-Type", applicationJSON)
		inv.writeRefusal(headers, inv.defaultBody(base.messageKey))
		return
	}
	if custom.status != 0 {
		r.Status = custom.status
	}
	body := inv.defaultBody(base.messageKey)
	mediaType := applicationJSON
	if t := custom.template(inv.Request.Header.Get("Accept")); t != nil {
		body, mediaType = t.text.Append(nil, inv.gatewaySource), t.mediaType
	}
	headers.set("Content-Type", mediaType)
	for i := range custom.parameters {
		p := &custom.parameters[i]
		if v := inv.gatewaySource(&p.Source); v != "" {
			name := p.Target.Name
			if p.Target.Canonical == "Content-Type" {
				name = p.Target.Canonical
			}
			headers.set(name, exchange.CleanHeaderValue(v))
		}
	}
	inv.writeRefusal(headers, body)
}

// customResponse finds the definition that applies: the type's own, else that of its class.
// REQUEST_TOO_LARGE cannot be customised (REST data plane spec, 9.2).
func (inv *Invocation) customResponse(t ResponseType) *gatewayResponse {
	if t == RequestTooLarge {
		return nil
	}
	r := &inv.Refusal
	g := inv.Stage.responses[t]
	if g == nil {
		r.Type = Default4XX
		if r.Status >= http.StatusInternalServerError {
			r.Type = Default5XX
		}
		if g = inv.Stage.responses[r.Type]; g == nil {
			r.Type = t
			return nil
		}
	}
	if g.err != nil {
		r.definitionErr = g.err
		return nil
	}
	return g
}

// template chooses by Accept, then application/json, then the first one.
func (g *gatewayResponse) template(accept string) *gatewayTemplate {
	if len(g.templates) == 0 {
		return nil
	}
	media := firstMediaType(accept)
	for _, want := range [...]string{media, applicationJSON} {
		for i := range g.templates {
			if strings.EqualFold(g.templates[i].mediaType, want) {
				return &g.templates[i]
			}
		}
	}
	return &g.templates[0]
}

// gatewaySource evaluates what parameters and templates of a gateway response may name. It has
// no body source, so that nothing can fail.
func (inv *Invocation) gatewaySource(e *mapping.Expr) string {
	v, err := inv.source(e)
	if err != nil {
		return ""
	}
	return v
}

// defaultBody is {"message":$context.error.messageString}, with the space that API Gateway
// writes in the phases after access control (REST data plane spec, 9.3).
func (inv *Invocation) defaultBody(key string) []byte {
	if key == "" {
		key = "message"
	}
	b := make([]byte, 0, 64)
	b = append(b, `{"`...)
	b = append(b, key...)
	b = append(b, `":`...)
	if inv.phase != nil && inv.phase.execution && inv.Refusal.Err.Type != RequestTooLarge {
		b = append(b, ' ')
	}
	if inv.Refusal.Message == "" {
		b = append(b, "null"...)
	} else {
		b = jsontext.AppendString(b, inv.Refusal.Message)
	}
	return append(b, '}')
}

func (inv *Invocation) writeRefusal(headers Headers, body []byte) {
	status := inv.Refusal.Status
	inv.Refusal.headers, inv.Refusal.body = headers, body
	inv.writeHeader(status, headers, int64(len(body)))
	if hasBody(inv.Request.Method, status) {
		inv.writeBody(body)
	}
}

// Forbidden answers a request for which no API is known, for which no gateway response can
// apply (REST data plane spec, 1.1). The reason goes to the record.
func (p *Pipeline) Forbidden(w http.ResponseWriter, r *http.Request, reason string) {
	inv := &Invocation{Request: r, pipeline: p, writer: w, Target: Target{ContextPath: r.URL.EscapedPath(), DomainName: r.Host}}
	inv.identify()
	inv.Refusal = Refusal{Err: &Error{Reason: reason}, Status: http.StatusForbidden, Message: "Forbidden"}
	inv.writeRefusal(Headers{{Name: "x-amzn-ErrorType", Values: []string{"ForbiddenException"}}, {Name: "Content-Type", Values: []string{applicationJSON}}}, inv.defaultBody(""))
	p.observe(inv)
}
