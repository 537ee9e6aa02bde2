package controlplane_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// staged makes an API with a stage "prod" and the domain api.example.com.
func staged(t *testing.T) *harness {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	h.ok(201, "POST", "/restapis/{api}/deployments", `{"stageName":"prod"}`)
	h.regional("api.example.com")
	h.domains = nil
	return h
}

const mappings = "/domainnames/api.example.com/basepathmappings"

func TestBasePathMapping(t *testing.T) {
	h := staged(t)
	h.is(201, "POST", mappings, `{"restApiId":"{api}","stage":"prod"}`, `{"basePath":"(none)","restApiId":"{api}","stage":"prod"}`)
	h.is(201, "POST", mappings, `{"restApiId":"{api}","basePath":"v1"}`, `{"basePath":"v1","restApiId":"{api}"}`)
	h.is(200, "GET", mappings+"/(none)", "", `{"basePath":"(none)","restApiId":"{api}","stage":"prod"}`)
	h.is(200, "GET", mappings+"/%28none%29", "", `{"basePath":"(none)","restApiId":"{api}","stage":"prod"}`)
	want := &snapshot.Domain{Name: "api.example.com", RoutingMode: "BASE_PATH_MAPPING_ONLY", Mappings: []snapshot.DomainMapping{
		{APIID: h.api, Stage: "prod"}, {BasePath: "v1", APIID: h.api},
	}}
	if diff := cmp.Diff(want, h.document("api.example.com")); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}

	first := h.ok(200, "GET", mappings+"?limit=1", "")
	second := h.ok(200, "GET", mappings+"?limit=1&position="+first["position"].(string), "")
	if got := append(members(first, "basePath"), members(second, "basePath")...); !slices.Equal(got, []string{"(none)", "v1"}) || second["position"] != nil {
		t.Errorf("pages %v", got)
	}

	h.is(200, "PATCH", mappings+"/v1", patch("replace", "/basePath", "v2", "replace", "/stage", "prod"), `{"basePath":"v2","restApiId":"{api}","stage":"prod"}`)
	h.notFound("Invalid base path mapping identifier specified", "GET", mappings+"/v1", "")
	h.is(200, "PATCH", mappings+"/v2", patch("replace", "/stage", ""), `{"basePath":"v2","restApiId":"{api}"}`)
	h.ok(202, "DELETE", mappings+"/(none)", "")
	if diff := cmp.Diff([]snapshot.DomainMapping{{BasePath: "v2", APIID: h.api}}, h.document("api.example.com").Mappings); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	if len(h.domains) != 5 {
		t.Errorf("notices %v", h.domains)
	}
}

