package clients

import (
	"crypto/x509"
	"encoding/pem"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	gw "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// Control-plane operations, 1; an AWS client certificate lives 365 days.
func clientCertificates(s *session) {
	out := call(s, s.api.GenerateClientCertificate, &gw.GenerateClientCertificateInput{Description: aws.String("to the back end"), Tags: map[string]string{"k": "v"}},
		`{"clientCertificateId":"<id=id6>","description":"to the back end","pemEncodedCertificate":"<pem=re:-----BEGIN CERTIFICATE-----\\n.*>","createdDate":"<time>","expirationDate":"<any>","tags":{"k":"v"}}`)
	block, _ := pem.Decode([]byte(aws.ToString(out.PemEncodedCertificate)))
	if block == nil {
		s.Fatal("GenerateClientCertificate: no PEM block")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		s.Fatalf("GenerateClientCertificate: %v", err)
	}
	if !cert.NotAfter.Equal(aws.ToTime(out.ExpirationDate)) {
		s.Errorf("GenerateClientCertificate: the certificate ends %v, expirationDate says %v", cert.NotAfter, out.ExpirationDate)
	}
	if life := out.ExpirationDate.Sub(*out.CreatedDate).Round(24 * time.Hour); life != 365*24*time.Hour {
		s.Errorf("GenerateClientCertificate: valid for %v, want 365 days", life)
	}
	call(s, s.api.UpdateClientCertificate, &gw.UpdateClientCertificateInput{ClientCertificateId: s.ref("id"), PatchOperations: s.patch("replace /description renamed")},
		`{"clientCertificateId":"<id>","description":"renamed","pemEncodedCertificate":"<pem>","createdDate":"<time>","expirationDate":"<any>","tags":{"k":"v"}}`)
	call(s, s.api.GetClientCertificate, &gw.GetClientCertificateInput{ClientCertificateId: s.ref("id")},
		`{"clientCertificateId":"<id>","description":"renamed","pemEncodedCertificate":"<pem>","createdDate":"<time>","expirationDate":"<any>","tags":{"k":"v"}}`)
	call(s, s.api.GetClientCertificates, &gw.GetClientCertificatesInput{}, `{"item":[{"clientCertificateId":"<id>","description":"renamed","...":0}]}`)
	call(s, s.api.DeleteClientCertificate, &gw.DeleteClientCertificateInput{ClientCertificateId: s.ref("id")}, ``)
	call(s, s.api.GetClientCertificates, &gw.GetClientCertificatesInput{}, `{"item":[]}`)
}

// Control-plane recorded, 17; control-plane operations, 1.
func vpcLinks(s *session) {
	const arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/nlb/0123456789abcdef"
	call(s, s.api.CreateVpcLink, &gw.CreateVpcLinkInput{Name: aws.String("link"), Description: aws.String("to the NLB"), TargetArns: []string{arn}, Tags: map[string]string{"k": "v"}},
		`{"id":"<id=id6>","name":"link","description":"to the NLB","targetArns":["`+arn+`"],"status":"<re:PENDING|AVAILABLE>","tags":{"k":"v"},"...":0}`)
	call(s, s.api.GetVpcLink, &gw.GetVpcLinkInput{VpcLinkId: s.ref("id")},
		`{"id":"<id>","name":"link","description":"to the NLB","targetArns":["`+arn+`"],"status":"<re:PENDING|AVAILABLE>","tags":{"k":"v"},"...":0}`)
	call(s, s.api.UpdateVpcLink, &gw.UpdateVpcLinkInput{VpcLinkId: s.ref("id"), PatchOperations: s.patch("replace /name renamed", "replace /description other")},
		`{"id":"<id>","name":"renamed","description":"other","targetArns":["`+arn+`"],"tags":{"k":"v"},"...":0}`)
	call(s, s.api.GetVpcLinks, &gw.GetVpcLinksInput{}, `{"item":[{"id":"<id>","name":"renamed","...":0}]}`)
	call(s, s.api.DeleteVpcLink, &gw.DeleteVpcLinkInput{VpcLinkId: s.ref("id")}, ``)
	refused(s, s.api.UpdateVpcLink, &gw.UpdateVpcLinkInput{VpcLinkId: aws.String("nosuch"), PatchOperations: s.patch("replace /name x")}, "NotFoundException", "Invalid Vpc Link identifier specified")
}

// Control-plane operations, 1 and 2.3; the account's throttle: REST data plane, 12.
func account(s *session) {
	call(s, s.api.GetAccount, &gw.GetAccountInput{}, `{"apiKeyVersion":"<any>","features":["UsagePlans"],"throttleSettings":{"burstLimit":5000,"rateLimit":10000.0}}`)
	call(s, s.api.UpdateAccount, &gw.UpdateAccountInput{PatchOperations: s.patch("replace /cloudwatchRoleArn arn:aws:iam::123456789012:role/logs")},
		`{"cloudwatchRoleArn":"arn:aws:iam::123456789012:role/logs","apiKeyVersion":"<any>","features":["UsagePlans"],"throttleSettings":{"burstLimit":5000,"rateLimit":10000.0}}`)
	call(s, s.api.GetAccount, &gw.GetAccountInput{}, `{"cloudwatchRoleArn":"arn:aws:iam::123456789012:role/logs","...":0}`)
}

// Control-plane operations, 2.6 and 2.7; control-plane recorded, 1.1.
func tags(s *session) {
	s.newStage()
	s.newKey()
	s.newPlan()
	call(s, s.api.GenerateClientCertificate, &gw.GenerateClientCertificateInput{}, `{"clientCertificateId":"<certificate=id6>","...":0}`)
	call(s, s.api.CreateVpcLink, &gw.CreateVpcLinkInput{Name: aws.String("link"), TargetArns: []string{"arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/nlb/0123456789abcdef"}},
		`{"id":"<link=id6>","...":0}`)
	s.newDomain()
	for _, path := range []string{"restapis/<api>", "restapis/<api>/stages/prod", "apikeys/<key>", "usageplans/<plan>", "clientcertificates/<certificate>", "vpclinks/<link>", "domainnames/api.example.com"} {
		arn := aws.String(s.names.expand("arn:aws:apigateway:us-east-1::/" + path))
		call(s, s.api.TagResource, &gw.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"a b": "1", "c:d/e": "2"}}, ``)
		call(s, s.api.TagResource, &gw.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"a b": "3"}}, ``)
		call(s, s.api.GetTags, &gw.GetTagsInput{ResourceArn: arn}, `{"tags":{"a b":"3","c:d/e":"2"}}`)
		call(s, s.api.UntagResource, &gw.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"c:d/e", "absent"}}, ``)
		call(s, s.api.GetTags, &gw.GetTagsInput{ResourceArn: arn}, `{"tags":{"a b":"3"}}`)
	}
	call(s, s.api.GetRestApi, &gw.GetRestApiInput{RestApiId: s.ref("api")}, `{"tags":{"a b":"3"},"...":0}`)
	call(s, s.api.GetStage, &gw.GetStageInput{RestApiId: s.ref("api"), StageName: prod}, `{"tags":{"a b":"3"},"...":0}`)
}

