package rest

import (
	"context"

	"github.com/postern-gateway/postern/shared/metering/usageplan"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// Metering is what the API key phase found out: $context and the Lambda proxy event show it.
type Metering struct {
	// APIKey and APIKeyID are the key of a request to a method that requires one, its value and
	// its identifier; empty for other methods (REST data plane spec, 5.1).
	APIKey, APIKeyID string
	// key is nil for a method that requires none.
	key *usageplan.Key
}

// planID is the usage plan that let the request's key in, or "".
func (m *Metering) planID() string {
	if m.key == nil {
		return ""
	}
	return m.key.Plan.ID
}

// Limits knows API keys and decides which requests their plans, the stage and the account admit.
// usageplan.Limiter does.
type Limits interface {
	// Find returns the key with a value and its plan of an API stage. The error is or wraps
	// usageplan.ErrNoKey, with the key if it exists, or usageplan.ErrUnavailable.
	Find(ctx context.Context, value, apiID, stage string) (*usageplan.Key, error)
	// Admit asks all limits of a request and counts it if they admit it.
	Admit(ctx context.Context, u usageplan.Use) usageplan.Verdict
	// Fields are the header fields that tell a client about its limits.
	Fields(ctx context.Context, u usageplan.Use, v usageplan.Verdict) []usageplan.Field
}

// limits is what a stage sets for a method's requests.
type limits struct {
	route *usageplan.Route
	// fields says that answers tell about limits.
	fields bool
}

func compileLimits(stage *snapshot.Stage, doc *snapshot.Method) limits {
	s := stage.Setting(doc.ResourcePath, doc.HTTPMethod)
	return limits{
		route:  usageplan.NewRoute(stage.APIID, stage.Name, doc.ResourcePath, doc.HTTPMethod, s.RateLimit, s.BurstLimit),
		fields: stage.Variables[usageplan.FieldsVariable] == "true",
	}
}
