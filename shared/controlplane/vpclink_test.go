package controlplane_test

import (
	"fmt"
	"slices"
	"testing"
)

const loadBalancer = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/my-lb/12a456s89aaa12345"

func TestVpcLink(t *testing.T) {
	h := newHarness(t)
	created := h.ok(202, "POST", "/vpclinks", `{"name":"link","targetArns":["`+loadBalancer+`"],"tags":{"a":"b"}}`)
	if created["status"] != "PENDING" || created["statusMessage"] != nil {
		t.Errorf("created %v", created)
	}
	path := "/vpclinks/" + created["id"].(string)
	want := `{"id":"` + created["id"].(string) + `","name":"%s","targetArns":["` + loadBalancer + `"],"status":"AVAILABLE","statusMessage":"Your vpc link is ready for use","tags":{"a":"b"}}`
	h.is(200, "GET", path, "", fmt.Sprintf(want, "link"))
	h.is(200, "PATCH", path, patch("replace", "/name", "other"), fmt.Sprintf(want, "other"))
	if got := members(h.ok(200, "GET", "/vpclinks", ""), "name"); !slices.Equal(got, []string{"other"}) {
		t.Errorf("listed %v", got)
	}
	h.badRequest("VPC link name must be non-empty", "PATCH", path, patch("replace", "/name", ""))
	h.badRequest("Invalid patch path  '/targetArns' specified for op 'replace'. Must be one of: [/name, /description]", "PATCH", path, patch("replace", "/targetArns", "x"))
	h.badRequest("Invalid target ARNs specified. Exactly one target ARN is required", "POST", "/vpclinks", `{"name":"x","targetArns":[]}`)
	h.badRequest("Invalid target ARN specified: x. It must be that of a Network Load Balancer", "POST", "/vpclinks", `{"name":"x","targetArns":["x"]}`)
	h.ok(202, "DELETE", path, "")
	const missing = "Invalid Vpc Link identifier specified"
	h.notFound(missing, "GET", path, "")
	h.notFound(missing, "DELETE", path, "")
	h.notFound(missing, "PATCH", path, patch("replace", "/name", "x"))
	for range 20 {
		h.ok(202, "POST", "/vpclinks", `{"name":"link","targetArns":["`+loadBalancer+`"]}`)
	}
	h.refused(429, "LimitExceededException", "Maximum number of VPC links for this account has been reached. Please contact AWS if you need additional VPC links",
		"POST", "/vpclinks", `{"name":"link","targetArns":["`+loadBalancer+`"]}`)
}