const certificateARN = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"

// newDomain makes the regional domain name api.example.com.
func (s *session) newDomain() {
	s.Helper()
	call(s, s.api.CreateDomainName, &gw.CreateDomainNameInput{DomainName: aws.String("api.example.com"), RegionalCertificateArn: aws.String(certificateARN),
		EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}}},
		`{"domainName":"api.example.com","regionalCertificateArn":"`+certificateARN+`","regionalDomainName":"<any>","regionalHostedZoneId":"<any>",
		"endpointConfiguration":{"types":["REGIONAL"],"ipAddressType":"ipv4"},"domainNameStatus":"AVAILABLE","securityPolicy":"TLS_1_2","...":0}`)
}

// newPrivateDomain makes the private domain name private.example.com with the ARN <domainArn>.
func (s *session) newPrivateDomain() {
	s.Helper()
	call(s, s.api.CreateDomainName, &gw.CreateDomainNameInput{DomainName: aws.String("private.example.com"), CertificateArn: aws.String(certificateARN),
		EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypePrivate}}},
		`{"domainName":"private.example.com","domainNameId":"<domainId=re:[a-z0-9]+>","domainNameArn":"<domainArn=re:arn:aws:apigateway:us-east-1:123456789012:/domainnames/private\\.example\\.com\\+[a-z0-9]+>",
		"certificateArn":"`+certificateARN+`","endpointConfiguration":{"types":["PRIVATE"],"ipAddressType":"dualstack"},"domainNameStatus":"AVAILABLE","securityPolicy":"TLS_1_2","...":0}`)
}

