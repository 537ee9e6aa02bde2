package controlplane_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// callDomains calls the operations on domain names and what belongs to them.
func callDomains(t *testing.T, s *sdk, c *apigateway.Client, api *string) {
	t.Helper()
	name := aws.String("api.example.com")
	d := call(s, "CreateDomainName", c.CreateDomainName, &apigateway.CreateDomainNameInput{DomainName: name, RegionalCertificateArn: aws.String(certificate), EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}}})
	if d.DomainNameStatus != types.DomainNameStatusAvailable || d.CertificateUploadDate.Unix() != now {
		t.Errorf("CreateDomainName: %+v", d)
	}
	if got := call(s, "GetDomainName", c.GetDomainName, &apigateway.GetDomainNameInput{DomainName: name}); aws.ToString(got.RegionalDomainName) != aws.ToString(d.RegionalDomainName) {
		t.Errorf("GetDomainName: %+v", got)
	}
	if got := call(s, "UpdateDomainName", c.UpdateDomainName, &apigateway.UpdateDomainNameInput{DomainName: name, PatchOperations: replace("/securityPolicy", "TLS_1_0")}); got.SecurityPolicy != types.SecurityPolicyTls10 {
		t.Errorf("UpdateDomainName: %+v", got)
	}
	call(s, "CreateBasePathMapping", c.CreateBasePathMapping, &apigateway.CreateBasePathMappingInput{DomainName: name, RestApiId: api})
	none := aws.String("(none)")
	if got := call(s, "GetBasePathMapping", c.GetBasePathMapping, &apigateway.GetBasePathMappingInput{DomainName: name, BasePath: none}); aws.ToString(got.BasePath) != "(none)" {
		t.Errorf("GetBasePathMapping: %+v", got)
	}
	call(s, "UpdateBasePathMapping", c.UpdateBasePathMapping, &apigateway.UpdateBasePathMappingInput{DomainName: name, BasePath: none, PatchOperations: replace("/basePath", "v1")})
	if got := call(s, "GetBasePathMappings", c.GetBasePathMappings, &apigateway.GetBasePathMappingsInput{DomainName: name}); len(got.Items) != 1 || aws.ToString(got.Items[0].BasePath) != "v1" {
		t.Errorf("GetBasePathMappings: %+v", got)
	}
	call(s, "DeleteBasePathMapping", c.DeleteBasePathMapping, &apigateway.DeleteBasePathMappingInput{DomainName: name, BasePath: aws.String("v1")})

	p := call(s, "CreateDomainName", c.CreateDomainName, &apigateway.CreateDomainNameInput{DomainName: name, CertificateArn: aws.String(certificate), EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypePrivate}}})
	associate := &apigateway.CreateDomainNameAccessAssociationInput{DomainNameArn: p.DomainNameArn, AccessAssociationSourceType: types.AccessAssociationSourceTypeVpce, AccessAssociationSource: aws.String("vpce-1")}
	a := call(s, "CreateDomainNameAccessAssociation", c.CreateDomainNameAccessAssociation, associate)
	if got := call(s, "GetDomainNameAccessAssociations", c.GetDomainNameAccessAssociations, &apigateway.GetDomainNameAccessAssociationsInput{}); len(got.Items) != 1 {
		t.Errorf("GetDomainNameAccessAssociations: %+v", got)
	}
	call(s, "RejectDomainNameAccessAssociation", c.RejectDomainNameAccessAssociation, &apigateway.RejectDomainNameAccessAssociationInput{DomainNameAccessAssociationArn: a.DomainNameAccessAssociationArn, DomainNameArn: p.DomainNameArn})
	call(s, "CreateDomainNameAccessAssociation", c.CreateDomainNameAccessAssociation, associate)
	call(s, "DeleteDomainNameAccessAssociation", c.DeleteDomainNameAccessAssociation, &apigateway.DeleteDomainNameAccessAssociationInput{DomainNameAccessAssociationArn: a.DomainNameAccessAssociationArn})
	if got := call(s, "GetDomainNames", c.GetDomainNames, &apigateway.GetDomainNamesInput{}); len(got.Items) != 2 {
		t.Errorf("GetDomainNames: %+v", got)
	}
	call(s, "DeleteDomainName", c.DeleteDomainName, &apigateway.DeleteDomainNameInput{DomainName: name})
	call(s, "DeleteDomainName", c.DeleteDomainName, &apigateway.DeleteDomainNameInput{DomainName: name, DomainNameId: p.DomainNameId})
}

