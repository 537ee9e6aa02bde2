package rest

import (
	"net/http"
	"strings"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
)

// The lines of access control need no calls from its phases: the log reads Authorization and
// Metering after them, and the Reason of the Error that they return. A phase that lets a request
// pass and still has something to say, such as that a usage plan could not be checked, calls one
// of the next two. Both cost nothing on methods whose log is off; text that has to be put together
// is worth a question to logsInfo before.

// logInfo adds a line to the execution log of a method whose level is INFO.
func (inv *Invocation) logInfo(text string) {
	if inv.log != nil {
		inv.log.line("%s", text)
	}
}

// logError adds a line to the execution log of a method whose level is ERROR or INFO.
func (inv *Invocation) logError(text string) {
	if l := inv.openLog(logErrors); l != nil {
		l.fail("%s", text)
	}
}

// logsInfo tells whether logInfo would write anything.
func (inv *Invocation) logsInfo() bool { return inv.log != nil && inv.log.wants(logInfo, false) }

// authorized writes what an authorizer did for a request that it let pass (REST data plane spec,
// 11; security and operations spec, 7).
func (l *executionLog) authorized(inv *Invocation) {
	if !l.wants(logInfo, false) || !l.authorizer(inv) {
		return
	}
	l.line("Using valid authorizer policy for principal: %s", mask(inv.Authorization.principal()))
	l.line("Successfully completed authorizer execution")
}

// unauthorized is authorized for a request that was refused.
func (l *executionLog) unauthorized(inv *Invocation) {
	if l.wants(logInfo, false) {
		l.authorizer(inv)
	}
	if e := inv.Refusal.Err; e != nil && e.Type == Unauthorized {
		l.fail("Unauthorized request: %s", inv.Arrival.RequestID)
	}
}

// authorizer writes how an authorizer was asked, and tells whether one was.
func (l *executionLog) authorizer(inv *Invocation) bool {
	doc := inv.Resource.method.doc
	a, ok := inv.Stage.snapshot.API.Authorizers[doc.AuthorizerID]
	if !ok || !inv.Authorization.Called {
		return false
	}
	l.line("Starting authorizer: %s for request: %s", doc.AuthorizerID, inv.Arrival.RequestID)
	var identity []string
	for source := range strings.SplitSeq(a.IdentitySource, ",") {
		e, err := mapping.Parse(strings.TrimSpace(source))
		if err != nil {
			continue // it is not the log's business to complain
		}
		if v, err := inv.source(&e); err == nil && v != "" {
			identity = append(identity, v)
		}
	}
	l.line("Incoming identity: %s", mask(strings.Join(identity, ",")))
	if called := inv.Stage.lambdaAuthorizers[doc.AuthorizerID]; called != nil && !inv.Authorization.Cached {
		l.line("Endpoint request URI: %s", lambdaEndpoint(called.function))
	}
	return true
}

// lambdaEndpoint is the address by which logs name the invocation of a function.
func lambdaEndpoint(f integration.LambdaFunction) string {
	return "https://lambda." + f.Region + ".amazonaws.com/2015-03-31/functions/" + f.QualifiedARN() + "/invocations"
}

// usagePlanAsked writes that the API key phase has begun.
func (l *executionLog) usagePlanAsked(inv *Invocation) {
	s := &inv.Stage.doc
	l.line("Verifying Usage Plan for request: %s. API Key: %s API Stage: %s/%s", inv.Arrival.RequestID, mask(inv.Metering.APIKey), s.APIID, s.Name)
}

// usagePlanChecked writes that it let the request pass (REST data plane spec, 12).
func (l *executionLog) usagePlanChecked(inv *Invocation) {
	if !l.wants(logInfo, false) {
		return
	}
	l.usagePlanAsked(inv)
	s, doc, key := &inv.Stage.doc, inv.Resource.method.doc, mask(inv.Metering.APIKey)
	if !doc.APIKeyRequired {
		l.line("API Key %s authorized because method '%s %s' does not require API Key. Request will not contribute to throttle or quota limits", key, inv.Resource.HTTPMethod, doc.ResourcePath)
	}
	l.line("Usage Plan check succeeded for API Key %s and API Stage %s/%s", key, s.APIID, s.Name)
}

// secretHeaders are those whose values logs do not show.
var secretHeaders = map[string]bool{"Authorization": true, "Proxy-Authorization": true, "X-Api-Key": true, "X-Amz-Security-Token": true}

// secretParameters are the query parameters of a presigned request that are as good as its key.
var secretParameters = map[string]bool{"X-Amz-Signature": true, "X-Amz-Security-Token": true}

func maskHeader(name, value string) string {
	if secretHeaders[http.CanonicalHeaderKey(name)] {
		return mask(value)
	}
	return value
}

func maskParameter(name, value string) string {
	if secretParameters[name] {
		return mask(value)
	}
	return value
}

// maskURI masks the secret parameters of an address, which a proxy integration takes over from a
// presigned request.
func maskURI(uri string) string {
	address, query, ok := strings.Cut(uri, "?")
	if !ok || !strings.Contains(query, "X-Amz-") {
		return uri
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if name, value, ok := strings.Cut(part, "="); ok {
			parts[i] = name + "=" + maskParameter(name, value)
		}
	}
	return address + "?" + strings.Join(parts, "&")
}

// maskShown is how many characters a masked secret ends with (security and operations spec, 7).
const maskShown = 6

// mask hides a secret but for its end, of which a short one shows no more than half.
func mask(secret string) string {
	hidden := max(len(secret)-maskShown, (len(secret)+1)/2)
	return strings.Repeat("*", hidden) + secret[hidden:]
}
