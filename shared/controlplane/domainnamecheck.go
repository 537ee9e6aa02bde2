package controlplane

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

var (
	certificateARN = regexp.MustCompile(`^arn:[^:]+:acm:([^:]+):[0-9]{12}:certificate/.+$`)
	truststoreURI  = regexp.MustCompile(`^s3://[^/]+/.+$`)
)

func has(d *apigateway.DomainName, endpointType string) bool {
	return slices.Contains(d.EndpointConfiguration.Types, endpointType)
}

// completeDomain fills in what follows from the rest and refuses what no domain name can be
// (domains and edge, 3, 6, 7 and 10).
func (s *Service) completeDomain(d *apigateway.DomainName) error {
	d.SecurityPolicy = valueOr(d.SecurityPolicy, apigateway.SecurityPolicyTls1_2)
	d.RoutingMode = valueOr(d.RoutingMode, apigateway.RoutingModeBasePathMappingOnly)
	d.DomainNameStatus = ptr(apigateway.DomainNameStatusAvailable)
	for _, check := range []func(*apigateway.DomainName) error{checkDomainName, checkEndpointTypes, s.checkCertificates, checkSecurityPolicy, checkMutualTLS, checkDomainPolicies} {
		if err := check(d); err != nil {
			return err
		}
	}
	s.giveHosts(d)
	return nil
}

func checkDomainName(d *apigateway.DomainName) error {
	if !snapshot.CustomDomainName(*d.DomainName) {
		return wire.BadRequest("Invalid domain name specified: %s. Please use labels of lower-case letters, digits and hyphens, with up to 63 characters each and 255 in all.", *d.DomainName)
	}
	if strings.HasPrefix(*d.DomainName, "*") && has(d, apigateway.EndpointTypePrivate) {
		return wire.BadRequest("Wildcard domain names are not supported for PRIVATE.")
	}
	return nil
}

func checkEndpointTypes(d *apigateway.DomainName) error {
	e := d.EndpointConfiguration
	private := has(d, apigateway.EndpointTypePrivate)
	switch {
	case len(e.Types) == 0:
		return wire.BadRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
	case private && len(e.Types) > 1:
		return wire.BadRequest("PRIVATE cannot be combined with another endpoint type.")
	case private != isPrivate(d):
		return wire.BadRequest("The endpoint type of a domain name cannot be changed to or from PRIVATE.")
	case len(e.VpcEndpointIds) > 0:
		return wire.BadRequest("vpcEndpointIds is not supported for domain names. Please use a domain name access association.")
	case private && e.IpAddressType != nil && *e.IpAddressType != apigateway.IpAddressTypeDualstack:
		return wire.BadRequest("Only dualstack ipAddressType is supported for Private APIs.")
	}
	for i, t := range e.Types {
		if slices.Contains(e.Types[:i], t) {
			return wire.BadRequest("Endpoint type %s is specified twice.", t)
		}
	}
	if private {
		e.IpAddressType = valueOr(e.IpAddressType, apigateway.IpAddressTypeDualstack)
	}
	e.IpAddressType = valueOr(e.IpAddressType, apigateway.IpAddressTypeIpv4)
	return nil
}

// edgeRegion is where the certificates of edge-optimized endpoints are, whatever the region of the
// domain name.
const edgeRegion = "us-east-1"

// checkCertificates holds each pair of certificate fields against the endpoint type that it is for.
func (s *Service) checkCertificates(d *apigateway.DomainName) error {
	own, region := apigateway.EndpointTypeEdge, edgeRegion
	if isPrivate(d) {
		own, region = apigateway.EndpointTypePrivate, s.cfg.Region
	}
	if err := checkFor(d, own, region, d.CertificateArn, d.CertificateName); err != nil {
		return err
	}
	if err := checkFor(d, apigateway.EndpointTypeRegional, s.cfg.Region, d.RegionalCertificateArn, d.RegionalCertificateName); err != nil {
		return err
	}
	if arn := d.OwnershipVerificationCertificateArn; arn != nil {
		return checkCertificate(*arn, s.cfg.Region)
	}
	return nil
}

// checkFor wants a certificate for an endpoint type that the domain has, and none for another.
func checkFor(d *apigateway.DomainName, endpointType, region string, arn, name *string) error {
	switch active := has(d, endpointType); {
	case !active && (arn != nil || name != nil):
		return wire.BadRequest("Cannot import certificates for %s while %s is active.", endpointType, d.EndpointConfiguration.Types[0])
	case !active:
		return nil
	case value(arn) == "":
		return wire.BadRequest("A certificate was not provided for the endpoint type %s.", endpointType)
	}
	return checkCertificate(*arn, region)
}

func checkCertificate(arn, region string) error {
	parts := certificateARN.FindStringSubmatch(arn)
	switch {
	case parts == nil:
		return wire.BadRequest("Invalid certificate ARN: %s.", arn)
	case parts[1] != region:
		return wire.BadRequest("Invalid certificate ARN: %s. Certificate must be in '%s'.", arn, region)
	}
	return nil
}

// checkSecurityPolicy holds the policy against the endpoint types: the enhanced ones of edge
// endpoints end in _EDGE.
func checkSecurityPolicy(d *apigateway.DomainName) error {
	policy := *d.SecurityPolicy
	enhanced := strings.HasPrefix(policy, "SecurityPolicy_")
	if value(d.EndpointAccessMode) == "" {
		d.EndpointAccessMode = nil
	}
	switch {
	case enhanced && d.EndpointAccessMode == nil:
		return wire.BadRequest("endpointAccessMode must be BASIC or STRICT for the security policy %s.", policy)
	case !enhanced && d.EndpointAccessMode != nil:
		return wire.BadRequest("endpointAccessMode is not supported for the security policy %s.", policy)
	case isPrivate(d) && policy == apigateway.SecurityPolicyTls1_0:
		return wire.BadRequest("The security policy %s is not supported for PRIVATE.", policy)
	}
	for _, t := range d.EndpointConfiguration.Types {
		if edge := t == apigateway.EndpointTypeEdge; enhanced && edge != strings.HasSuffix(policy, "_EDGE") {
			return wire.BadRequest("The security policy %s is not supported for %s.", policy, t)
		}
	}
	return nil
}

func checkMutualTLS(d *apigateway.DomainName) error {
	m := d.MutualTlsAuthentication
	switch {
	case m == nil:
		return nil
	case !slices.Equal(d.EndpointConfiguration.Types, []string{apigateway.EndpointTypeRegional}):
		return wire.BadRequest("Mutual TLS authentication is supported for Regional APIs only")
	case *d.SecurityPolicy == apigateway.SecurityPolicyTls1_0:
		return wire.BadRequest("Mutual TLS authentication requires the security policy %s.", apigateway.SecurityPolicyTls1_2)
	case !truststoreURI.MatchString(value(m.TruststoreUri)):
		return wire.BadRequest("Invalid truststoreUri specified: %s. It must be s3://bucket-name/key-name.", value(m.TruststoreUri))
	}
	return nil
}

func checkDomainPolicies(d *apigateway.DomainName) error {
	for _, p := range []*string{d.Policy, d.ManagementPolicy} {
		switch {
		case p != nil && !isPrivate(d):
			return wire.BadRequest("Policies are supported for PRIVATE domain names only.")
		case p != nil && !json.Valid([]byte(*p)):
			return errPolicy
		}
	}
	return nil
}
