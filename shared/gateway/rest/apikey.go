package rest

import (
	"errors"

	"github.com/postern-gateway/postern/shared/metering/usageplan"
)

const apiKeyHeader = "X-Api-Key"

// apiKeySourceAuthorizer is the API's apiKeySource with which a Lambda authorizer names the key.
const apiKeySourceAuthorizer = "AUTHORIZER"

// checkAPIKey finds the key of a request to a method that requires one, and the usage plan that lets
// it in. A key that is sent to another method is not looked at and not metered (REST data plane
// spec, 12).
//
// A key that the store does not tell about is answered with 500, not with 403: the client may well
// have a good one and should try again, while admitting it would open every method to everyone for
// as long as the store fails.
func (inv *Invocation) checkAPIKey() error {
	if !inv.Resource.method.doc.APIKeyRequired {
		return nil
	}
	m := &inv.Metering
	if inv.Stage.snapshot.API.APIKeySource == apiKeySourceAuthorizer {
		m.APIKey = inv.Authorization.UsageIdentifierKey
	} else {
		m.APIKey = inv.Request.Header.Get(apiKeyHeader)
	}
	if inv.pipeline.c.Limits == nil {
		return configurationError("this gateway has no store of API keys", nil)
	}
	key, err := inv.pipeline.c.Limits.Find(inv.Request.Context(), m.APIKey, inv.Stage.doc.APIID, inv.Stage.doc.Name)
	if key != nil {
		m.APIKeyID = key.ID
	}
	switch {
	case err == nil:
		m.key = key
		return nil
	case errors.Is(err, usageplan.ErrNoKey):
		return &Error{Type: InvalidAPIKey, Reason: err.Error()}
	case inv.Request.Context().Err() != nil:
		return errClientGone
	}
	return &Error{Type: APIConfigurationError, Reason: checkFailed, Err: err}
}

// checkFailed is a line of the execution log (REST data plane spec, 12).
const checkFailed = "Usage Plan check failed due to an internal error"
