package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const (
	mockDefinition   = `{"openapi":"3.0.1","info":{"title":"pets","version":"1"},"paths":{"/pets":{"get":{"responses":{"200":{"description":"ok"}},"x-amazon-apigateway-integration":{"type":"mock","requestTemplates":{"application/json":"{\"statusCode\":200}"},"responses":{"default":{"statusCode":"200"}}}}}}}`
	brokenDefinition = `{"openapi":"3.0.1","info":{"title":"pets","version":"1"},"paths":{"/pets":{"get":{"responses":{"200":{"description":"ok"}}}}}}`
)

// cloudFormation is a control plane on a store in memory, behind the function's handler.
type cloudFormation struct {
	t       *testing.T
	service *controlplane.Service
	invoke  func(context.Context, json.RawMessage) (any, error)
	objects map[string]string
	answers chan []byte
	url     string
}

type answer struct {
	Status, Reason, PhysicalResourceId string
	RequestId, LogicalResourceId       string
	Data                               map[string]string
}

func newCloudFormation(t *testing.T) *cloudFormation {
	db, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := &cloudFormation{t: t, objects: map[string]string{"good": mockDefinition, "broken": brokenDefinition, "text": "no definition"}, answers: make(chan []byte, 1)}
	c.service = controlplane.New(controlplane.Config{Store: db, Account: "123456789012", Region: "us-east-1"})
	resource := &customResource{
		log:     slog.New(slog.DiscardHandler),
		service: func() (*controlplane.Service, error) { return c.service, nil },
		fetch: func(_ context.Context, bucket, key string) ([]byte, error) {
			if body, found := c.objects[key]; found && bucket == "assets" {
				return []byte(body), nil
			}
			return nil, errors.New("status 404")
		},
	}
	c.invoke = withCustomResource(func(context.Context, json.RawMessage) (any, error) { return "HTTP", nil }, resource)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.answers <- body
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// send sends an event and returns what CloudFormation was told.
func (c *cloudFormation) send(kind, id string, properties, old map[string]any) answer {
	c.t.Helper()
	event, _ := json.Marshal(map[string]any{
		"RequestType": kind, "ResponseURL": c.url, "RequestId": "r-1", "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/s/1",
		"LogicalResourceId": "Pets", "ResourceType": "Custom::PosternRestApi", "PhysicalResourceId": id, "ResourceProperties": properties, "OldResourceProperties": old,
	})
	if _, err := c.invoke(c.t.Context(), event); err != nil {
		c.t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(<-c.answers, &a); err != nil {
		c.t.Fatal(err)
	}
	if a.RequestId != "r-1" || a.LogicalResourceId != "Pets" {
		c.t.Errorf("answer %+v", a)
	}
	return a
}

func (c *cloudFormation) stage(id, name string) *apigateway.Stage {
	stage, err := c.service.GetStage(c.t.Context(), &apigateway.GetStageRequest{RestApiId: &id, StageName: &name})
	if err != nil {
		return nil
	}
	return stage
}

func (c *cloudFormation) apis() int {
	list, err := c.service.GetRestApis(c.t.Context(), &apigateway.GetRestApisRequest{})
	if err != nil {
		c.t.Fatal(err)
	}
	return len(list.Items)
}

func properties(key string, pairs ...any) map[string]any {
	p := map[string]any{"ServiceToken": "arn", "Definition": map[string]string{"Bucket": "assets", "Key": key}, "Stage": "prod"}
	for i := 0; i < len(pairs); i += 2 {
		p[pairs[i].(string)] = pairs[i+1]
	}
	return p
}

// An API's life, with a failed update in it: the stage stays on what it served, and CloudFormation's
// update back to the old properties ends where it began.
func TestCustomResourceLife(t *testing.T) {
	c := newCloudFormation(t)
	first := properties("good", "Variables", map[string]string{"a": "1", "b": "2"}, "RateLimit", "10", "BurstLimit", "20")
	created := c.send("Create", "", first, nil)
	id := created.PhysicalResourceId
	if created.Status != "SUCCESS" || created.Data["RestApiId"] != id || created.Data["StageName"] != "prod" || created.Data["DeploymentId"] == "" {
		t.Fatalf("%+v", created)
	}
	stage := c.stage(id, "prod")
	if stage == nil || stage.Variables["b"] != "2" || *stage.MethodSettings["*/*"].ThrottlingRateLimit != 10 || *stage.MethodSettings["*/*"].ThrottlingBurstLimit != 20 {
		t.Fatalf("stage %+v", stage)
	}

	failed := c.send("Update", id, properties("broken"), first)
	if failed.Status != "FAILED" || failed.PhysicalResourceId != id || !strings.Contains(failed.Reason, "deploy") {
		t.Errorf("%+v", failed)
	}
	if s := c.stage(id, "prod"); *s.DeploymentId != created.Data["DeploymentId"] {
		t.Error("a failed update moved the stage")
	}
	if back := c.send("Update", id, first, properties("broken")); back.Status != "SUCCESS" {
		t.Errorf("the way back: %+v", back)
	}

	renamed := properties("good", "Stage", "next", "Variables", map[string]string{"a": "3"})
	if a := c.send("Update", id, renamed, first); a.Status != "SUCCESS" || a.PhysicalResourceId != id || a.Data["StageName"] != "next" {
		t.Errorf("%+v", a)
	}
	if c.stage(id, "prod") != nil || c.stage(id, "next") == nil {
		t.Error("the stage was not replaced")
	}
	plain := properties("good", "Stage", "next")
	if a := c.send("Update", id, plain, renamed); a.Status != "SUCCESS" || len(c.stage(id, "next").Variables) != 0 {
		t.Errorf("%+v, variables %v", a, c.stage(id, "next").Variables)
	}

	for range 2 { // what is gone already is no failure
		if a := c.send("Delete", id, plain, nil); a.Status != "SUCCESS" || a.PhysicalResourceId != id {
			t.Errorf("%+v", a)
		}
	}
	if c.apis() != 0 {
		t.Error("the API is still there")
	}
}

func TestCustomResourceThatCannotBeMade(t *testing.T) {
	c := newCloudFormation(t)
	for name, p := range map[string]struct {
		properties map[string]any
		says       string
	}{
		"not an OpenAPI document": {properties("text"), "import the definition"},
		"not deployable":          {properties("broken"), "deploy"},
		"bad variable":            {properties("good", "Variables", map[string]string{"a b": "?"}), ""},
		"no object":               {properties("gone"), "read the definition: status 404"},
		"no stage":                {properties("good", "Stage", ""), "Stage is missing"},
		"half a throttle":         {properties("good", "RateLimit", "1"), "belong together"},
		"unknown property":        {properties("good", "Stgae", "x"), "Stgae"},
	} {
		a := c.send("Create", "", p.properties, nil)
		if a.Status != "FAILED" || !strings.Contains(a.Reason, p.says) || a.PhysicalResourceId == "" {
			t.Errorf("%s: %+v", name, a)
		}
		// CloudFormation deletes what it was told, even if that never was.
		if d := c.send("Delete", a.PhysicalResourceId, p.properties, nil); d.Status != "SUCCESS" {
			t.Errorf("%s: delete: %+v", name, d)
		}
	}
	if c.apis() != 0 {
		t.Error("failed creations left APIs behind")
	}
}

// Whatever a client writes into a body stays a body.
func TestOnlyEventsOfCloudFormationAreProvisioned(t *testing.T) {
	c := newCloudFormation(t)
	for _, event := range []string{
		`{"version":"2.0","rawPath":"/restapis","body":"{\"RequestType\":\"Delete\",\"ResponseURL\":\"http://127.0.0.1\"}"}`,
		`{"version":"2.0","headers":{"ResponseURL":"x"}}`,
		`{"RequestType":"Delete"}`,
		`not JSON "ResponseURL"`,
	} {
		if got, err := c.invoke(t.Context(), json.RawMessage(event)); got != "HTTP" || err != nil {
			t.Errorf("%s: %v, %v", event, got, err)
		}
	}
}

func TestReadDefinition(t *testing.T) {
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		if r.URL.Path != "/assets/key.yaml" {
			http.Error(w, "NoSuchKey", http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, "openapi: 3.0.1")
	}))
	defer server.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	c := newCustomResource(settings{table: "t", account: "123456789012", region: "eu-central-1"}, func(name string) string {
		return map[string]string{"AWS_ENDPOINT_URL_S3": server.URL + "/"}[name]
	}, slog.New(slog.DiscardHandler))
	body, err := c.fetch(t.Context(), "assets", "key.yaml")
	if err != nil || string(body) != "openapi: 3.0.1" || !strings.Contains(got.Header.Get("Authorization"), "/eu-central-1/s3/aws4_request") {
		t.Errorf("%q, %v, %v", body, err, got.Header)
	}
	if _, err := c.fetch(t.Context(), "assets", "none"); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a missing object: %v", err)
	}
}
