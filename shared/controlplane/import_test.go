package controlplane_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

const petStore = `{
  "openapi": "3.0.1",
  "info": {"title": "store", "version": "1.2"},
  "x-amazon-apigateway-binary-media-types": ["image/png"],
  "x-amazon-apigateway-request-validators": {"params": {"validateRequestParameters": true, "validateRequestBody": false}},
  "x-amazon-apigateway-gateway-responses": {"DEFAULT_4XX": {"statusCode": 418, "responseParameters": {"gatewayresponse.header.X": "'y'"}}},
  "x-amazon-apigateway-documentation": {"documentationParts": [{"location": {"type": "API"}, "properties": {"info": {"description": "d"}}}]},
  "components": {"schemas": {
    "Pet": {"type": "object", "properties": {"owner": {"$ref": "#/components/schemas/Owner"}}},
    "Owner": {"type": "object"}
  }},
  "paths": {
    "/pets/{id}": {
      "get": {
        "operationId": "getPet",
        "x-amazon-apigateway-request-validator": "params",
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "ok", "headers": {"X": {"schema": {"type": "string"}}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}},
        "x-amazon-apigateway-integration": {
          "type": "http", "httpMethod": "GET", "uri": "https://example.com/{id}",
          "requestParameters": {"integration.request.path.id": "method.request.path.id"},
          "responses": {"default": {"statusCode": "200", "responseParameters": {"method.response.header.X": "integration.response.header.X"}}}
        }
      }
    },
    "/health": {"get": {"x-amazon-apigateway-integration": {"type": "mock", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}, "responses": {"default": {"statusCode": 200}}}}}
  }
}`

func TestImportRestApi(t *testing.T) {
	h := newHarness(t)
	h.is(201, "POST", "/restapis?mode=import", petStore,
		`{"apiKeySource":"HEADER","binaryMediaTypes":["image/png"],"createdDate":1700000000,"disableExecuteApiEndpoint":false,"endpointConfiguration":{"ipAddressType":"ipv4","types":["EDGE"]},"id":"0000000001","name":"store","rootResourceId":"0000000002","version":"1.2"}`)
	h.api, h.root = "0000000001", "0000000002"
	byPath := h.resourcesByPath()
	if diff := cmp.Diff([]string{"/", "/health", "/pets", "/pets/{id}"}, sortedKeys(byPath)); diff != "" {
		t.Fatalf("paths (-want +got):\n%s", diff)
	}
	if byPath["/"] != h.root {
		t.Errorf("root %s, want %s", byPath["/"], h.root)
	}
	method := h.ok(200, "GET", "/restapis/{api}/resources/"+byPath["/pets/{id}"]+"/methods/GET", "")
	validators := h.ok(200, "GET", "/restapis/{api}/requestvalidators", "")
	want := map[string]any{
		"apiKeyRequired": false, "authorizationType": "NONE", "httpMethod": "GET", "operationName": "getPet",
		"requestParameters":  map[string]any{"method.request.path.id": true},
		"requestValidatorId": members(validators, "id")[0],
		"methodResponses": map[string]any{"200": map[string]any{
			"statusCode": "200", "responseModels": map[string]any{"application/json": "Pet"},
			"responseParameters": map[string]any{"method.response.header.X": false},
		}},
		"methodIntegration": map[string]any{
			"type": "HTTP", "httpMethod": "GET", "uri": "https://example.com/{id}", "connectionType": "INTERNET",
			"passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000.0, "cacheKeyParameters": []any{},
			"cacheNamespace":    byPath["/pets/{id}"],
			"requestParameters": map[string]any{"integration.request.path.id": "method.request.path.id"},
			"integrationResponses": map[string]any{"200": map[string]any{
				"statusCode": "200", "responseParameters": map[string]any{"method.response.header.X": "integration.response.header.X"},
			}},
		},
	}
	if diff := cmp.Diff(want, method); diff != "" {
		t.Errorf("method (-want +got):\n%s", diff)
	}
	models := h.ok(200, "GET", "/restapis/{api}/models", "")
	if diff := cmp.Diff([]string{"Owner", "Pet"}, members(models, "name")); diff != "" {
		t.Errorf("models (-want +got):\n%s", diff)
	}
	if schema := members(models, "schema")[1]; !strings.Contains(schema, "https://apigateway.amazonaws.com/restapis/0000000001/models/Owner") {
		t.Errorf("reference in %s", schema)
	}
	if got := h.ok(200, "GET", "/restapis/{api}/gatewayresponses/DEFAULT_4XX", ""); got["statusCode"] != "418" || got["defaultResponse"] != false {
		t.Errorf("gateway response %v", got)
	}
	h.deploy(`{"stageName":"prod"}`)
	if _, data := h.served("prod"); data.Len() != 2 {
		t.Errorf("%d methods are served, want 2", data.Len())
	}
}