// Domains and edge, 3; control-plane operations, 1 and 2.3.
func domainNames(s *session) {
	s.newDomain()
	call(s, s.api.CreateDomainName, &gw.CreateDomainNameInput{DomainName: aws.String("edge.example.com"), CertificateArn: aws.String(certificateARN), Tags: map[string]string{"k": "v"}},
		`{"domainName":"edge.example.com","certificateArn":"`+certificateARN+`","distributionDomainName":"<any>","distributionHostedZoneId":"<any>",
		"endpointConfiguration":{"types":["EDGE"],"ipAddressType":"ipv4"},"domainNameStatus":"AVAILABLE","securityPolicy":"TLS_1_2","tags":{"k":"v"},"...":0}`)
	s.newPrivateDomain()
	call(s, s.api.GetDomainName, &gw.GetDomainNameInput{DomainName: aws.String("private.example.com"), DomainNameId: s.ref("domainId")},
		`{"domainName":"private.example.com","domainNameId":"<domainId>","domainNameArn":"<domainArn>","...":0}`)
	other := certificateARN[:len(certificateARN)-1] + "0"
	call(s, s.api.UpdateDomainName, &gw.UpdateDomainNameInput{DomainName: aws.String("api.example.com"), PatchOperations: s.patch("replace /regionalCertificateArn " + other)},
		`{"domainName":"api.example.com","regionalCertificateArn":"`+other+`","endpointConfiguration":{"types":["REGIONAL"],"ipAddressType":"ipv4"},"...":0}`)
	call(s, s.api.GetDomainName, &gw.GetDomainNameInput{DomainName: aws.String("api.example.com")}, `{"domainName":"api.example.com","regionalCertificateArn":"`+other+`","...":0}`)
	call(s, s.api.GetDomainNames, &gw.GetDomainNamesInput{}, `{"item":[{"domainName":"api.example.com","...":0},{"domainName":"edge.example.com","tags":{"k":"v"},"...":0},
		{"domainName":"private.example.com","domainNameId":"<domainId>","...":0},"~"]}`)
	call(s, s.api.DeleteDomainName, &gw.DeleteDomainNameInput{DomainName: aws.String("private.example.com"), DomainNameId: s.ref("domainId")}, ``)
	call(s, s.api.DeleteDomainName, &gw.DeleteDomainNameInput{DomainName: aws.String("edge.example.com")}, ``)
	call(s, s.api.GetDomainNames, &gw.GetDomainNamesInput{}, `{"item":[{"domainName":"api.example.com","...":0}]}`)
}

