package v2

import (
	"context"
	"fmt"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) domainNames() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateDomainNameOperation, s.CreateDomainName),
		wire.Bind(&v2.GetDomainNameOperation, s.GetDomainName),
		wire.Bind(&v2.GetDomainNamesOperation, s.GetDomainNames),
		wire.Bind(&v2.UpdateDomainNameOperation, s.UpdateDomainName),
		wire.Bind(&v2.DeleteDomainNameOperation, s.DeleteDomainName),
	}
}

// configuration is the one configuration of a domain name that this service creates: a regional one.
func configuration(list []v2.DomainNameConfiguration) (v2.DomainNameConfiguration, error) {
	if len(list) != 1 {
		return v2.DomainNameConfiguration{}, wire.BadRequest("Exactly one domain name configuration must be specified")
	}
	c := list[0]
	if t := definition.Value(c.EndpointType); t != "" && t != v2.EndpointTypeRegional {
		return c, wire.BadRequest("Only REGIONAL domain names can be managed through the API Gateway V2 API. For EDGE domain names, please use the API Gateway V1 API. Also note that only REST APIs can be attached to EDGE domain names.")
	}
	return c, nil
}

// CreateDomainName creates a regional domain name.
func (s *Service) CreateDomainName(ctx context.Context, in *v2.CreateDomainNameRequest) (*v2.CreateDomainNameResponse, error) {
	c, err := configuration(in.DomainNameConfigurations)
	if err != nil {
		return nil, err
	}
	request := &apigateway.CreateDomainNameRequest{
		DomainName:                          in.DomainName,
		RegionalCertificateArn:              c.CertificateArn,
		RegionalCertificateName:             c.CertificateName,
		SecurityPolicy:                      c.SecurityPolicy,
		OwnershipVerificationCertificateArn: c.OwnershipVerificationCertificateArn,
		EndpointConfiguration:               &apigateway.EndpointConfiguration{Types: []string{apigateway.EndpointTypeRegional}, IpAddressType: c.IpAddressType},
		RoutingMode:                         routingModeOfREST(in.RoutingMode),
		Tags:                                in.Tags,
	}
	if m := in.MutualTlsAuthentication; m != nil {
		request.MutualTlsAuthentication = &apigateway.MutualTlsAuthenticationInput{TruststoreUri: m.TruststoreUri, TruststoreVersion: m.TruststoreVersion}
	}
	d, err := s.cfg.REST.CreateDomainName(ctx, request)
	if err != nil {
		return nil, err
	}
	answer := v2.CreateDomainNameResponse(*s.printDomain(d))
	return &answer, nil
}

// routingMode is a routing mode as this service calls it: mappings have two names.
func routingMode(m *string) *string {
	if definition.Value(m) == apigateway.RoutingModeBasePathMappingOnly {
		return definition.Ptr(v2.RoutingModeApiMappingOnly)
	}
	if definition.Value(m) == apigateway.RoutingModeRoutingRuleThenBasePathMapping {
		return definition.Ptr(v2.RoutingModeRoutingRuleThenApiMapping)
	}
	return m
}

// routingModeOfREST is the reverse of routingMode.
func routingModeOfREST(m *string) *string {
	switch definition.Value(m) {
	case v2.RoutingModeApiMappingOnly:
		return definition.Ptr(apigateway.RoutingModeBasePathMappingOnly)
	case v2.RoutingModeRoutingRuleThenApiMapping:
		return definition.Ptr(apigateway.RoutingModeRoutingRuleThenBasePathMapping)
	}
	return m
}

// printDomain is a domain name in the shapes of this service.
func (s *Service) printDomain(d *apigateway.DomainName) *v2.DomainName {
	selection := "$request.basepath"
	out := &v2.DomainName{
		ApiMappingSelectionExpression: &selection, DomainName: d.DomainName, RoutingMode: routingMode(d.RoutingMode), Tags: d.Tags,
		DomainNameArn: definition.Ptr(fmt.Sprintf("arn:%s:apigateway:%s::/domainnames/%s", controlplane.Partition(s.cfg.Region), s.cfg.Region, *d.DomainName)),
	}
	if out.Tags == nil {
		out.Tags = map[string]string{}
	}
	if m := d.MutualTlsAuthentication; m != nil {
		out.MutualTlsAuthentication = &v2.MutualTlsAuthentication{TruststoreUri: m.TruststoreUri, TruststoreVersion: m.TruststoreVersion, TruststoreWarnings: m.TruststoreWarnings}
	}
	for _, kind := range d.EndpointConfiguration.Types {
		c := v2.DomainNameConfiguration{
			EndpointType: &kind, CertificateUploadDate: d.CertificateUploadDate, DomainNameStatus: d.DomainNameStatus,
			DomainNameStatusMessage: d.DomainNameStatusMessage, IpAddressType: d.EndpointConfiguration.IpAddressType,
			SecurityPolicy: d.SecurityPolicy, OwnershipVerificationCertificateArn: d.OwnershipVerificationCertificateArn,
		}
		switch kind {
		case apigateway.EndpointTypeEdge:
			c.ApiGatewayDomainName, c.HostedZoneId = d.DistributionDomainName, d.DistributionHostedZoneId
			c.CertificateArn, c.CertificateName = d.CertificateArn, d.CertificateName
		default:
			c.ApiGatewayDomainName, c.HostedZoneId = d.RegionalDomainName, d.RegionalHostedZoneId
			c.CertificateArn, c.CertificateName = d.RegionalCertificateArn, d.RegionalCertificateName
		}
		out.DomainNameConfigurations = append(out.DomainNameConfigurations, c)
	}
	return out
}

