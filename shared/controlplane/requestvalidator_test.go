package controlplane_test

import "testing"

func TestRequestValidators(t *testing.T) {
	h := newHarness(t).create()
	const list = "/restapis/{api}/requestvalidators"
	id := h.ok(201, "POST", list, `{"name":"v"}`)["id"].(string)
	one := list + "/" + id
	plain := `{"id":"` + id + `","name":"v","validateRequestBody":false,"validateRequestParameters":false}`
	h.is(200, "GET", one, "", plain)
	h.is(200, "GET", list, "", `{"item":[`+plain+`]}`)
	h.is(200, "PATCH", one, patch("replace", "/name", "w", "replace", "/validateRequestBody", "true", "replace", "/validateRequestParameters", "true"),
		`{"id":"`+id+`","name":"w","validateRequestBody":true,"validateRequestParameters":true}`)

	h.badRequest("Invalid patch path  '/validateRequestBody' specified for op 'add'. Please choose supported operations", "PATCH", one, patch("add", "/validateRequestBody", "true"))
	h.badRequest("Invalid patch path  '/x' specified for op 'replace'. Must be one of: [/name, /validateRequestParameters, /validateRequestBody]", "PATCH", one, patch("replace", "/x", "y"))
	h.badRequest("Request Validator name cannot be blank", "PATCH", one, patch("replace", "/name", "-"))

	h.ok(202, "DELETE", one, "")
	h.notFound("Invalid Request Validator identifier specified", "DELETE", one, "")
	h.notFound("Invalid Request Validator identifier specified", "GET", one, "")
}
