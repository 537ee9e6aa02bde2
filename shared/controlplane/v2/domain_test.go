package v2_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
)

const domain = `{"domainName":"api.example.com","domainNameConfigurations":[{"certificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/c","endpointType":"REGIONAL","securityPolicy":"TLS_1_2"}]}`

func TestDomainName(t *testing.T) {
	h := newHarness(t)
	created := h.ok(201, "POST", "/v2/domainnames", domain)
	if created["domainNameArn"] != "arn:aws:apigateway:us-east-1::/domainnames/api.example.com" || created["apiMappingSelectionExpression"] != "$request.basepath" {
		t.Errorf("created %v", created)
	}
	h.set("api", h.ok(201, "POST", "/v2/apis", `{"name":"q","protocolType":"HTTP","target":"https://example.com"}`)["apiId"])
	h.set("mapping", h.ok(201, "POST", "/v2/domainnames/api.example.com/apimappings", `{"apiId":"{api}","stage":"$default","apiMappingKey":"a/b"}`)["apiMappingId"])
	h.conflict("ApiMapping key already exists for this domain name", "POST", "/v2/domainnames/api.example.com/apimappings", `{"apiId":"{api}","stage":"$default","apiMappingKey":"a/b"}`)
	// Both services see one mapping, which keeps its identifier under another key.
	h.is(200, "PATCH", "/v2/domainnames/api.example.com/apimappings/{mapping}", `{"apiId":"{api}","apiMappingKey":"c"}`, `{"apiId":"{api}","apiMappingId":"{mapping}","apiMappingKey":"c","stage":"$default"}`)
	h.is(200, "GET", "/domainnames/api.example.com/basepathmappings/c", "", `{"basePath":"c","restApiId":"{api}","stage":"$default"}`)
	h.is(200, "GET", "/v2/domainnames/api.example.com/apimappings/{mapping}", "", `{"apiId":"{api}","apiMappingId":"{mapping}","apiMappingKey":"c","stage":"$default"}`)
	partition, sort := snapshot.DomainKey("api.example.com")
	item, err := h.store.Get(t.Context(), store.Key{Partition: partition, Sort: sort})
	if err != nil {
		t.Fatal(err)
	}
	served, err := snapshot.DecodeDomain(item.Value)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]snapshot.DomainMapping{{BasePath: "c", APIID: h.fill("{api}"), Stage: "$default"}}, served.Mappings); diff != "" {
		t.Error(diff)
	}
	h.badRequest("Deleting API failed. Please remove all API mappings related to the API in your domains: api.example.com", "DELETE", "/v2/apis/{api}", "")
	h.badRequest("Deleting stage $default failed. Please remove all API mappings related to the stage in your domains: api.example.com", "DELETE", "/v2/apis/{api}/stages/$default", "")
	h.badRequest("Invalid stage identifier specified", "POST", "/v2/domainnames/api.example.com/apimappings", `{"apiId":"{api}","stage":"x"}`)
	h.set("ws", h.ok(201, "POST", "/v2/apis", `{"name":"w","protocolType":"WEBSOCKET","routeSelectionExpression":"$request.body.a"}`)["apiId"])
	h.ok(201, "POST", "/v2/apis/{ws}/stages", `{"stageName":"s"}`)
	h.badRequest("WebSocket APIs cannot be mixed with REST APIs or HTTP APIs on one domain name.", "POST", "/v2/domainnames/api.example.com/apimappings", `{"apiId":"{ws}","stage":"s"}`)
	// A mapping of the other service has an identifier too.
	h.ok(201, "POST", "/domainnames/api.example.com/basepathmappings", `{"basePath":"v1","restApiId":"{api}","stage":"$default"}`)
	list := h.ok(200, "GET", "/v2/domainnames/api.example.com/apimappings", "")
	if len(members(list, "apiMappingId")) != 2 {
		t.Errorf("mappings %v", list)
	}
	h.ok(204, "DELETE", "/v2/domainnames/api.example.com/apimappings/{mapping}", "")
	h.notFound("The api mapping resource specified in the request was not found.", "GET", "/v2/domainnames/api.example.com/apimappings/{mapping}", "")
	h.ok(201, "POST", "/v2/tags/arn:aws:apigateway:us-east-1::%2Fdomainnames%2Fapi.example.com", `{"tags":{"a":"b"}}`)
	got := h.ok(200, "PATCH", "/v2/domainnames/api.example.com", `{"domainNameConfigurations":[{"certificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/d","endpointType":"REGIONAL"}]}`)
	configuration := got["domainNameConfigurations"].([]any)[0].(map[string]any)
	if configuration["certificateArn"] != "arn:aws:acm:us-east-1:123456789012:certificate/d" || configuration["endpointType"] != "REGIONAL" || got["tags"].(map[string]any)["a"] != "b" {
		t.Errorf("updated %v", got)
	}
	h.ok(204, "DELETE", "/v2/domainnames/api.example.com", "")
	h.notFound("The domain name resource specified in the request was not found.", "GET", "/v2/domainnames/api.example.com", "")
	h.notFound("The domain name resource specified in the request was not found.", "GET", "/v2/domainnames/api.example.com/apimappings", "")
	h.ok(204, "DELETE", "/v2/apis/{api}", "")
}

func TestTags(t *testing.T) {
	h := newHarness(t).http()
	const arn = "/v2/tags/arn:aws:apigateway:us-east-1::%2Fapis%2F{api}"
	h.ok(201, "POST", arn, `{"tags":{"a":"b","c":"d"}}`)
	h.ok(204, "DELETE", arn+"?tagKeys=a", "")
	h.is(200, "GET", arn, "", `{"tags":{"c":"d"}}`)
	h.ok(201, "POST", "/v2/apis/{api}/stages", `{"stageName":"s"}`)
	h.ok(201, "POST", arn+"%2Fstages%2Fs", `{"tags":{"e":"f"}}`)
	h.is(200, "GET", arn+"%2Fstages%2Fs", "", `{"tags":{"e":"f"}}`)
	h.notFound("Invalid stage identifier specified", "GET", arn+"%2Fstages%2Fx", "")
	h.badRequest("Invalid ARN specified in the request", "GET", "/v2/tags/nothing", "")
	h.badRequest("Invalid tag key: aws:a. Tag keys that start with 'aws:' are reserved for system use", "POST", arn, `{"tags":{"aws:a":"b"}}`)
}
