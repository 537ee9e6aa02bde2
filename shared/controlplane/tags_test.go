package controlplane_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func tagPath(resource string) string {
	return "/tags/" + url.PathEscape("arn:aws:apigateway:us-east-1:"+resource)
}

// TestTagsOfEveryKind tags one resource of each kind and sees the tags where the resource shows
// them.
func TestTagsOfEveryKind(t *testing.T) {
	h := staged(t)
	private := h.private("api.example.com")
	domainARN := "arn:aws:apigateway:us-east-1:123456789012:/domainnames/api.example.com+" + private
	h.ok(201, "POST", "/domainnameaccessassociations", `{"domainNameArn":"`+domainARN+`","accessAssociationSourceType":"VPCE","accessAssociationSource":"vpce-1"}`)
	id := func(status int, path, body, member string) string {
		return h.ok(status, "POST", path, body)[member].(string)
	}
	key := id(201, "/apikeys", `{"name":"k"}`, "id")
	plan := id(201, "/usageplans", `{"name":"p"}`, "id")
	certificate := id(201, "/clientcertificates", `{}`, "clientCertificateId")
	link := id(202, "/vpclinks", `{"name":"l","targetArns":["`+loadBalancer+`"]}`, "id")

	cases := []struct{ resource, shownAt string }{
		{":/restapis/" + h.api, "/restapis/{api}"},
		{":/restapis/" + h.api + "/stages/prod", "/restapis/{api}/stages/prod"},
		{":/apikeys/" + key, "/apikeys/" + key},
		{":/usageplans/" + plan, "/usageplans/" + plan},
		{":/clientcertificates/" + certificate, "/clientcertificates/" + certificate},
		{":/domainnames/api.example.com", "/domainnames/api.example.com"},
		{"123456789012:/domainnames/api.example.com+" + private, "/domainnames/api.example.com?domainNameId=" + private},
		{":/vpclinks/" + link, "/vpclinks/" + link},
		{"123456789012:/domainnameaccessassociations/domainname/api.example.com/vpcesource/vpce-1", ""},
	}
	for _, c := range cases {
		t.Run(c.resource, func(t *testing.T) {
			path := tagPath(c.resource)
			h.is(200, "GET", path, "", `{"tags":{}}`)
			h.ok(204, "PUT", path, `{"tags":{"team":"pets","A b.:+=@_/-":""}}`)
			h.ok(204, "PUT", path, `{"tags":{"team":"cats","x":"y"}}`)
			h.ok(204, "DELETE", path+"?tagKeys=x&tagKeys=missing", "")
			h.is(200, "GET", path, "", `{"tags":{"team":"cats","A b.:+=@_/-":""}}`)
			if c.shownAt != "" {
				if diff := cmp.Diff(map[string]any{"team": "cats", "A b.:+=@_/-": ""}, h.ok(200, "GET", c.shownAt, "")["tags"]); diff != "" {
					t.Errorf("shown (-want +got):\n%s", diff)
				}
			}
			h.ok(204, "DELETE", path+"?tagKeys=team&tagKeys="+url.QueryEscape("A b.:+=@_/-"), "")
			h.is(200, "GET", path, "", `{"tags":{}}`)
		})
	}
	// The tags of a stage concern nobody in the data plane.
	if h.document("api.example.com") == nil || len(h.domains) != 0 {
		t.Errorf("notices %v", h.domains)
	}
}

func TestTagRefusals(t *testing.T) {
	h := newHarness(t).create()
	api := tagPath(":/restapis/" + h.api)
	const invalid = "Invalid ARN specified in the request"
	for _, arn := range []string{
		"x", "arn:aws:apigateway", "arn:aws:lambda:us-east-1::/restapis/" + h.api, "arn:aws:apigateway:us-east-1::restapis/" + h.api,
		"arn:aws:apigateway:us-east-1::/restapis/" + h.api + "/resources/" + h.root, "arn:aws:apigateway:us-east-1::/restapis/", "arn:aws:apigateway:us-east-1::/account",
	} {
		h.badRequest(invalid, "GET", "/tags/"+url.PathEscape(arn), "")
		h.badRequest(invalid, "PUT", "/tags/"+url.PathEscape(arn), `{"tags":{"a":"b"}}`)
		h.badRequest(invalid, "DELETE", "/tags/"+url.PathEscape(arn)+"?tagKeys=a", "")
	}
	h.notFound("Invalid API identifier specified 123456789012:nope", "GET", tagPath(":/restapis/nope"), "")
	h.notFound("Invalid API identifier specified 123456789012:nope", "PUT", tagPath(":/restapis/nope"), `{"tags":{"a":"b"}}`)
	h.notFound("Invalid stage identifier specified", "GET", tagPath(":/restapis/"+h.api+"/stages/nope"), "")
	h.notFound("Invalid stage identifier specified", "PUT", tagPath(":/restapis/"+h.api+"/stages/nope"), `{"tags":{"a":"b"}}`)
	h.notFound("Invalid API Key identifier specified", "PUT", tagPath(":/apikeys/nope"), `{"tags":{"a":"b"}}`)

	long := strings.Repeat("k", 128)
	h.ok(204, "PUT", api, `{"tags":{"`+long+`":"`+strings.Repeat("v", 256)+`"}}`)
	h.badRequest("Invalid tag key: "+long+"k. Please use keys with 1 to 128 letters, digits, spaces and the symbols . : + = @ _ / -", "PUT", api, `{"tags":{"`+long+`k":"v"}}`)
	h.badRequest("Invalid tag key: a*. Please use keys with 1 to 128 letters, digits, spaces and the symbols . : + = @ _ / -", "PUT", api, `{"tags":{"a*":"v"}}`)
	h.badRequest("Invalid tag value: "+strings.Repeat("v", 257)+". Please use values with up to 256 letters, digits, spaces and the symbols . : + = @ _ / -", "PUT", api, `{"tags":{"a":"`+strings.Repeat("v", 257)+`"}}`)
	h.badRequest("Invalid tag key: AWS:x. Tag keys that start with 'aws:' are reserved for system use", "PUT", api, `{"tags":{"AWS:x":"v"}}`)

	tags := make([]string, 0, 50)
	for i := range 49 {
		tags = append(tags, fmt.Sprintf(`"t%d":"v"`, i))
	}
	h.ok(204, "PUT", api, `{"tags":{`+strings.Join(tags, ",")+`}}`)
	h.refused(429, "LimitExceededException", "Maximum number of tags for this resource has been reached: 50", "PUT", api, `{"tags":{"one":"more"}}`)
	if got := len(h.ok(200, "GET", api, "")["tags"].(map[string]any)); got != 50 {
		t.Errorf("%d tags after a refusal", got)
	}
}

// Tags given on creation are checked like those of TagResource.
func TestTagsOnCreation(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	deployment := h.ok(201, "POST", "/restapis/{api}/deployments", `{}`)["id"].(string)
	for _, c := range []struct{ path, body string }{
		{"/restapis", `{"name":"n","tags":{"aws:x":"y"}}`},
		{"/apikeys", `{"name":"n","tags":{"aws:x":"y"}}`},
		{"/usageplans", `{"name":"n","tags":{"aws:x":"y"}}`},
		{"/restapis/{api}/stages", `{"stageName":"s","deploymentId":"` + deployment + `","tags":{"aws:x":"y"}}`},
	} {
		h.badRequest("Invalid tag key: aws:x. Tag keys that start with 'aws:' are reserved for system use", "POST", c.path, c.body)
	}
}
