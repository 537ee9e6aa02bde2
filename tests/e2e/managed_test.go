package e2e

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/runtimeapi"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/store/dynamodb/dynamodblocal"
)

// what the API of TestManagedStages tells of a request.
type told struct {
	API, Stage, Path, ResourcePath, ID, SourceIP, UserArn, Domain, Color, Method string
}

const telling = `{"api":"$context.apiId","stage":"$context.stage","path":"$context.path","resourcePath":"$context.resourcePath","id":"$input.params('id')",` +
	`"sourceIp":"$context.identity.sourceIp","userArn":"$context.identity.userArn","domain":"$context.domainName","color":"$stageVariables.color","method":"$context.httpMethod"}`

// Stages that somebody manages in the console of API Gateway, with a proxy integration to the proxy
// function: their events reach the API and stage that the stage variables name, with the caller's identity
// and without the parts of the path that belong to the stage in front.
func TestManagedStages(t *testing.T) {
	t.Parallel()
	address := dynamodblocal.Start(t)
	if err := dynamodb.CreateTable(t.Context(), dynamodblocal.Client(address), "postern"); err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{
		"POSTERN_TABLE": "postern", "POSTERN_ACCOUNT": "123456789012", "AWS_ENDPOINT_URL_DYNAMODB": address,
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
	}
	var log lockedBuffer
	functions, err := runtimeapi.New(runtimeapi.Config{Log: &log, Environ: os.Environ()},
		runtimeapi.Function{Name: "proxy", Command: []string{filepath.Join(bin, "proxy")}, Environment: environment, Timeout: patience},
		runtimeapi.Function{Name: "controlplane", Command: []string{filepath.Join(bin, "controlplane")}, Environment: environment, Timeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = functions.Close(t.Context())
		if t.Failed() {
			t.Logf("the functions said:\n%s", log.String())
		}
	})
	api := deployTelling(t, functions)

	for _, c := range []struct {
		name, file string
		replace    []string // pairs of old and new in the file
		want       told
	}{
		{"REST API", "rest-1.0.json", nil,
			told{Path: "/local/pets/7", SourceIP: "203.0.113.7", Domain: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", Method: "GET"}},
		{"REST API whose stage verified a signature", "rest-1.0.json",
			[]string{`"accessKey": null`, `"accessKey": "ASIAEXAMPLE"`, `"userArn": null`, `"userArn": "arn:aws:iam::123456789012:user/alice"`,
				`"accountId": null`, `"accountId": "123456789012"`, `pets/7`, `signed/7`},
			told{Path: "/local/signed/7", ResourcePath: "/signed/{id}", SourceIP: "203.0.113.7", UserArn: "arn:aws:iam::123456789012:user/alice", Domain: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", Method: "GET"}},
		{"REST API behind a custom domain's base path", "rest-1.0.json",
			[]string{`"path": "/pets/7"`, `"path": "/shop/pets/7"`, `"path": "/local/pets/7"`, `"path": "/shop/pets/7"`,
				`a1b2c3d4e5.execute-api.us-east-1.amazonaws.com`, `api.example.com`},
			told{Path: "/local/pets/7", SourceIP: "203.0.113.7", Domain: "api.example.com", Method: "GET"}},
		{"HTTP API, stage $default", "http-2.0.json", []string{`"rawPath": "/pets"`, `"rawPath": "/pets/7"`},
			told{Path: "/pets/7", SourceIP: "203.0.113.7", Domain: "f6g7h8i9j0.execute-api.us-east-1.amazonaws.com", Method: "OPTIONS"}},
		{"HTTP API, stage in the path", "http-2.0.json", []string{`"rawPath": "/pets"`, `"rawPath": "/live/pets/7"`, `"stage": "$default"`, `"stage": "live"`},
			told{Path: "/live/pets/7", SourceIP: "203.0.113.7", Domain: "f6g7h8i9j0.execute-api.us-east-1.amazonaws.com", Method: "OPTIONS"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.want.API, c.want.Stage, c.want.ID, c.want.Color = api, "prod", "7", "green"
			c.want.ResourcePath = cmp.Or(c.want.ResourcePath, "/pets/{id}")
			if got := invokeManaged(t, functions, c.file, map[string]string{"posternApi": api, "posternStage": "prod", "color": "green"}, c.replace); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
	t.Run("its own variables stand where the stage in front has none", func(t *testing.T) {
		if got := invokeManaged(t, functions, "rest-1.0.json", map[string]string{"posternApi": api, "posternStage": "prod"}, nil); got.Color != "blue" {
			t.Errorf("color %q, want blue", got.Color)
		}
	})
}

// deployTelling makes the API in the table and returns its id.
func deployTelling(t *testing.T, functions *runtimeapi.Server) string {
	t.Helper()
	integration := map[string]any{
		"type": "mock", "requestTemplates": map[string]string{"application/json": `{"statusCode":200}`},
		"responses": map[string]any{"default": map[string]any{"statusCode": "200", "responseTemplates": map[string]string{"application/json": telling}}},
	}
	path := func(authorization string) map[string]any {
		return map[string]any{
			"parameters": []any{map[string]any{"name": "id", "in": "path", "required": true, "schema": map[string]string{"type": "string"}}},
			"x-amazon-apigateway-any-method": map[string]any{
				"responses":                       map[string]any{"200": map[string]string{"description": "ok"}},
				"x-amazon-apigateway-auth":        map[string]string{"type": authorization},
				"x-amazon-apigateway-integration": integration,
			},
		}
	}
	document, err := json.Marshal(map[string]any{
		"openapi": "3.0.1", "info": map[string]string{"title": "tells", "version": "1"},
		"paths": map[string]any{"/pets/{id}": path("NONE"), "/signed/{id}": path("AWS_IAM")},
	})
	if err != nil {
		t.Fatal(err)
	}
	made := invokeURL(t, functions, "controlplane", "POST", "/restapis?mode=import", string(document))
	var api struct{ ID string }
	if err := json.Unmarshal([]byte(made.body), &api); err != nil || made.status != 201 {
		t.Fatalf("import: %v", made)
	}
	if a := invokeURL(t, functions, "controlplane", "POST", "/restapis/"+api.ID+"/deployments", `{"stageName":"prod","variables":{"color":"blue"}}`); a.status != 201 {
		t.Fatalf("deploy: %v", a)
	}
	return api.ID
}

// invokeManaged sends a sample event with stage variables to the proxy and returns what the API tells.
func invokeManaged(t *testing.T, functions *runtimeapi.Server, file string, variables map[string]string, replace []string) told {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "events", file))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(string(text), replace[i]) {
			t.Fatalf("%s has no %s", file, replace[i])
		}
	}
	var event map[string]any
	if err := json.Unmarshal([]byte(strings.NewReplacer(replace...).Replace(string(text))), &event); err != nil {
		t.Fatal(err)
	}
	event["stageVariables"] = variables
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	result, err := functions.Invoke(t.Context(), runtimeapi.Invocation{Function: "proxy", Payload: payload})
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		StatusCode int
		Body       string
	}
	var got told
	if err := json.Unmarshal(result.Payload, &answer); err != nil || answer.StatusCode != 200 {
		t.Fatalf("%s: %s", file, result.Payload)
	}
	if err := json.Unmarshal([]byte(answer.Body), &got); err != nil {
		t.Fatalf("%s: %s", file, answer.Body)
	}
	return got
}