// errDomain is a refusal of the service for REST APIs in the words of this one.
func errDomain(err error) error {
	if refusal := refusalOf(err); refusal != nil && refusal.Code == "NotFoundException" && refusal != controlplane.ErrNoAPIMapping {
		return missing("The domain name resource specified in the request was not found.")
	}
	return err
}

// GetDomainName returns a domain name.
func (s *Service) GetDomainName(ctx context.Context, in *v2.GetDomainNameRequest) (*v2.GetDomainNameResponse, error) {
	d, err := s.cfg.REST.GetDomainName(ctx, &apigateway.GetDomainNameRequest{DomainName: in.DomainName})
	if err != nil {
		return nil, errDomain(err)
	}
	answer := v2.GetDomainNameResponse(*s.printDomain(d))
	return &answer, nil
}

// GetDomainNames lists the public domain names, in pages.
func (s *Service) GetDomainNames(ctx context.Context, in *v2.GetDomainNamesRequest) (*v2.GetDomainNamesResponse, error) {
	size, err := pageSize(in.MaxResults)
	if err != nil {
		return nil, err
	}
	page, err := s.cfg.REST.GetDomainNames(ctx, &apigateway.GetDomainNamesRequest{Limit: definition.Ptr(int32(size)), Position: in.NextToken})
	if err != nil {
		return nil, err
	}
	out := &v2.GetDomainNamesResponse{Items: []v2.DomainName{}, NextToken: page.Position}
	for i := range page.Items {
		if page.Items[i].DomainNameId != nil {
			continue // private ones belong to REST APIs
		}
		out.Items = append(out.Items, *s.printDomain(&page.Items[i]))
	}
	return out, nil
}

// UpdateDomainName changes the members that are given.
func (s *Service) UpdateDomainName(ctx context.Context, in *v2.UpdateDomainNameRequest) (*v2.UpdateDomainNameResponse, error) {
	var patches []apigateway.PatchOperation
	replace := func(path string, v *string) {
		if v != nil {
			patches = append(patches, apigateway.PatchOperation{Op: definition.Ptr(apigateway.OpReplace), Path: &path, Value: v})
		}
	}
	if in.DomainNameConfigurations != nil {
		c, err := configuration(in.DomainNameConfigurations)
		if err != nil {
			return nil, err
		}
		current, err := s.cfg.REST.GetDomainName(ctx, &apigateway.GetDomainNameRequest{DomainName: in.DomainName})
		if err != nil {
			return nil, errDomain(err)
		}
		if !slices.Equal(current.EndpointConfiguration.Types, []string{apigateway.EndpointTypeRegional}) {
			_, err := configuration([]v2.DomainNameConfiguration{{EndpointType: definition.Ptr(v2.EndpointTypeEdge)}})
			return nil, err
		}
		replace("/regionalCertificateArn", c.CertificateArn)
		replace("/regionalCertificateName", c.CertificateName)
		replace("/securityPolicy", c.SecurityPolicy)
		replace("/ownershipVerificationCertificateArn", c.OwnershipVerificationCertificateArn)
		replace("/endpointConfiguration/ipAddressType", c.IpAddressType)
	}
	if m := in.MutualTlsAuthentication; m != nil {
		replace("/mutualTlsAuthentication/truststoreUri", m.TruststoreUri)
		if definition.Value(m.TruststoreUri) != "" || m.TruststoreUri == nil {
			replace("/mutualTlsAuthentication/truststoreVersion", m.TruststoreVersion)
		}
	}
	replace("/routingMode", routingModeOfREST(in.RoutingMode))
	d, err := s.cfg.REST.UpdateDomainName(ctx, &apigateway.UpdateDomainNameRequest{DomainName: in.DomainName, PatchOperations: patches})
	if err != nil {
		return nil, errDomain(err)
	}
	answer := v2.UpdateDomainNameResponse(*s.printDomain(d))
	return &answer, nil
}

// DeleteDomainName deletes a domain name with all its mappings.
func (s *Service) DeleteDomainName(ctx context.Context, in *v2.DeleteDomainNameRequest) (*wire.Empty, error) {
	out, err := s.cfg.REST.DeleteDomainName(ctx, &apigateway.DeleteDomainNameRequest{DomainName: in.DomainName})
	return out, errDomain(err)
}