// callAccount calls the operations on what else belongs to the account, and on tags.
func callAccount(t *testing.T, s *sdk, c *apigateway.Client, api *string) {
	t.Helper()
	l := call(s, "CreateVpcLink", c.CreateVpcLink, &apigateway.CreateVpcLinkInput{Name: aws.String("l"), TargetArns: []string{loadBalancer}})
	if got := call(s, "GetVpcLink", c.GetVpcLink, &apigateway.GetVpcLinkInput{VpcLinkId: l.Id}); got.Status != types.VpcLinkStatusAvailable {
		t.Errorf("GetVpcLink: %+v", got)
	}
	call(s, "UpdateVpcLink", c.UpdateVpcLink, &apigateway.UpdateVpcLinkInput{VpcLinkId: l.Id, PatchOperations: replace("/name", "m")})
	if got := call(s, "GetVpcLinks", c.GetVpcLinks, &apigateway.GetVpcLinksInput{}); len(got.Items) != 1 || aws.ToString(got.Items[0].Name) != "m" {
		t.Errorf("GetVpcLinks: %+v", got)
	}
	call(s, "DeleteVpcLink", c.DeleteVpcLink, &apigateway.DeleteVpcLinkInput{VpcLinkId: l.Id})

	const role = "arn:aws:iam::123456789012:role/logs"
	call(s, "UpdateAccount", c.UpdateAccount, &apigateway.UpdateAccountInput{PatchOperations: replace("/cloudwatchRoleArn", role)})
	if got := call(s, "GetAccount", c.GetAccount, &apigateway.GetAccountInput{}); aws.ToString(got.CloudwatchRoleArn) != role || got.ThrottleSettings.RateLimit != 10000 {
		t.Errorf("GetAccount: %+v", got)
	}

	cert := call(s, "GenerateClientCertificate", c.GenerateClientCertificate, &apigateway.GenerateClientCertificateInput{})
	call(s, "UpdateClientCertificate", c.UpdateClientCertificate, &apigateway.UpdateClientCertificateInput{ClientCertificateId: cert.ClientCertificateId, PatchOperations: replace("/description", "d")})
	if got := call(s, "GetClientCertificate", c.GetClientCertificate, &apigateway.GetClientCertificateInput{ClientCertificateId: cert.ClientCertificateId}); aws.ToString(got.Description) != "d" {
		t.Errorf("GetClientCertificate: %+v", got)
	}
	if got := call(s, "GetClientCertificates", c.GetClientCertificates, &apigateway.GetClientCertificatesInput{}); len(got.Items) != 1 {
		t.Errorf("GetClientCertificates: %+v", got)
	}
	call(s, "DeleteClientCertificate", c.DeleteClientCertificate, &apigateway.DeleteClientCertificateInput{ClientCertificateId: cert.ClientCertificateId})

	arn := aws.String("arn:aws:apigateway:us-east-1::/restapis/" + *api)
	call(s, "TagResource", c.TagResource, &apigateway.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"a b": "c", "d": "e"}})
	call(s, "UntagResource", c.UntagResource, &apigateway.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"d"}})
	if got := call(s, "GetTags", c.GetTags, &apigateway.GetTagsInput{ResourceArn: arn}); len(got.Tags) != 1 || got.Tags["a b"] != "c" {
		t.Errorf("GetTags: %+v", got)
	}
}
