package main

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/telemetry/explain"
)

func TestRefusalsAreRemembered(t *testing.T) {
	m := explain.New(explain.Limits{})
	remember(m, &rest.Record{RequestID: "served", APIID: "a", Stage: "prod", Status: 404})
	at := time.Date(2020, 3, 4, 19, 15, 17, 0, time.UTC)
	remember(m, &rest.Record{
		RequestID: "id", ExtendedRequestID: "ext=", APIID: "a", Stage: "prod", DeploymentID: "d", ResourcePath: "/pets", HTTPMethod: "GET", Path: "/prod/pets",
		SourceIP: "203.0.113.9", Start: at, Status: 403, ResponseType: rest.AccessDenied, Phase: "resource policy", Reason: "denied", ValidationText: "v",
		Statement: "statement 0 denies", Principal: "anonymous", APIKeyID: "k1", Err: errors.New("never shown"),
	})
	want := []explain.Refusal{{
		RequestID: "id", ExtendedRequestID: "ext=", Time: at, API: "a", Stage: "prod", Deployment: "d", Method: "GET", Path: "/prod/pets", ResourcePath: "/pets",
		SourceIP: "203.0.113.9", Status: 403, ResponseType: "ACCESS_DENIED", Phase: "resource policy", Reason: "denied", ValidationErrors: "v",
		Statement: "statement 0 denies", Principal: "anonymous", APIKeyID: "k1",
	}}
	if diff := cmp.Diff(want, m.Latest("", "", 9)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
