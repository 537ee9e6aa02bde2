package rest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/policy"
)

// Strategies for callers who may not invalidate entries of the cache and try.
const (
	cacheControlFail        = "FAIL_WITH_403"
	cacheControlSilent      = "SUCCEED_WITHOUT_RESPONSE_HEADER"
	invalidateCacheAction   = "execute-api:InvalidateCache"
	cacheControlDirective   = "max-age=0"
	cacheControlHeader      = "Cache-Control"
	warningHeader           = "Warning"
	cacheControlIgnoredText = `199 apigateway "Cache-Control was ignored: the caller is not authorized to invalidate the cache"`
)

// invalidates tells whether the client asks for a new entry. No other directive has an effect (REST
// data plane spec, 13).
func (inv *Invocation) invalidates() bool {
	for _, value := range inv.Arrival.Headers.Values(cacheControlHeader) {
		for directive := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(directive), cacheControlDirective) {
				return true
			}
		}
	}
	return false
}

// checkInvalidation decides whether a client that asks for a new entry gets one.
func (inv *Invocation) checkInvalidation(c *methodCache) (refresh bool, err error) {
	if !c.authorized || inv.mayInvalidate() {
		return true, nil
	}
	const reason = "the caller may not invalidate the stage's cache"
	switch c.strategy {
	case cacheControlFail:
		return false, &Error{Type: AccessDenied, Status: http.StatusForbidden, Reason: reason}
	case cacheControlSilent:
	default:
		inv.Cache.warn = true
	}
	inv.logInfo("Cache-Control ignored: " + reason)
	return false, nil
}

// mayInvalidate tells whether the caller of an AWS_IAM method has the permission
// execute-api:InvalidateCache. Nobody else can have it, nor callers of other accounts (REST data
// plane spec, 13). It changes nothing of what is recorded about the invocation's own decision.
func (inv *Invocation) mayInvalidate() bool {
	who := inv.signer
	if who == nil || who.Caller.AccountID != inv.Stage.doc.AccountID {
		return false
	}
	r := inv.policyRequest(who.Policy(), who.ConditionKey)
	r.Action = invalidateCacheAction
	identity, _ := who.Evaluate(&r)
	rp := &inv.Stage.resourcePolicy
	if !rp.attached() {
		return identity.Effect == policy.Allow
	}
	return policy.SameAccount(identity, rp.policy.Evaluate(&r)).Effect == policy.Allow
}

// warnOfIgnoredCacheControl tells the client of the strategy SUCCEED_WITH_RESPONSE_HEADER that its
// Cache-Control was ignored. API Gateway's own text is not known.
func (inv *Invocation) warnOfIgnoredCacheControl() {
	h := &inv.Response.Headers
	h.set(warningHeader, append(slices.Clone(h.Values(warningHeader)), cacheControlIgnoredText)...)
}
