package controlplane_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const partsPath = "/restapis/{api}/documentation/parts"

func TestDocumentationParts(t *testing.T) {
	h := newHarness(t).create()
	cases := []struct{ name, location, stored string }{
		{"of the API", `{"type":"API"}`, `{"type":"API"}`},
		{"defaults of a method", `{"type":"METHOD"}`, `{"type":"METHOD","path":"/","method":"*"}`},
		{"defaults of a response header", `{"type":"RESPONSE_HEADER","name":"X","path":"/pets"}`, `{"type":"RESPONSE_HEADER","name":"X","path":"/pets","method":"*","statusCode":"*"}`},
		{"empty members are absent", `{"type":"MODEL","name":"Pet","path":""}`, `{"type":"MODEL","name":"Pet"}`},
		{"all members", `{"type":"RESPONSE","path":"/pets","method":"GET","statusCode":"200"}`, `{"type":"RESPONSE","path":"/pets","method":"GET","statusCode":"200"}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			id := h.ok(201, "POST", partsPath, `{"location":`+c.location+`,"properties":"{\"x-own\":1}"}`)["id"].(string)
			h.is(200, "GET", partsPath+"/"+id, "", `{"id":"`+id+`","location":`+c.stored+`,"properties":"{\"x-own\":1}"}`)
			h.is(200, "PATCH", partsPath+"/"+id, patch("replace", "/properties", `{"description":"d"}`), `{"id":"`+id+`","location":`+c.stored+`,"properties":"{\"description\":\"d\"}"}`)
		})
	}
	got := h.ok(200, "GET", partsPath, "")
	var types []string
	for _, item := range got["item"].([]any) {
		types = append(types, item.(map[string]any)["location"].(map[string]any)["type"].(string))
	}
	if diff := cmp.Diff([]string{"API", "METHOD", "MODEL", "RESPONSE", "RESPONSE_HEADER"}, types); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	for query, want := range map[string]int{"type=METHOD": 1, "name=Pet": 1, "path=/pets": 2, "path=/": 1, "name=none": 0, "locationStatus=DOCUMENTED": 5, "limit=2": 2} {
		if got := h.ok(200, "GET", partsPath+"?"+query, ""); len(got["item"].([]any)) != want {
			t.Errorf("%s: %v, want %d parts", query, got, want)
		}
	}
	first := h.ok(200, "GET", partsPath+"?limit=3", "")
	rest := h.ok(200, "GET", partsPath+"?limit=3&position="+url.QueryEscape(first["position"].(string)), "")
	if len(rest["item"].([]any)) != 2 || rest["position"] != nil {
		t.Errorf("second page: %v", rest)
	}
}

func TestDocumentationPartRefusals(t *testing.T) {
	h := newHarness(t).create()
	part := func(location string) string { return `{"location":` + location + `,"properties":"{}"}` }
	h.refused(400, "ValidationException", "1 validation error detected: Value 'X' at 'createDocumentationPartInput.location.type' failed to satisfy constraint: Member must satisfy enum value set: [RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER]",
		"POST", partsPath, part(`{"type":"X"}`))
	h.badRequest("Invalid documentation part location specified: a location of type API has no path", "POST", partsPath, part(`{"type":"API","path":"/"}`))
	h.badRequest("Invalid documentation part location specified: a location of type RESOURCE has no method", "POST", partsPath, part(`{"type":"RESOURCE","method":"GET"}`))
	h.badRequest("Invalid documentation part location specified: a location of type MODEL needs a name", "POST", partsPath, part(`{"type":"MODEL"}`))
	h.badRequest("Invalid documentation part location specified: the path pets does not start with a slash", "POST", partsPath, part(`{"type":"RESOURCE","path":"pets"}`))
	h.badRequest("Invalid documentation part location specified: the method is none of GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY,*", "POST", partsPath, part(`{"type":"METHOD","method":"BREW"}`))
	for _, properties := range []string{"", "text", "[]", "null"} {
		h.badRequest("Invalid documentation part properties specified. Must be a JSON object", "POST", partsPath, `{"location":{"type":"API"},"properties":"`+properties+`"}`)
	}
	id := h.ok(201, "POST", partsPath, part(`{"type":"METHOD","path":"/pets"}`))["id"].(string)
	// A member that is left out is the same as its default.
	h.refused(409, "ConflictException", "Documentation part already exists for the specified location: type 'METHOD', path '/pets', method '*'.", "POST", partsPath, part(`{"type":"METHOD","path":"/pets","method":"*"}`))
	one := partsPath + "/" + id
	h.badRequest("Invalid patch path  '/location' specified for op 'replace'. Must be one of: [/properties]", "PATCH", one, patch("replace", "/location", "x"))
	h.badRequest("Invalid documentation part properties specified. Must be a JSON object", "PATCH", one, patch("replace", "/properties", "1"))
	h.ok(202, "DELETE", one, "")
	const missing = "Invalid Documentation part identifier specified"
	for _, call := range [][2]string{{"GET", ""}, {"DELETE", ""}, {"PATCH", patch("replace", "/properties", "{}")}} {
		h.notFound(missing, call[0], one, call[1])
	}
	h.notFound(missing, "GET", "/restapis/nosuchapi0/documentation/parts/x", "")
	const noAPI = "Invalid API identifier specified " + account + ":nosuchapi0"
	h.notFound(noAPI, "DELETE", "/restapis/nosuchapi0/documentation/parts/x", "")
	h.notFound(noAPI, "POST", "/restapis/nosuchapi0/documentation/parts", part(`{"type":"API"}`))
	h.notFound(noAPI, "GET", "/restapis/nosuchapi0/documentation/parts", "")
}

func TestUndocumentedPlaces(t *testing.T) {
	h := newHarness(t).create()
	h.ok(201, "PUT", "/restapis/{api}/resources/{root}/methods/GET", `{"authorizationType":"NONE","requestParameters":{"method.request.querystring.q":false}}`)
	h.ok(201, "PUT", "/restapis/{api}/resources/{root}/methods/GET/responses/200", `{"responseParameters":{"method.response.header.X":false}}`)
	h.ok(201, "POST", partsPath, `{"location":{"type":"MODEL","name":"Error"},"properties":"{}"}`)
	got := h.ok(200, "GET", partsPath+"?locationStatus=UNDOCUMENTED", "")
	want := []string{
		`{"location":{"type":"API"}}`,
		`{"location":{"method":"GET","path":"/","type":"METHOD"}}`,
		`{"location":{"name":"Empty","type":"MODEL"}}`,
		`{"location":{"method":"GET","name":"q","path":"/","type":"QUERY_PARAMETER"}}`,
		`{"location":{"path":"/","type":"RESOURCE"}}`,
		`{"location":{"method":"GET","path":"/","statusCode":"200","type":"RESPONSE"}}`,
		`{"location":{"method":"GET","name":"X","path":"/","statusCode":"200","type":"RESPONSE_HEADER"}}`,
	}
	var found []string
	for _, item := range got["item"].([]any) {
		b, err := json.Marshal(item)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, string(b))
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// documented is a document with parts; its paths, which are none of this operation's business,
// would be refused.
func documented(parts string) string {
	return `{"openapi":"3.0.1","info":{"title":"t","version":"1"},"paths":{"no slash":{}},
	  "x-amazon-apigateway-documentation":{"version":"1","documentationParts":[` + parts + `]}}`
}

func TestImportDocumentationParts(t *testing.T) {
	h := newHarness(t).create()
	api := h.ok(201, "POST", partsPath, `{"location":{"type":"API"},"properties":"{}"}`)["id"].(string)
	got := h.ok(200, "PUT", partsPath, documented(`{"location":{"type":"METHOD"},"properties":{"summary":"s"}},{"location":{"type":"API"},"properties":{"info":{}}}`))
	ids := got["ids"].([]any)
	if len(ids) != 2 || ids[1] != api || got["warnings"] != nil {
		t.Fatalf("import: %v", got)
	}
	h.is(200, "GET", partsPath+"/"+api, "", `{"id":"`+api+`","location":{"type":"API"},"properties":"{\"info\":{}}"}`)
	h.is(200, "GET", partsPath+"/"+ids[0].(string), "", `{"id":"`+ids[0].(string)+`","location":{"type":"METHOD","path":"/","method":"*"},"properties":"{\"summary\":\"s\"}"}`)

	got = h.ok(200, "PUT", partsPath+"?mode=overwrite&failonwarnings=true", documented(`{"location":{"type":"MODEL","name":"Pet"},"properties":{}}`))
	left := h.ok(200, "GET", partsPath, "")["item"].([]any)
	if len(left) != 1 || left[0].(map[string]any)["id"] != got["ids"].([]any)[0] {
		t.Errorf("after overwriting: %v", left)
	}
	status, _, answer := h.do("PUT", partsPath, documented(`{"location":{"type":"API","path":"/"},"properties":{}}`))
	if status != http.StatusBadRequest || !strings.Contains(string(answer), "a location of type API has no path") {
		t.Errorf("a wrong location: %d %s", status, answer)
	}
	status, _, answer = h.do("PUT", "/restapis/nosuchapi0/documentation/parts", "not: [a document")
	if status != http.StatusBadRequest || !strings.Contains(string(answer), "Invalid OpenAPI input.") {
		t.Errorf("garbage: %d %s", status, answer)
	}
	h.notFound("Invalid API identifier specified "+account+":nosuchapi0", "PUT", "/restapis/nosuchapi0/documentation/parts", documented(""))
}

func TestDocumentationVersions(t *testing.T) {
	h := newHarness(t).create()
	const list = "/restapis/{api}/documentation/versions"
	part := h.ok(201, "POST", partsPath, `{"location":{"type":"API"},"properties":"{}"}`)["id"].(string)
	want := `{"version":"1.0","createdDate":1700000000,"description":"d"}`
	h.is(201, "POST", list, `{"documentationVersion":"1.0","description":"d"}`, want)
	h.refused(409, "ConflictException", "Documentation version already exists: 1.0", "POST", list, `{"documentationVersion":"1.0"}`)
	h.badRequest("Documentation version cannot be blank", "POST", list, `{"documentationVersion":""}`)
	h.notFound("Invalid stage identifier specified", "POST", list, `{"documentationVersion":"2.0","stageName":"none"}`)
	h.is(200, "GET", list+"/1.0", "", want)
	h.is(200, "GET", list, "", `{"item":[`+want+`]}`)

	// A version is what the parts were: it survives them, and an import that replaces the API.
	h.ok(202, "DELETE", partsPath+"/"+part, "")
	h.ok(200, "PUT", "/restapis/{api}?mode=overwrite", simple("/a"))
	h.is(200, "PATCH", list+"/1.0", patch("replace", "/description", "e"), `{"version":"1.0","createdDate":1700000000,"description":"e"}`)
	h.badRequest("Invalid patch path  '/version' specified for op 'replace'. Must be one of: [/description]", "PATCH", list+"/1.0", patch("replace", "/version", "2"))

	h.ok(202, "DELETE", list+"/1.0", "")
	const missing = "Invalid Documentation version specified"
	for _, call := range [][2]string{{"GET", ""}, {"DELETE", ""}, {"PATCH", patch("replace", "/description", "x")}} {
		h.notFound(missing, call[0], list+"/1.0", call[1])
	}
	h.notFound(missing, "GET", "/restapis/nosuchapi0/documentation/versions/1.0", "")
	h.notFound("Invalid API identifier specified "+account+":nosuchapi0", "GET", "/restapis/nosuchapi0/documentation/versions", "")
}

func TestStagesReferToDocumentationVersions(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	h.ok(201, "POST", "/restapis/{api}/deployments", `{"stageName":"prod"}`)
	const list = "/restapis/{api}/documentation/versions"
	h.ok(201, "POST", list, `{"documentationVersion":"1.0","stageName":"prod"}`)
	if got := h.ok(200, "GET", "/restapis/{api}/stages/prod", "")["documentationVersion"]; got != "1.0" {
		t.Errorf("the stage refers to %v", got)
	}
	h.refused(409, "ConflictException", "Cannot delete documentation version '1.0', is referenced in stage: prod", "DELETE", list+"/1.0", "")
	h.ok(200, "PATCH", "/restapis/{api}/stages/prod", patch("replace", "/documentationVersion", ""))
	h.ok(202, "DELETE", list+"/1.0", "")
}