func TestBasePathMappingRefusals(t *testing.T) {
	h := staged(t)
	h.ok(201, "POST", mappings, `{"restApiId":"{api}","basePath":"v1"}`)
	h.ok(201, "POST", mappings, `{"restApiId":"{api}","basePath":"v2"}`)
	h.notFound("Invalid domain name identifier specified", "POST", "/domainnames/x.example.com/basepathmappings", `{"restApiId":"{api}"}`)
	h.notFound("Invalid domain name identifier specified", "GET", "/domainnames/x.example.com/basepathmappings", "")
	h.notFound("Invalid domain name identifier specified", "GET", "/domainnames/x.example.com/basepathmappings/v1", "")
	h.notFound("Invalid base path mapping identifier specified", "GET", mappings+"/v3", "")
	h.notFound("Invalid base path mapping identifier specified", "DELETE", mappings+"/v3", "")
	h.notFound("Invalid base path mapping identifier specified", "PATCH", mappings+"/v3", patch("replace", "/stage", "prod"))
	h.refused(409, "ConflictException", "Base path already exists for this domain name", "POST", mappings, `{"restApiId":"{api}","basePath":"v1"}`)
	h.refused(409, "ConflictException", "Base path already exists for this domain name", "PATCH", mappings+"/v1", patch("replace", "/basepath", "v2"))
	h.badRequest("API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.", "POST", mappings, `{"restApiId":"{api}","basePath":"/v1"}`)
	h.badRequest("Invalid base path specified: a b. Please use up to 300 letters, digits and the symbols $-_.+!*'().", "POST", mappings, `{"restApiId":"{api}","basePath":"a b"}`)
	h.badRequest("Invalid REST API identifier specified", "POST", mappings, `{"restApiId":"nope","basePath":"v3"}`)
	h.badRequest("Invalid REST API identifier specified", "PATCH", mappings+"/v1", patch("replace", "/restapiId", "nope"))
	h.badRequest("Invalid stage identifier specified", "POST", mappings, `{"restApiId":"{api}","basePath":"v3","stage":"nope"}`)
	h.badRequest("Invalid patch path  '/x' specified for op 'replace'. Must be one of: [/basePath, /restapiId, /stage, /basepath, /restApiId]", "PATCH", mappings+"/v1", patch("replace", "/x", "y"))

	h.ok(200, "PATCH", "/domainnames/api.example.com", patch("replace", "/mutualTlsAuthentication/truststoreUri", "s3://b/k"))
	h.badRequest("Mutual TLS authentication is supported for Regional APIs only", "POST", mappings, `{"restApiId":"{api}","basePath":"v3"}`)
	h.ok(200, "PATCH", "/domainnames/api.example.com", patch("replace", "/routingMode", "ROUTING_RULE_ONLY"))
	h.badRequest("Base path mappings cannot be created while the routing mode is ROUTING_RULE_ONLY.", "POST", mappings, `{"restApiId":"{api}","basePath":"v3"}`)
}

func TestMappingsKeepWhatTheyLeadTo(t *testing.T) {
	h := staged(t)
	h.ok(201, "POST", mappings, `{"restApiId":"{api}","basePath":"v1","stage":"prod"}`)
	h.badRequest("Deleting stage prod failed. Please remove all base path mappings related to the stage in your domains: api.example.com", "DELETE", "/restapis/{api}/stages/prod", "")
	h.badRequest("Deleting RestApi failed. Please remove all base path mappings related to the RestApi in your domains: api.example.com", "DELETE", "/restapis/{api}", "")
	h.ok(200, "PATCH", mappings+"/v1", patch("replace", "/stage", ""))
	h.ok(202, "DELETE", "/restapis/{api}/stages/prod", "")
	h.badRequest("Deleting RestApi failed. Please remove all base path mappings related to the RestApi in your domains: api.example.com", "DELETE", "/restapis/{api}", "")
	h.ok(202, "DELETE", mappings+"/v1", "")
	h.ok(202, "DELETE", "/restapis/{api}", "")
}

func TestDeleteDomainNameWithManyMappings(t *testing.T) {
	h := staged(t)
	for i := range 101 {
		h.ok(201, "POST", mappings, fmt.Sprintf(`{"restApiId":"{api}","basePath":"v%d","stage":"prod"}`, i))
	}
	h.ok(202, "DELETE", "/domainnames/api.example.com", "")
	if got := h.count("domainname#api.example.com"); got != 0 {
		t.Errorf("%d mappings are left", got)
	}
	h.ok(202, "DELETE", "/restapis/{api}", "")
}

func TestPrivateBasePathMapping(t *testing.T) {
	h := staged(t)
	id := h.private("api.example.com")
	h.is(201, "POST", mappings+"?domainNameId="+id, `{"restApiId":"{api}","basePath":"v1"}`, `{"basePath":"v1","restApiId":"{api}"}`)
	h.notFound("Invalid base path mapping identifier specified", "GET", mappings+"/v1", "")
	h.is(200, "GET", mappings+"/v1?domainNameId="+id, "", `{"basePath":"v1","restApiId":"{api}"}`)
	if got := h.document("api.example.com").Mappings; len(got) != 0 || len(h.domains) != 0 {
		t.Errorf("the mapping of the private domain reached the public one: %v", got)
	}
}
