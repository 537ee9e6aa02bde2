package controlplane_test

import (
	"fmt"
	"testing"
)

// The statuses are those of the REST data plane spec, 9.1.
func TestGatewayResponseDefaults(t *testing.T) {
	statuses := map[string]string{
		"ACCESS_DENIED": "403", "API_CONFIGURATION_ERROR": "500", "AUTHORIZER_CONFIGURATION_ERROR": "500",
		"AUTHORIZER_FAILURE": "500", "BAD_REQUEST_PARAMETERS": "400", "BAD_REQUEST_BODY": "400", "DEFAULT_4XX": "", "DEFAULT_5XX": "",
		"EXPIRED_TOKEN": "403", "INTEGRATION_FAILURE": "504", "INTEGRATION_TIMEOUT": "504", "INVALID_API_KEY": "403",
		"INVALID_SIGNATURE": "403", "MISSING_AUTHENTICATION_TOKEN": "403", "QUOTA_EXCEEDED": "429", "REQUEST_TOO_LARGE": "413",
		"RESOURCE_NOT_FOUND": "404", "THROTTLED": "429", "UNAUTHORIZED": "401", "UNSUPPORTED_MEDIA_TYPE": "415", "WAF_FILTERED": "403",
	}
	h := newHarness(t).create()
	list := h.ok(200, "GET", "/restapis/{api}/gatewayresponses", "")
	if n := len(list["item"].([]any)); n != 21 {
		t.Errorf("%d types, want 21", n)
	}
	for name, status := range statuses {
		code := ""
		if status != "" {
			code = `"statusCode":"` + status + `",`
		}
		h.is(200, "GET", "/restapis/{api}/gatewayresponses/"+name, "",
			`{"defaultResponse":true,"responseParameters":{},"responseTemplates":{"application/json":"{\"message\":$context.error.messageString}"},`+code+`"responseType":"`+name+`"}`)
	}
	first := h.ok(200, "GET", "/restapis/{api}/gatewayresponses?limit=20", "")
	second := h.ok(200, "GET", "/restapis/{api}/gatewayresponses?position="+fmt.Sprint(first["position"]), "")
	if n := len(second["item"].([]any)); n != 1 || second["position"] != nil {
		t.Errorf("second page: %v", second)
	}
}

func TestGatewayResponses(t *testing.T) {
	h := newHarness(t).create()
	const one = "/restapis/{api}/gatewayresponses/THROTTLED"
	h.notFound("Gateway response type not defined on api", "DELETE", one, "")
	h.is(201, "PUT", one, `{"statusCode":"503","responseParameters":{"gatewayresponse.header.X":"'y'"},"responseTemplates":{"text/plain":"slow"}}`,
		`{"defaultResponse":false,"responseParameters":{"gatewayresponse.header.X":"'y'"},"responseTemplates":{"text/plain":"slow"},"responseType":"THROTTLED","statusCode":"503"}`)
	h.is(200, "PATCH", one, patch("replace", "/statusCode", "429", "add", "/responseTemplates/application~1json", "{}", "remove", "/responseTemplates/text~1plain", "-", "replace", "/responseParameters/gatewayresponse.header.X", "'z'"),
		`{"defaultResponse":false,"responseParameters":{"gatewayresponse.header.X":"'z'"},"responseTemplates":{"application/json":"{}"},"responseType":"THROTTLED","statusCode":"429"}`)
	// DEFAULT_4XX shows through the types that are not customised, and only those.
	h.ok(201, "PUT", "/restapis/{api}/gatewayresponses/DEFAULT_4XX", `{"statusCode":"499"}`)
	h.is(200, "GET", "/restapis/{api}/gatewayresponses/UNAUTHORIZED", "",
		`{"defaultResponse":true,"responseParameters":{},"responseTemplates":{"application/json":"{\"message\":$context.error.messageString}"},"responseType":"UNAUTHORIZED","statusCode":"499"}`)
	if got := h.ok(200, "GET", "/restapis/{api}/gatewayresponses/INTEGRATION_TIMEOUT", "")["statusCode"]; got != "504" {
		t.Errorf("INTEGRATION_TIMEOUT has status %v", got)
	}
	h.ok(202, "DELETE", one, "")
	if got := h.ok(200, "GET", one, ""); got["defaultResponse"] != true {
		t.Errorf("after delete: %v", got)
	}
	status, code, _ := h.do("GET", "/restapis/{api}/gatewayresponses/WRONG", "")
	if status != 400 || code != "ValidationException" {
		t.Errorf("wrong type: %d %s", status, code)
	}
}
