package v2_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestAutoDeploy(t *testing.T) {
	h := newHarness(t).http()
	created := h.ok(201, "POST", "/v2/apis/{api}/stages", `{"stageName":"$default","autoDeploy":true}`)
	const noRoutes = "Deployment attempt failed: Unable to deploy API because no routes exist in this API"
	if created["lastDeploymentStatusMessage"] != noRoutes || created["deploymentId"] != nil || h.stage("$default") != nil {
		t.Errorf("created %v", created)
	}
	h.integration(httpProxy)
	h.set("route", h.ok(201, "POST", "/v2/apis/{api}/routes", `{"routeKey":"GET /{id}","target":"integrations/{integration}"}`)["routeId"])
	before := h.stage("$default")
	if before == nil || h.served("$default").Len() != 1 {
		t.Fatal("the route is not served")
	}
	stage := h.ok(200, "GET", "/v2/apis/{api}/stages/$default", "")
	deployment := h.ok(200, "GET", "/v2/apis/{api}/deployments/"+stage["deploymentId"].(string), "")
	if deployment["autoDeployed"] != true || deployment["description"] != "Automatic deployment triggered by changes to the Api configuration" || deployment["deploymentStatus"] != "DEPLOYED" {
		t.Errorf("deployment %v", deployment)
	}
	// A definition that cannot be served leaves the stage as it was.
	h.ok(201, "POST", "/v2/apis/{api}/routes", `{"routeKey":"GET /none"}`)
	stage = h.ok(200, "GET", "/v2/apis/{api}/stages/$default", "")
	if got := stage["lastDeploymentStatusMessage"]; got != "Deployment attempt failed: routes.GET /none: target: the route has no integration" || stage["deploymentId"] != before.DeploymentID {
		t.Errorf("stage %v", stage)
	}
	if diff := cmp.Diff(before, h.stage("$default")); diff != "" {
		t.Error(diff)
	}
	h.badRequest("Deployments cannot be created for stage $default, which deploys automatically", "POST", "/v2/apis/{api}/deployments", `{"stageName":"$default"}`)
	h.badRequest("A deployment cannot be specified for a stage that deploys automatically", "PATCH", "/v2/apis/{api}/stages/$default", `{"deploymentId":"x"}`)
}

// Automatic deployments that nobody serves any more are forgotten, with their snapshots.
func TestAutomaticDeploymentsDoNotPileUp(t *testing.T) {
	h := newHarness(t)
	h.set("api", h.ok(201, "POST", "/v2/apis", `{"name":"q","protocolType":"HTTP","target":"https://example.com"}`)["apiId"])
	for range 30 {
		h.ok(200, "PATCH", "/v2/apis/{api}", `{"description":"x"}`)
	}
	if got := len(h.ok(200, "GET", "/v2/apis/{api}/deployments?maxResults=100", "")["items"].([]any)); got != 11 {
		t.Errorf("%d deployments", got)
	}
	// The protocol, the stage, and for each deployment the snapshot and the definition.
	if got := h.count("serve#{api}"); got != 2+2*11 {
		t.Errorf("%d rows", got)
	}
	if got := h.count("leftovers"); got != 0 {
		t.Errorf("%d leftovers", got)
	}
}