func TestImportOptions(t *testing.T) {
	swagger := `{"swagger":"2.0","info":{"title":"t","version":"1"},"basePath":"/base","paths":{"/test":{"get":{"x-amazon-apigateway-integration":{"type":"mock"}}}}}`
	for query, path := range map[string]string{"": "/test", "&basepath=ignore": "/test", "&basepath=prepend": "/base/test", "&basepath=split": "/test"} {
		h := newHarness(t)
		h.api = h.ok(201, "POST", "/restapis?mode=import"+query, swagger)["id"].(string)
		if _, ok := h.resourcesByPath()[path]; !ok {
			t.Errorf("%s: resources %v", query, h.resourcesByPath())
		}
	}
	h := newHarness(t)
	h.badRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE", "POST", "/restapis?mode=import&endpointConfigurationTypes=WRONG", swagger)
	if got := h.ok(201, "POST", "/restapis?mode=import&endpointConfigurationTypes=REGIONAL", swagger)["endpointConfiguration"]; fmt.Sprint(got) != "map[ipAddressType:ipv4 types:[REGIONAL]]" {
		t.Errorf("endpoint %v", got)
	}
	warned := strings.Replace(swagger, `{"type":"mock"}`, `{"type":"mock","requestParameters":{"integration.request.header.X":true}}`, 1)
	const warning = "Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.X' of resource '/test' and method 'GET' but got 'true'"
	if got := h.ok(201, "POST", "/restapis?mode=import", warned)["warnings"]; fmt.Sprint(got) != "["+warning+"]" {
		t.Errorf("warnings %v", got)
	}
	h.badRequest("Warnings found during import:\n\t"+warning, "POST", "/restapis?mode=import&failonwarnings=true", warned)
}

// simple is a document with a MOCK method GET on each path.
func simple(paths ...string) string {
	var list []string
	for _, p := range paths {
		list = append(list, fmt.Sprintf(`%q:{"get":{"x-amazon-apigateway-integration":{"type":"mock","requestTemplates":{"application/json":"{\"statusCode\": 200}"}}}}`, p))
	}
	return `{"openapi":"3.0.1","info":{"title":"simple","version":"1"},"paths":{` + strings.Join(list, ",") + `}}`
}

func TestPutRestApiOverwrite(t *testing.T) {
	h := newHarness(t).create()
	keep := h.resource(h.root, "keep")
	h.mock(keep, "POST")
	h.resource(h.root, "gone")
	got := h.ok(200, "PUT", "/restapis/{api}?mode=overwrite", simple("/keep", "/new"))
	if diff := cmp.Diff(any(map[string]any{}), got["tags"]); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	byPath := h.resourcesByPath()
	if diff := cmp.Diff([]string{"/", "/keep", "/new"}, sortedKeys(byPath)); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	if byPath["/keep"] != keep || byPath["/"] != h.root {
		t.Errorf("identifiers of kept paths changed: %v", byPath)
	}
	namespace := func(path string) any {
		return h.ok(200, "GET", "/restapis/{api}/resources/"+byPath[path]+"/methods/GET/integration", "")["cacheNamespace"]
	}
	if namespace("/keep") == keep {
		t.Error("the cache namespace of a kept resource is still its identifier")
	}
	if namespace("/new") != byPath["/new"] {
		t.Errorf("the cache namespace of a new resource is %v, want its identifier", namespace("/new"))
	}
	h.notFound("Invalid Method identifier specified", "GET", "/restapis/{api}/resources/"+keep+"/methods/POST", "")
	h.is(200, "GET", "/restapis/{api}/models", "", `{"item":[]}`)
	if n := h.count("leftovers"); n != 0 {
		t.Errorf("%d leftovers", n)
	}
}

func TestPutRestApiMerge(t *testing.T) {
	h := newHarness(t).create()
	keep := h.resource(h.root, "keep")
	h.mock(keep, "POST")
	h.resource(h.root, "stays")
	h.ok(200, "PUT", "/restapis/{api}", simple("/keep", "/new"))
	if diff := cmp.Diff([]string{"/", "/keep", "/new", "/stays"}, sortedKeys(h.resourcesByPath())); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	h.ok(200, "GET", "/restapis/{api}/resources/"+keep+"/methods/POST", "")
	h.ok(200, "GET", "/restapis/{api}/resources/"+keep+"/methods/GET", "")
	h.badRequest("Errors found during import:\n\tUnable to create resource at path '/{x}': A sibling ({id}) of this resource already has a variable path part -- only one is allowed",
		"PUT", func() string { h.resource(h.root, "{id}"); return "/restapis/{api}" }(), simple("/{x}"))
}

// broken is a store that fails from some write on.
type broken struct {
	controlplane.Store
	left int // writes that still work; negative for all
}

var errBroken = errors.New("the store is broken")

func (b *broken) works() bool {
	if b.left == 0 {
		return false
	}
	b.left--
	return true
}

