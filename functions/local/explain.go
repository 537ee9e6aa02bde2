package main

import (
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/telemetry/explain"
)

// remember keeps why a request was refused, for GET /explain.
func remember(m *explain.Memory, r *rest.Record) {
	if r.Reason == "" {
		return // it was not
	}
	m.Add(explain.Refusal{
		RequestID: r.RequestID, ExtendedRequestID: r.ExtendedRequestID, Time: r.Start,
		API: r.APIID, Stage: r.Stage, Deployment: r.DeploymentID,
		Method: r.HTTPMethod, Path: r.Path, ResourcePath: r.ResourcePath, SourceIP: r.SourceIP,
		Status: r.Status, ResponseType: string(r.ResponseType),
		Phase: r.Phase, Reason: r.Reason, ValidationErrors: r.ValidationText,
		Statement: r.Statement, Principal: r.Principal, APIKeyID: r.APIKeyID,
	})
}
