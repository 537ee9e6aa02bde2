package controlplane_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
)

const (
	certificate  = "arn:aws:acm:us-east-1:123456789012:certificate/one"
	certificate2 = "arn:aws:acm:us-east-1:123456789012:certificate/two"
)

// regional makes a regional domain name.
func (h *harness) regional(name string) map[string]any {
	h.t.Helper()
	return h.ok(201, "POST", "/domainnames", `{"domainName":"`+name+`","regionalCertificateArn":"`+certificate+`","endpointConfiguration":{"types":["REGIONAL"]}}`)
}

// private makes a private domain name and returns its identifier.
func (h *harness) private(name string) string {
	h.t.Helper()
	return h.ok(201, "POST", "/domainnames", `{"domainName":"`+name+`","certificateArn":"`+certificate+`","endpointConfiguration":{"types":["PRIVATE"]},"policy":"{}"}`)["domainNameId"].(string)
}

// document reads what the data plane serves a domain by; nil if there is nothing.
func (h *harness) document(name string) *snapshot.Domain {
	h.t.Helper()
	partition, sort := snapshot.DomainKey(name)
	item, err := h.store.Get(h.t.Context(), store.Key{Partition: partition, Sort: sort})
	if err != nil {
		return nil
	}
	d, err := snapshot.DecodeDomain(item.Value)
	if err != nil {
		h.t.Fatal(err)
	}
	return &d
}

func (h *harness) listedDomains() []string {
	h.t.Helper()
	partition, sort := snapshot.DomainsKey()
	item, err := h.store.Get(h.t.Context(), store.Key{Partition: partition, Sort: sort})
	if err != nil {
		h.t.Fatal(err)
	}
	names, err := snapshot.DecodeDomains(item.Value)
	if err != nil {
		h.t.Fatal(err)
	}
	return names
}

// without drops members whose exact value is not specified, and checks that they are there.
func without(t *testing.T, m map[string]any, names ...string) map[string]any {
	t.Helper()
	for _, name := range names {
		if _, ok := m[name]; !ok {
			t.Errorf("%s is missing in %v", name, m)
		}
		delete(m, name)
	}
	return m
}

