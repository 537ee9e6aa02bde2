package rest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// petModels are two models, one of which refers to the other.
var petModels = map[string]string{
	"Pet":  `{"type":"object","required":["name","kind"],"properties":{"name":{"type":"string"},"kind":{"enum":["cat","dog","fish"]}}}`,
	"Pets": `{"type":"array","items":{"$ref":"https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/Pet"}}`,
}

func validated(path, method string, models map[string]string) snapshot.Method {
	m := mock(path, method)
	m.Integration.PassthroughBehavior = "WHEN_NO_MATCH"
	m.Integration.RequestTemplates = append(m.Integration.RequestTemplates, snapshot.Template{ContentType: "text/plain", Text: `{"statusCode":200}`})
	m.RequestModels = models
	return m
}

// REST data plane spec, 10; recorded answers, 7 and 8.
func TestBodyValidation(t *testing.T) {
	both := validated("/both/{id}", "POST", map[string]string{"application/json": "Pet"})
	both.RequiredParameters = []string{"method.request.querystring.q"}
	f := fixture{
		api: snapshot.API{Models: petModels, GatewayResponses: map[string]snapshot.GatewayResponse{"BAD_REQUEST_BODY": {
			Templates: []snapshot.Template{{ContentType: "application/json", Text: `$context.error.message|$context.error.validationErrorString`}}}}},
		methods: []snapshot.Method{validated("/pet", "ANY", map[string]string{"application/json": "Pet", "Application/Vnd.Pets+json; v=1": "Pets"}), both, mock("/free", "POST")},
	}
	const cat = `{"name":"Tom","kind":"cat"}`
	for _, c := range []struct {
		request, contentType, body string
		want                       string // of the message and the details; "" is success
	}{
		{"POST /pet", "application/json", cat, ""},
		{"POST /pet", "", cat, ""},
		{"POST /pet", "APPLICATION/JSON; charset=utf-8", cat, ""},
		{"POST /pet", "", `{"name":"Tom"}`, `Invalid request body|[object has missing required properties (["kind"])]`},
		{"POST /pet", "application/json", `{}`, `Invalid request body|[object has missing required properties (["kind","name"])]`},
		{"POST /pet", "application/json", `{"name":"Tweety","kind":"bird"}`, `Invalid request body|[instance value ("bird") not found in enum (possible values: ["cat","dog","fish"])]`},
		{"POST /pet", "application/json", `"Tom"`, `Invalid request body|[instance type (string) does not match any allowed primitive type (allowed: ["object"])]`},
		{"POST /pet", "application/json", `{"name"`, `Invalid request body|[Unknown error parsing request body]`},
		{"POST /pet", "application/json", ``, `Invalid request body|[Unknown error parsing request body]`},
		{"GET /pet", "", ``, `Invalid request body|[Unknown error parsing request body]`},
		{"POST /pet", "text/plain", `{}`, ""},
		{"POST /pet", "application/vnd.pets+json", `[` + cat + `,{"name":1,"kind":"dog"}]`, `Invalid request body|[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{"POST /both/1?q=x", "", cat, ""},
		{"POST /both/1?q=x", "", `{}`, `Invalid request body|[object has missing required properties (["kind","name"])]`},
		{"POST /both/1", "", `{}`, `{"message": "Missing required request parameters: [q]"}`},
		{"POST /free", "", `{`, ""},
	} {
		headers := []string{}
		if c.contentType != "" {
			headers = append(headers, "Content-Type", c.contentType)
		}
		got := f.do(t, c.request, c.body, headers...)
		switch {
		case c.want == "":
			if got.get("x-amzn-ErrorType") != "" {
				t.Errorf("%s %s %s: %d %s", c.request, c.contentType, c.body, got.status, got.body)
			}
		case got.status != 400 || got.body != c.want || got.get("x-amzn-ErrorType") != "BadRequestException":
			t.Errorf("%s %s %s: %d %s, want %s", c.request, c.contentType, c.body, got.status, got.body, c.want)
		}
	}
	f.api.GatewayResponses = nil
	if got := f.do(t, "POST /pet", "{}"); got.body != `{"message": "Invalid request body"}` {
		t.Errorf("without a gateway response of the API: %s", got.body)
	}
}

// What the client sent reaches the backend as it was.
func TestValidatedBodyGoesOn(t *testing.T) {
	b := newBackend(t, nil)
	m := httpMethod("HTTP_PROXY", "/pet", "POST", b.URL)
	m.RequestModels = map[string]string{"application/json": "Pet"}
	f := fixture{api: snapshot.API{Models: petModels}, methods: []snapshot.Method{m}}
	const body = ` {"name":"Tom", "kind":"cat","name":"Tom"} `
	if got := f.do(t, "POST /pet", body); got.status != 200 || b.body != body {
		t.Errorf("%d, the backend got %q", got.status, b.body)
	}
	b.body = "nothing"
	if got := f.do(t, "POST /pet", "{}"); got.status != 400 || b.body != "nothing" {
		t.Errorf("%d, the backend got %q", got.status, b.body)
	}
}

// A snapshot that no deployment has written.
func TestBrokenModels(t *testing.T) {
	f := fixture{api: snapshot.API{Models: map[string]string{"M": `{"type":"wrong"}`}}, methods: []snapshot.Method{
		validated("/wrong", "POST", map[string]string{"application/json": "M"}), validated("/none", "POST", map[string]string{"application/json": "N"})}}
	for _, path := range []string{"/wrong", "/none"} {
		if got := f.do(t, "POST "+path, "{}"); got.status != 500 || got.body != `{"message": "Internal server error"}` {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// Requests that meet at a model that nobody has compiled yet.
func TestModelsAreShared(t *testing.T) {
	s := fixture{api: snapshot.API{Models: petModels}, methods: []snapshot.Method{mock("/a", "GET")}}.stage(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := s.models.schema("Pets"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	first, _ := s.models.schema("Pets")
	if again, _ := s.models.schema("Pets"); first != again {
		t.Error("the model was compiled again")
	}
}

// REST data plane spec, 10 and 15; the line is a recorded one.
func TestBodyValidationInTestInvocations(t *testing.T) {
	data, err := snapshot.Build(snapshot.API{ID: "a1b2c3d4e5", DeploymentID: "test-invoke", Models: petModels}, []snapshot.Method{validated("/pet", "POST", map[string]string{"application/json": "Pet"})})
	if err != nil {
		t.Fatal(err)
	}
	f := fixture{}
	result, err := f.pipeline(t).Test(context.Background(), snapshot.Test{Snapshot: data, HTTPMethod: "POST", Path: "/pet", Body: []byte(`{"name":"Tom"}`)}, "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	if result.Status != 400 || string(result.Body) != `{"message": "Invalid request body"}` {
		t.Errorf("%d %s", result.Status, result.Body)
	}
	const line = `Request body does not match model schema for content type application/json: [object has missing required properties (["kind"])]`
	if !strings.Contains(result.Log, " : "+line+"\n") {
		t.Errorf("the log does not tell why:\n%s", result.Log)
	}
}