func TestStage(t *testing.T) {
	h := newHarness(t).http().integration(httpProxy)
	h.badRequest("Unable to deploy API because no routes exist in this API", "POST", "/v2/apis/{api}/deployments", `{}`)
	h.ok(201, "POST", "/v2/apis/{api}/routes", `{"routeKey":"GET /{id}","target":"integrations/{integration}"}`)
	h.set("first", h.ok(201, "POST", "/v2/apis/{api}/deployments", `{"description":"d"}`)["deploymentId"])
	h.is(201, "POST", "/v2/apis/{api}/stages", `{"stageName":"prod","deploymentId":"{first}","stageVariables":{"a":"b"},
		"defaultRouteSettings":{"throttlingRateLimit":10},"routeSettings":{"GET /{id}":{"throttlingBurstLimit":5}},
		"accessLogSettings":{"destinationArn":"arn:aws:logs:us-east-1:123456789012:log-group:g","format":"$context.requestId"},"tags":{"t":"v"}}`,
		`{"stageName":"prod","deploymentId":"{first}","autoDeploy":false,"createdDate":"`+nowText+`","lastUpdatedDate":"`+nowText+`","stageVariables":{"a":"b"},
		"defaultRouteSettings":{"detailedMetricsEnabled":false,"throttlingRateLimit":10},"routeSettings":{"GET /{id}":{"throttlingBurstLimit":5}},
		"accessLogSettings":{"destinationArn":"arn:aws:logs:us-east-1:123456789012:log-group:g","format":"$context.requestId"},"tags":{"t":"v"}}`)
	rate, burst := 10.0, 5
	want := &snapshot.Stage{
		APIID: h.fill("{api}"), Name: "prod", DeploymentID: h.fill("{first}"), AccountID: account, Variables: map[string]string{"a": "b"},
		AccessLog: &snapshot.AccessLog{Format: "$context.requestId", DestinationARN: "arn:aws:logs:us-east-1:123456789012:log-group:g"},
		MethodSettings: map[string]snapshot.MethodSetting{
			"*/*":       {RateLimit: &rate},
			"GET /{id}": {RateLimit: &rate, BurstLimit: &burst},
		},
	}
	if diff := cmp.Diff(want, h.stage("prod")); diff != "" {
		t.Error(diff)
	}
	h.ok(204, "DELETE", "/v2/apis/{api}/stages/prod/routesettings/GET%20%2F%7Bid%7D", "")
	h.ok(204, "DELETE", "/v2/apis/{api}/stages/prod/accesslogsettings", "")
	h.ok(204, "DELETE", "/v2/apis/{api}/stages/prod/cache/authorizers", "")
	if got := h.stage("prod"); got.AccessLog != nil || len(got.MethodSettings) != 1 || got.AuthorizersFlushed != now*1000 {
		t.Errorf("served %+v", got)
	}
	h.set("second", h.ok(201, "POST", "/v2/apis/{api}/deployments", `{"stageName":"prod"}`)["deploymentId"])
	if got := h.stage("prod"); got.DeploymentID != h.fill("{second}") || got.AuthorizersFlushed != now*1000 {
		t.Errorf("served %+v", got)
	}
	h.badRequest("Active stages pointing to this deployment must be moved or deleted", "DELETE", "/v2/apis/{api}/deployments/{second}", "")
	h.ok(204, "DELETE", "/v2/apis/{api}/deployments/{first}", "")
	h.ok(200, "PATCH", "/v2/apis/{api}/deployments/{second}", `{"description":"e"}`)
	h.notFound("Invalid Deployment identifier specified {first}", "GET", "/v2/apis/{api}/deployments/{first}", "")
	for _, c := range []struct{ message, body string }{
		{"Stage name only allows a-zA-Z0-9_-", `{"stageName":"$other"}`},
		{"Deployment id does not exist", `{"stageName":"a","deploymentId":"{first}"}`},
		{"Unable to find Route by key GET /x within the provided RouteSettings", ""},
		{"Execution logs are not supported on protocolType HTTP", `{"stageName":"a","defaultRouteSettings":{"loggingLevel":"INFO"}}`},
	} {
		if c.body != "" {
			h.badRequest(c.message, "POST", "/v2/apis/{api}/stages", c.body)
		}
	}
	h.notFound("Unable to find Route by key GET /x within the provided RouteSettings", "POST", "/v2/apis/{api}/stages", `{"stageName":"a","routeSettings":{"GET /x":{}}}`)
	h.conflict("Stage already exists", "POST", "/v2/apis/{api}/stages", `{"stageName":"prod"}`)
	h.ok(204, "DELETE", "/v2/apis/{api}/stages/prod", "")
	h.notFound("Invalid stage identifier specified", "GET", "/v2/apis/{api}/stages/prod", "")
	if h.stage("prod") != nil || h.count("v2stages") != 0 {
		t.Error("the stage is still there")
	}
}

// A stage of an HTTP API is in usage plans as one of a REST API is.
func TestUsagePlan(t *testing.T) {
	h := newHarness(t)
	h.set("api", h.ok(201, "POST", "/v2/apis", `{"name":"q","protocolType":"HTTP","target":"https://example.com"}`)["apiId"])
	h.set("plan", h.ok(201, "POST", "/usageplans", `{"name":"p","apiStages":[{"apiId":"{api}","stage":"$default"}]}`)["id"])
	h.notFound("Invalid API Stage {api: {api}, stage: x} specified for usageplan {plan}", "PATCH", "/usageplans/{plan}",
		`{"patchOperations":[{"op":"add","path":"/apiStages","value":"{api}:x"}]}`)
	h.ok(204, "DELETE", "/v2/apis/{api}/stages/$default", "")
	if stages := h.ok(200, "GET", "/usageplans/{plan}", "")["apiStages"].([]any); len(stages) != 0 {
		t.Errorf("the plan still has %v", stages)
	}
}
