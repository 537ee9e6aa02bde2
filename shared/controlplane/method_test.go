package controlplane_test

import (
	"testing"
)

// pet makes a resource /pets with a method POST and returns the path of the method.
func pet(h *harness) string {
	id := h.resource(h.root, "pets")
	path := "/restapis/{api}/resources/" + id + "/methods/POST"
	h.ok(201, "PUT", path, `{"authorizationType":"NONE"}`)
	return path
}

func TestMethodAnswers(t *testing.T) {
	h := newHarness(t).create()
	id := h.resource(h.root, "pets")
	h.is(201, "PUT", "/restapis/{api}/resources/"+id+"/methods/ANY", `{"authorizationType":"NONE"}`,
		`{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"ANY"}`)
	validator := h.ok(201, "POST", "/restapis/{api}/requestvalidators", `{"name":"v"}`)["id"].(string)
	full := `{"authorizationType":"NONE","apiKeyRequired":true,"operationName":"o","requestModels":{"application/json":"Empty"},"requestParameters":{"method.request.path.missing":true,"method.request.header.X":false},"requestValidatorId":"` + validator + `"}`
	h.is(201, "PUT", "/restapis/{api}/resources/"+id+"/methods/GET", full,
		`{"apiKeyRequired":true,"authorizationType":"NONE","httpMethod":"GET","operationName":"o","requestModels":{"application/json":"Empty"},"requestParameters":{"method.request.path.missing":true,"method.request.header.X":false},"requestValidatorId":"`+validator+`"}`)
	h.ok(204, "DELETE", "/restapis/{api}/resources/"+id+"/methods/GET", "")
	h.notFound("Invalid Method identifier specified", "GET", "/restapis/{api}/resources/"+id+"/methods/GET", "")
}

func TestPutMethodChecksInOrder(t *testing.T) {
	h := newHarness(t).create()
	id := h.resource(h.root, "pets")
	path := "/restapis/{api}/resources/" + id + "/methods/"
	h.notFound("Invalid Resource identifier specified", "PUT", "/restapis/{api}/resources/nobody/methods/WRONG", `{"authorizationType":"NONE"}`)
	h.badRequest("Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY", "PUT", path+"WRONG", `{"authorizationType":"NONE"}`)
	h.badRequest("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.", "PUT", path+"GET", `{"authorizationType":"CUSTOM"}`)
	h.badRequest("Invalid Request Validator identifier specified", "PUT", path+"GET", `{"authorizationType":"NONE","requestValidatorId":"nobody"}`)
	h.badRequest("Invalid model identifier specified: Nobody", "PUT", path+"GET", `{"authorizationType":"NONE","requestModels":{"application/json":"Nobody"}}`)
	h.badRequest("Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: true]", "PUT", path+"GET", `{"authorizationType":"NONE","requestParameters":{"true":true}}`)
	h.ok(201, "PUT", path+"GET", `{"authorizationType":"AWS_IAM"}`)
	h.refused(409, "ConflictException", "Method already exists for this resource", "PUT", path+"GET", `{"authorizationType":"NONE"}`)
}

func TestUpdateMethod(t *testing.T) {
	h := newHarness(t).create()
	path := pet(h)
	bare := `{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"POST"}`
	h.is(200, "PATCH", path, patch("add", "/requestParameters/method.request.header.X", "true", "replace", "/requestModels/application~1json", "Empty"),
		`{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"POST","requestModels":{"application/json":"Empty"},"requestParameters":{"method.request.header.X":true}}`)
	h.is(200, "PATCH", path, patch("remove", "/requestParameters/method.request.header.X", "-", "remove", "/requestModels/application~1json", "-"), bare)
	h.is(200, "PATCH", path, patch("replace", "/operationName", "op", "replace", "/apiKeyRequired", "true", "replace", "/authorizationType", "AWS_IAM"),
		`{"apiKeyRequired":true,"authorizationType":"AWS_IAM","httpMethod":"POST","operationName":"op"}`)
	h.badRequest("Invalid model identifier specified: Nobody", "PATCH", path, patch("add", "/requestModels/a~1b", "Nobody"))
	h.badRequest("Invalid patch path  '/operationName' specified for op 'add'. Please choose supported operations", "PATCH", path, patch("add", "/operationName", "x"))
	h.notFound("Invalid Method identifier specified", "PATCH", "/restapis/{api}/resources/{root}/methods/GET", patch("replace", "/operationName", "x"))
}