// Domains and edge, 4; control-plane operations, 2.3.
func basePathMappings(s *session) {
	s.newStage()
	s.newDomain()
	domain := aws.String("api.example.com")
	call(s, s.api.CreateBasePathMapping, &gw.CreateBasePathMappingInput{DomainName: domain, RestApiId: s.ref("api")}, `{"basePath":"(none)","restApiId":"<api>"}`)
	call(s, s.api.CreateBasePathMapping, &gw.CreateBasePathMappingInput{DomainName: domain, BasePath: aws.String("v1"), RestApiId: s.ref("api"), Stage: prod},
		`{"basePath":"v1","restApiId":"<api>","stage":"prod"}`)
	call(s, s.api.GetBasePathMapping, &gw.GetBasePathMappingInput{DomainName: domain, BasePath: aws.String("(none)")}, `{"basePath":"(none)","restApiId":"<api>"}`)
	call(s, s.api.UpdateBasePathMapping, &gw.UpdateBasePathMappingInput{DomainName: domain, BasePath: aws.String("(none)"), PatchOperations: s.patch("replace /stage prod")},
		`{"basePath":"(none)","restApiId":"<api>","stage":"prod"}`)
	call(s, s.api.UpdateBasePathMapping, &gw.UpdateBasePathMappingInput{DomainName: domain, BasePath: aws.String("v1"), PatchOperations: s.patch("replace /basepath v2")},
		`{"basePath":"v2","restApiId":"<api>","stage":"prod"}`)
	call(s, s.api.GetBasePathMappings, &gw.GetBasePathMappingsInput{DomainName: domain}, `{"item":[{"basePath":"(none)","restApiId":"<api>","stage":"prod"},{"basePath":"v2","restApiId":"<api>","stage":"prod"},"~"]}`)
	call(s, s.api.DeleteBasePathMapping, &gw.DeleteBasePathMappingInput{DomainName: domain, BasePath: aws.String("v2")}, ``)
	call(s, s.api.GetBasePathMappings, &gw.GetBasePathMappingsInput{DomainName: domain}, `{"item":[{"basePath":"(none)","restApiId":"<api>","stage":"prod"}]}`)
}

// Control-plane operations, 1 and 2.7.
func accessAssociations(s *session) {
	s.newPrivateDomain()
	create := func(endpoint, want string) {
		s.Helper()
		call(s, s.api.CreateDomainNameAccessAssociation, &gw.CreateDomainNameAccessAssociationInput{DomainNameArn: s.ref("domainArn"), AccessAssociationSource: aws.String(endpoint),
			AccessAssociationSourceType: types.AccessAssociationSourceTypeVpce, Tags: map[string]string{"k": "v"}}, want)
	}
	create("vpce-0123456789abcdef0", `{"domainNameAccessAssociationArn":"<first=re:arn:aws:apigateway:us-east-1:123456789012:/.+>","domainNameArn":"<domainArn>",
		"accessAssociationSourceType":"VPCE","accessAssociationSource":"vpce-0123456789abcdef0","tags":{"k":"v"}}`)
	create("vpce-0123456789abcdef1", `{"domainNameAccessAssociationArn":"<second=re:arn:aws:apigateway:us-east-1:123456789012:/.+>","...":0}`)
	call(s, s.api.GetDomainNameAccessAssociations, &gw.GetDomainNameAccessAssociationsInput{ResourceOwner: types.ResourceOwnerSelf},
		`{"item":[{"domainNameAccessAssociationArn":"<first>","domainNameArn":"<domainArn>","accessAssociationSourceType":"VPCE","accessAssociationSource":"vpce-0123456789abcdef0","tags":{"k":"v"}},
		{"domainNameAccessAssociationArn":"<second>","...":0},"~"]}`)
	call(s, s.api.DeleteDomainNameAccessAssociation, &gw.DeleteDomainNameAccessAssociationInput{DomainNameAccessAssociationArn: s.ref("first")}, ``)
	call(s, s.api.GetDomainNameAccessAssociations, &gw.GetDomainNameAccessAssociationsInput{}, `{"item":[{"domainNameAccessAssociationArn":"<second>","...":0}]}`)
	call(s, s.api.RejectDomainNameAccessAssociation, &gw.RejectDomainNameAccessAssociationInput{DomainNameAccessAssociationArn: s.ref("second"), DomainNameArn: s.ref("domainArn")}, ``)
}