func TestRegionalDomainName(t *testing.T) {
	h := newHarness(t)
	got := h.regional("api.example.com")
	if host := got["regionalDomainName"].(string); len(host) != len("d-numh1z56v6.execute-api.us-east-1.amazonaws.com") || host[:2] != "d-" || host[12:] != ".execute-api.us-east-1.amazonaws.com" {
		t.Errorf("regional domain name %s", host)
	}
	host := got["regionalDomainName"]
	want := map[string]any{
		"domainName": "api.example.com", "domainNameStatus": "AVAILABLE", "securityPolicy": "TLS_1_2", "routingMode": "BASE_PATH_MAPPING_ONLY",
		"regionalCertificateArn": certificate, "regionalHostedZoneId": "Z1UJRXOUMOOFQ8", "certificateUploadDate": float64(now),
		"endpointConfiguration": map[string]any{"types": []any{"REGIONAL"}, "ipAddressType": "ipv4"},
	}
	if diff := cmp.Diff(want, without(t, got, "regionalDomainName")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	h.badRequest("The domain name you provided already exists.", "POST", "/domainnames", `{"domainName":"api.example.com","certificateArn":"`+certificate+`"}`)
	if diff := cmp.Diff(&snapshot.Domain{Name: "api.example.com", RoutingMode: "BASE_PATH_MAPPING_ONLY"}, h.document("api.example.com")); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	h.ok(202, "DELETE", "/domainnames/api.example.com", "")
	h.notFound("Invalid domain name identifier specified", "GET", "/domainnames/api.example.com", "")
	h.notFound("Invalid domain name identifier specified", "DELETE", "/domainnames/api.example.com", "")
	if h.document("api.example.com") != nil || len(h.listedDomains()) != 0 {
		t.Error("the data plane still knows the domain")
	}
	if again := h.regional("api.example.com"); again["regionalDomainName"] != host {
		t.Errorf("a domain that is created again got another host: %v, was %v", again["regionalDomainName"], host)
	}
	if want := []string{"api.example.com", "api.example.com", "api.example.com"}; !slices.Equal(h.domains, want) {
		t.Errorf("notices %v", h.domains)
	}
}

func TestEdgeDomainName(t *testing.T) {
	h := newHarness(t)
	got := h.ok(201, "POST", "/domainnames", `{"domainName":"*.example.com","certificateArn":"`+certificate+`","tags":{"a":"b"}}`)
	want := map[string]any{
		"domainName": "*.example.com", "domainNameStatus": "AVAILABLE", "securityPolicy": "TLS_1_2", "routingMode": "BASE_PATH_MAPPING_ONLY",
		"certificateArn": certificate, "distributionHostedZoneId": "Z2FDTNDATAQYW2", "certificateUploadDate": float64(now), "tags": map[string]any{"a": "b"},
		"endpointConfiguration": map[string]any{"types": []any{"EDGE"}, "ipAddressType": "ipv4"},
	}
	if diff := cmp.Diff(want, without(t, got, "distributionDomainName")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPrivateDomainName(t *testing.T) {
	h := newHarness(t)
	id := h.private("api.example.com")
	other := h.private("api.example.com")
	want := `{"domainName":"api.example.com","domainNameId":"` + id + `","domainNameArn":"arn:aws:apigateway:us-east-1:123456789012:/domainnames/api.example.com+` + id + `",
		"domainNameStatus":"AVAILABLE","securityPolicy":"TLS_1_2","routingMode":"BASE_PATH_MAPPING_ONLY","certificateArn":"` + certificate + `","certificateUploadDate":1700000000,
		"policy":"{}","endpointConfiguration":{"types":["PRIVATE"],"ipAddressType":"dualstack"}}`
	h.is(200, "GET", "/domainnames/api.example.com?domainNameId="+id, "", want)
	// Without its identifier the public domain of the name is meant.
	h.notFound("Invalid domain name identifier specified", "GET", "/domainnames/api.example.com", "")
	if got := members(h.ok(200, "GET", "/domainnames", ""), "domainNameId"); !slices.Equal(got, []string{id, other}) {
		t.Errorf("listed %v", got)
	}
	if got := members(h.ok(200, "GET", "/domainnames?resourceOwner=OTHER_ACCOUNTS", ""), "domainNameId"); len(got) != 0 {
		t.Errorf("others share %v", got)
	}
	got := h.ok(200, "PATCH", "/domainnames/api.example.com?domainNameId="+id, patch("replace", "/managementPolicy", `{"Version":"2012-10-17"}`))
	if got["managementPolicy"] != `{"Version":"2012-10-17"}` {
		t.Errorf("management policy %v", got["managementPolicy"])
	}
	if h.document("api.example.com") != nil || len(h.domains) != 0 {
		t.Error("the data plane got to know a private domain")
	}
	h.ok(202, "DELETE", "/domainnames/api.example.com?domainNameId="+id, "")
	h.notFound("Invalid domain name identifier specified", "GET", "/domainnames/api.example.com?domainNameId="+id, "")
}

func TestDomainNameRefusals(t *testing.T) {
	h := newHarness(t)
	body := func(members string) string { return `{"domainName":"api.example.com",` + members + `}` }
	regional := `"regionalCertificateArn":"` + certificate + `","endpointConfiguration":{"types":["REGIONAL"]}`
	cases := []struct{ body, message string }{
		{`{"domainName":"api.example.com"}`, "A certificate was not provided for the endpoint type EDGE."},
		{body(`"endpointConfiguration":{"types":["REGIONAL"]}`), "A certificate was not provided for the endpoint type REGIONAL."},
		{body(`"endpointConfiguration":{"types":["PRIVATE"]}`), "A certificate was not provided for the endpoint type PRIVATE."},
		{body(`"certificateArn":"` + certificate + `",` + regional), "Cannot import certificates for EDGE while REGIONAL is active."},
		{body(`"certificateArn":"arn:aws:acm:eu-west-1:123456789012:certificate/x"`), "Invalid certificate ARN: arn:aws:acm:eu-west-1:123456789012:certificate/x. Certificate must be in 'us-east-1'."},
		{body(`"certificateArn":"arn:aws:iam::123456789012:server-certificate/x"`), "Invalid certificate ARN: arn:aws:iam::123456789012:server-certificate/x."},
		{body(`"certificateName":"c","certificateBody":"b","certificatePrivateKey":"k","endpointConfiguration":{"types":["REGIONAL"]}`), "Uploading certificates is not supported for REGIONAL."},
		{body(`"policy":"{}",` + regional), "Policies are supported for PRIVATE domain names only."},
		{body(`"certificateArn":"` + certificate + `","mutualTlsAuthentication":{"truststoreUri":"s3://b/k"}`), "Mutual TLS authentication is supported for Regional APIs only"},
		{body(`"mutualTlsAuthentication":{"truststoreUri":"http://b/k"},` + regional), "Invalid truststoreUri specified: http://b/k. It must be s3://bucket-name/key-name."},
		{body(`"securityPolicy":"SecurityPolicy_TLS13_2025_EDGE","endpointAccessMode":"BASIC",` + regional), "The security policy SecurityPolicy_TLS13_2025_EDGE is not supported for REGIONAL."},
		{body(`"securityPolicy":"SecurityPolicy_TLS13_1_3_2025_09",` + regional), "endpointAccessMode must be BASIC or STRICT for the security policy SecurityPolicy_TLS13_1_3_2025_09."},
		{body(`"certificateArn":"` + certificate + `","endpointConfiguration":{"types":["PRIVATE"],"ipAddressType":"ipv4"}`), "Only dualstack ipAddressType is supported for Private APIs."},
		{`{"domainName":"*.example.com","certificateArn":"` + certificate + `","endpointConfiguration":{"types":["PRIVATE"]}}`, "Wildcard domain names are not supported for PRIVATE."},
		{`{"domainName":"example","certificateArn":"` + certificate + `"}`, "Invalid domain name specified: example. Please use labels of lower-case letters, digits and hyphens, with up to 63 characters each and 255 in all."},
		{body(`"certificateArn":"` + certificate + `","tags":{"aws:x":"y"}`), "Invalid tag key: aws:x. Tag keys that start with 'aws:' are reserved for system use"},
	}
	for _, c := range cases {
		h.badRequest(c.message, "POST", "/domainnames", c.body)
	}
	if got := h.count("domainnames"); got != 0 {
		t.Errorf("%d domain names exist", got)
	}
}

func TestUpdateDomainName(t *testing.T) {
	h := newHarness(t)
	h.regional("api.example.com")
	const path = "/domainnames/api.example.com"
	h.clock.Store(60)
	got := h.ok(200, "PATCH", path, patch("replace", "/regionalCertificateArn", certificate2, "replace", "/mutualTlsAuthentication/truststoreUri", "s3://bucket/trust.pem", "add", "/mutualTlsAuthentication/truststoreVersion", "7"))
	if got["regionalCertificateArn"] != certificate2 || got["certificateUploadDate"] != float64(now+60) {
		t.Errorf("rotated: %v", got)
	}
	if diff := cmp.Diff(map[string]any{"truststoreUri": "s3://bucket/trust.pem", "truststoreVersion": "7"}, got["mutualTlsAuthentication"]); diff != "" {
		t.Errorf("mutual TLS (-want +got):\n%s", diff)
	}
	if !h.document("api.example.com").MutualTLS {
		t.Error("the data plane does not know of mutual TLS")
	}
	got = h.ok(200, "PATCH", path, patch("replace", "/mutualTlsAuthentication/truststoreUri", "", "replace", "/routingMode", "ROUTING_RULE_ONLY", "replace", "/endpointConfiguration/ipAddressType", "dualstack"))
	if got["mutualTlsAuthentication"] != nil || got["routingMode"] != "ROUTING_RULE_ONLY" {
		t.Errorf("switched off: %v", got)
	}
	if d := h.document("api.example.com"); d.MutualTLS || d.RoutingMode != "ROUTING_RULE_ONLY" {
		t.Errorf("document %+v", d)
	}

	// From regional to edge, by way of both (domains and edge, 3).
	got = h.ok(200, "PATCH", path, patch("add", "/endpointConfiguration/types", "EDGE", "add", "/certificateArn", certificate))
	if got["distributionDomainName"] == nil || got["regionalDomainName"] == nil {
		t.Errorf("both: %v", got)
	}
	got = h.ok(200, "PATCH", path, patch("remove", "/endpointConfiguration/types", "REGIONAL"))
	if got["distributionDomainName"] == nil || got["regionalDomainName"] != nil || got["regionalCertificateArn"] != nil {
		t.Errorf("edge: %v", got)
	}
	// And back at once, as Terraform does.
	got = h.ok(200, "PATCH", path, patch("replace", "/endpointConfiguration/types/EDGE", "REGIONAL", "add", "/regionalCertificateArn", certificate))
	if got["distributionDomainName"] != nil || got["regionalCertificateArn"] != certificate {
		t.Errorf("regional: %v", got)
	}

	for _, c := range []struct{ op, path, value, message string }{
		{"remove", "/endpointConfiguration/types", "REGIONAL", "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."},
		{"replace", "/endpointConfiguration/types/REGIONAL", "PRIVATE", "The endpoint type of a domain name cannot be changed to or from PRIVATE."},
		{"replace", "/endpointConfiguration/ipAddressType", "ipv6", "ipAddressType must be either ipv4 or dualstack."},
		{"replace", "/domainName", "x", "Invalid patch path  '/domainName' specified for op 'replace'. Must be one of: [/certificateArn, /certificateName, /regionalCertificateArn, /regionalCertificateName, /endpointConfiguration/types/{type}, /endpointConfiguration/ipAddressType, /endpointAccessMode, /managementPolicy, /policy, /mutualTlsAuthentication/truststoreUri, /mutualTlsAuthentication/truststoreVersion, /ownershipVerificationCertificateArn, /routingMode, /securityPolicy]"},
		{"add", "/routingMode", "x", "Invalid patch path  '/routingMode' specified for op 'add'. Please choose supported operations"},
	} {
		h.badRequest(c.message, "PATCH", path, patch(c.op, c.path, c.value))
	}
	h.badRequest("Add and remove operations at /regionalCertificate cannot be combined in one request.", "PATCH", path,
		patch("add", "/regionalCertificateArn", certificate, "remove", "/regionalCertificateName", "-"))
	h.notFound("Invalid domain name identifier specified", "PATCH", "/domainnames/x.example.com", patch("replace", "/policy", ""))
}

func TestDomainNameQuota(t *testing.T) {
	h := newHarness(t)
	h.regional("api.example.com")
	item, err := h.store.Get(t.Context(), store.Key{Partition: "domainnames", Sort: "api.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	var items []store.Item
	for i := range 119 {
		items = append(items, store.Item{Key: store.Key{Partition: "domainnames", Sort: fmt.Sprintf("%d.example.com", i)}, Value: item.Value})
	}
	if err := h.store.PutAll(t.Context(), items); err != nil {
		t.Fatal(err)
	}
	h.refused(429, "LimitExceededException", "Maximum number of Domain Names for this account has been reached. Please contact AWS if you need additional Domain Names",
		"POST", "/domainnames", `{"domainName":"last.example.com","certificateArn":"`+certificate+`"}`)
	h.private("private.example.com")
}