func (b *broken) Transact(ctx context.Context, writes []store.Write) error {
	if !b.works() {
		return errBroken
	}
	return b.Store.Transact(ctx, writes)
}

// PutAll writes half of the items before it fails, as a table may.
func (b *broken) PutAll(ctx context.Context, items []store.Item) error {
	if !b.works() {
		return errors.Join(errBroken, b.Store.PutAll(ctx, items[:len(items)/2]))
	}
	return b.Store.PutAll(ctx, items)
}

func TestImportIsAllOrNothing(t *testing.T) {
	var paths []string
	for i := range 150 {
		paths = append(paths, fmt.Sprintf("/p%d", i))
	}
	document := simple(paths...)
	for works := range 4 {
		t.Run(fmt.Sprintf("%d writes work", works), func(t *testing.T) {
			memory, err := embedded.Open(embedded.Memory, embedded.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = memory.Close() }()
			b := &broken{Store: memory, left: -1}
			h := newHarnessOn(t, b).create()
			h.mock(h.root, "GET")
			before := h.ok(200, "GET", "/restapis/{api}/resources?limit=500&embed=methods", "")
			api := h.ok(200, "GET", "/restapis/{api}", "")

			b.left = works
			status, _, _ := h.do("PUT", "/restapis/{api}?mode=overwrite", document)
			b.left = -1
			if works < 3 {
				if status != 500 {
					t.Fatalf("status %d from a broken store", status)
				}
				if diff := cmp.Diff(before, h.ok(200, "GET", "/restapis/{api}/resources?limit=500&embed=methods", "")); diff != "" {
					t.Errorf("definition after a failed import (-before +after):\n%s", diff)
				}
				if diff := cmp.Diff(api, h.ok(200, "GET", "/restapis/{api}", "")); diff != "" {
					t.Errorf("API after a failed import (-before +after):\n%s", diff)
				}
			} else if status != 200 { // announce, rows and the change of generation are three writes
				t.Fatalf("status %d, want 200: only clearing up failed", status)
			}
			// A later import works and clears up what a failed one left.
			h.clock.Store(3600)
			h.ok(200, "PUT", "/restapis/{api}?mode=overwrite", document)
			if n := len(h.ok(200, "GET", "/restapis/{api}/resources?limit=500", "")["item"].([]any)); n != 151 {
				t.Errorf("%d resources, want 151", n)
			}
			if n := h.count("leftovers"); n != 0 {
				t.Errorf("%d leftovers", n)
			}
			h.deploy(`{}`)
		})
	}
}

func TestFailedImportCreatesNothing(t *testing.T) {
	memory, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = memory.Close() }()
	h := newHarnessOn(t, &broken{Store: memory, left: 0})
	if status, _, _ := h.do("POST", "/restapis?mode=import", petStore); status != 500 {
		t.Errorf("status %d", status)
	}
	h.is(200, "GET", "/restapis", "", `{"item":[]}`)
}

// A store that dies while a deployment is made leaves the stage where it is.
func TestDeploymentIsAllOrNothing(t *testing.T) {
	for works := range 3 {
		memory, err := embedded.Open(embedded.Memory, embedded.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := &broken{Store: memory, left: -1}
		h := newHarnessOn(t, b).create()
		h.mock(h.root, "GET")
		first := h.deploy(`{"stageName":"prod"}`)
		b.left = works
		if status, _, _ := h.do("POST", "/restapis/{api}/deployments", `{"stageName":"prod"}`); status != 500 {
			t.Errorf("%d writes work: status %d", works, status)
		}
		b.left = -1
		if pointer, _ := h.served("prod"); pointer.DeploymentID != first {
			t.Errorf("%d writes work: the stage moved", works)
		}
		if err := memory.Close(); err != nil {
			t.Error(err)
		}
	}
}

// rival changes the API in the store before each transaction of others.
type rival struct {
	controlplane.Store
	api   store.Key
	races int
}

func (r *rival) Transact(ctx context.Context, writes []store.Write) error {
	if r.races > 0 {
		r.races--
		item, err := r.Store.Get(ctx, r.api)
		if err != nil {
			return err
		}
		if err := r.Store.Transact(ctx, []store.Write{store.Put(item)}); err != nil {
			return err
		}
	}
	return r.Store.Transact(ctx, writes)
}

func TestLostRaces(t *testing.T) {
	memory, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = memory.Close() }()
	r := &rival{Store: memory}
	h := newHarnessOn(t, r).create()
	r.api = store.Key{Partition: "restapis", Sort: h.api}
	r.races = 2
	h.resource(h.root, "a") // runs again until it wins
	r.races = 1000
	h.refused(409, "ConflictException", "Unable to complete operation due to concurrent modification. Please try again later.",
		"POST", "/restapis/{api}/resources/{root}", `{"pathPart":"b"}`)
}
