package controlplane_test

import (
	"net/url"
	"slices"
	"testing"
)

func TestAccessAssociation(t *testing.T) {
	h := newHarness(t)
	id := h.private("api.example.com")
	domainARN := "arn:aws:apigateway:us-east-1:123456789012:/domainnames/api.example.com+" + id
	body := func(domain, endpoint string) string {
		return `{"domainNameArn":"` + domain + `","accessAssociationSourceType":"VPCE","accessAssociationSource":"` + endpoint + `","tags":{"a":"b"}}`
	}
	arn := "arn:aws:apigateway:us-east-1:123456789012:/domainnameaccessassociations/domainname/api.example.com/vpcesource/vpce-1a2b"
	h.is(201, "POST", "/domainnameaccessassociations", body(domainARN, "vpce-1a2b"),
		`{"domainNameAccessAssociationArn":"`+arn+`","domainNameArn":"`+domainARN+`","accessAssociationSourceType":"VPCE","accessAssociationSource":"vpce-1a2b","tags":{"a":"b"}}`)
	h.refused(409, "ConflictException", "A domain name access association already exists for this domain name and access association source", "POST", "/domainnameaccessassociations", body(domainARN, "vpce-1a2b"))
	h.badRequest("Invalid ARN specified in the request", "POST", "/domainnameaccessassociations", body("arn:aws:apigateway:us-east-1::/domainnames/api.example.com", "vpce-1a2b"))
	h.badRequest("Invalid domain name identifier specified", "POST", "/domainnameaccessassociations", body(domainARN+"x", "vpce-1a2b"))
	h.badRequest("Invalid access association source specified: vpc-1. It must be the identifier of a VPC endpoint.", "POST", "/domainnameaccessassociations", body(domainARN, "vpc-1"))

	if got := members(h.ok(200, "GET", "/domainnameaccessassociations", ""), "accessAssociationSource"); !slices.Equal(got, []string{"vpce-1a2b"}) {
		t.Errorf("listed %v", got)
	}
	if got := members(h.ok(200, "GET", "/domainnameaccessassociations?resourceOwner=OTHER_ACCOUNTS", ""), "accessAssociationSource"); len(got) != 0 {
		t.Errorf("of others %v", got)
	}
	h.badRequest("Deleting domain name api.example.com failed. Please delete or reject all domain name access associations related to it.", "DELETE", "/domainnames/api.example.com?domainNameId="+id, "")

	const missing = "Invalid domain name access association identifier specified"
	h.notFound(missing, "DELETE", "/domainnameaccessassociations/"+url.PathEscape(arn+"x"), "")
	h.badRequest("Invalid ARN specified in the request", "DELETE", "/domainnameaccessassociations/x", "")
	reject := func(domain string) string {
		return "/rejectdomainnameaccessassociations?domainNameAccessAssociationArn=" + url.QueryEscape(arn) + "&domainNameArn=" + url.QueryEscape(domain)
	}
	h.notFound(missing, "POST", reject(domainARN+"x"), "")
	h.ok(202, "POST", reject(domainARN), "")
	h.notFound(missing, "POST", reject(domainARN), "")
	h.ok(201, "POST", "/domainnameaccessassociations", body(domainARN, "vpce-1a2b"))
	h.ok(202, "DELETE", "/domainnameaccessassociations/"+url.PathEscape(arn), "")
	h.ok(202, "DELETE", "/domainnames/api.example.com?domainNameId="+id, "")
}