func TestLookupChain(t *testing.T) {
	h := newHarness(t).create()
	path := pet(h)
	noMethod := "/restapis/{api}/resources/{root}/methods/GET"
	cases := []struct{ message, method, path, body string }{
		{"Invalid Method identifier specified", "PUT", noMethod + "/integration", `{"type":"MOCK"}`},
		{"Invalid Method identifier specified", "PUT", noMethod + "/integration/responses/200", `{}`},
		{"Invalid Method identifier specified", "GET", noMethod + "/integration/responses/200", ""},
		{"Invalid Method identifier specified", "PATCH", noMethod + "/responses/200", patch("add", "/responseModels/a~1b", "Empty")},
		{"Invalid Integration identifier specified", "DELETE", noMethod + "/integration/responses/200", ""},
		{"Invalid Integration identifier specified", "GET", path + "/integration/responses/200", ""},
		{"Invalid Integration identifier specified", "DELETE", path + "/integration/responses/200", ""},
		{"Invalid Integration identifier specified", "GET", path + "/integration", ""},
		{"Invalid Response status code specified", "PATCH", path + "/responses/200", patch("add", "/responseModels/a~1b", "Empty")},
		{"Invalid Response status code specified", "GET", path + "/responses/200", ""},
		{"Invalid Method identifier specified", "GET", "/restapis/{api}/resources/{root}/methods/WRONG", ""},
	}
	for _, c := range cases {
		t.Run(c.method+" "+c.message, func(t *testing.T) {
			h.t = t
			h.notFound(c.message, c.method, c.path, c.body)
		})
	}
	h.t = t
	h.ok(201, "PUT", path+"/integration", `{"type":"HTTP","httpMethod":"GET","uri":"https://example.com"}`)
	h.notFound("Invalid Response status code specified", "GET", path+"/integration/responses/404", "")
	h.notFound("Invalid Response status code specified", "DELETE", path+"/integration/responses/404", "")
	h.refused(400, "ValidationException", `1 validation error detected: Value '600' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`,
		"PUT", path+"/responses/600", `{}`)
}

func TestMethodResponse(t *testing.T) {
	h := newHarness(t).create()
	path := pet(h) + "/responses/200"
	h.is(201, "PUT", path, `{"responseModels":{},"responseParameters":{}}`, `{"statusCode":"200","responseModels":{},"responseParameters":{}}`)
	h.is(200, "GET", path, "", `{"statusCode":"200","responseModels":{},"responseParameters":{}}`)
	h.refused(409, "ConflictException", "Response already exists for this resource", "PUT", path, `{}`)
	header := "/responseParameters/method.response.header.x"
	h.is(201, "PATCH", path, patch("add", header, "true", "add", "/responseModels/application~1json", "Error"),
		`{"statusCode":"200","responseModels":{"application/json":"Error"},"responseParameters":{"method.response.header.x":true}}`)
	h.is(201, "PATCH", path, patch("replace", header, "false"),
		`{"statusCode":"200","responseModels":{"application/json":"Error"},"responseParameters":{"method.response.header.x":false}}`)
	h.is(201, "PATCH", path, patch("remove", header, "ignored", "remove", "/responseModels/application~1json", "-"), `{"statusCode":"200"}`)

	for _, op := range []string{"replace", "remove"} {
		h.notFound("Invalid parameter name specified", "PATCH", path, patch(op, header, "true"))
		h.notFound("Content-Type specified was not found", "PATCH", path, patch(op, "/responseModels/a~1b", "Empty"))
	}
	h.badRequest("Invalid patch path /wrong/method.response.header.x", "PATCH", path, patch("add", "/wrong/method.response.header.x", "true"))
	h.refused(400, "ValidationException", `2 validation errors detected: Value 'X' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'Y' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`,
		"PATCH", pathOf(path, "Y"), patch("X", "/a", "b"))
	h.ok(204, "DELETE", path, "")
	h.notFound("Invalid Response status code specified", "GET", path, "")
}

// pathOf replaces the last segment of a path.
func pathOf(path, last string) string {
	for i := len(path) - 1; ; i-- {
		if path[i] == '/' {
			return path[:i+1] + last
		}
	}
}
