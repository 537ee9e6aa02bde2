package controlplane

import (
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// domainField is a member of a domain name.
type domainField = func(*apigateway.DomainName) **string

func edgeCertificate(d *apigateway.DomainName) **string         { return &d.CertificateArn }
func edgeCertificateName(d *apigateway.DomainName) **string     { return &d.CertificateName }
func regionalCertificate(d *apigateway.DomainName) **string     { return &d.RegionalCertificateArn }
func regionalCertificateName(d *apigateway.DomainName) **string { return &d.RegionalCertificateName }
func ownershipCertificate(d *apigateway.DomainName) **string {
	return &d.OwnershipVerificationCertificateArn
}

// attached is a path whose value may be added, replaced and removed.
func attached(pattern string, field domainField) patch.Path[apigateway.DomainName] {
	return patch.Path[apigateway.DomainName]{Pattern: pattern, Add: patch.Reference(field), Replace: patch.Reference(field), Remove: patch.Clear(field)}
}

var domainPatches = patch.Table[apigateway.DomainName]{
	Paths: []patch.Path[apigateway.DomainName]{
		attached("/certificateArn", edgeCertificate),
		attached("/certificateName", edgeCertificateName),
		attached("/regionalCertificateArn", regionalCertificate),
		attached("/regionalCertificateName", regionalCertificateName),
		{Pattern: "/endpointConfiguration/types", Add: addEndpoint, Remove: removeEndpoint},
		{Pattern: "/endpointConfiguration/types/{type}", Replace: replaceEndpoint},
		{Pattern: "/endpointConfiguration/ipAddressType", Replace: replaceIPAddressType},
		{Pattern: "/endpointAccessMode", Replace: patch.Choice(func(d *apigateway.DomainName) **string { return &d.EndpointAccessMode }, apigateway.EndpointAccessModeValues...)},
		{Pattern: "/managementPolicy", Replace: patch.Reference(func(d *apigateway.DomainName) **string { return &d.ManagementPolicy })},
		{Pattern: "/policy", Replace: patch.Reference(func(d *apigateway.DomainName) **string { return &d.Policy })},
		{Pattern: "/mutualTlsAuthentication/truststoreUri", Add: setTruststore, Replace: setTruststore, Remove: clearTruststore},
		{Pattern: "/mutualTlsAuthentication/truststoreVersion", Add: setTruststoreVersion, Replace: setTruststoreVersion, Remove: setTruststoreVersion},
		attached("/ownershipVerificationCertificateArn", ownershipCertificate),
		{Pattern: "/routingMode", Replace: patch.Choice(func(d *apigateway.DomainName) **string { return &d.RoutingMode }, apigateway.RoutingModeValues...)},
		{Pattern: "/securityPolicy", Replace: patch.Choice(func(d *apigateway.DomainName) **string { return &d.SecurityPolicy }, apigateway.SecurityPolicyValues...)},
	},
	Refusals: patch.Common,
}

// exclusive are the paths at which one request may add or remove, but not both (control-plane
// operations, 2.3).
var exclusive = []string{"certificate", "regionalCertificate", "endpointConfiguration/types"}

func patchDomain(d *apigateway.DomainName, list []apigateway.PatchOperation) error {
	for _, prefix := range exclusive {
		var add, remove bool
		for _, o := range list {
			if strings.HasPrefix(value(o.Path), "/"+prefix) {
				add = add || value(o.Op) == apigateway.OpAdd
				remove = remove || value(o.Op) == apigateway.OpRemove
			}
		}
		if add && remove {
			return wire.BadRequest("Add and remove operations at /%s cannot be combined in one request.", prefix)
		}
	}
	return domainPatches.Apply(d, operations(list))
}

func addEndpoint(d *apigateway.DomainName, c patch.Change) error {
	if !slices.Contains(apigateway.EndpointTypeValues, c.Text()) {
		return wire.BadRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
	}
	if !has(d, c.Text()) {
		d.EndpointConfiguration.Types = append(d.EndpointConfiguration.Types, c.Text())
	}
	return nil
}

// removeEndpoint takes an endpoint away together with its certificate.
func removeEndpoint(d *apigateway.DomainName, c patch.Change) error {
	dropEndpoint(d, c.Text())
	return nil
}

func dropEndpoint(d *apigateway.DomainName, endpointType string) {
	d.EndpointConfiguration.Types = slices.DeleteFunc(d.EndpointConfiguration.Types, func(t string) bool { return t == endpointType })
	switch endpointType {
	case apigateway.EndpointTypeEdge:
		d.CertificateArn, d.CertificateName = nil, nil
	case apigateway.EndpointTypeRegional:
		d.RegionalCertificateArn, d.RegionalCertificateName = nil, nil
	}
}

// replaceEndpoint takes the old type in the path. Clients also write an index there, which can
// only mean the one type that there is.
func replaceEndpoint(d *apigateway.DomainName, c patch.Change) error {
	old := c.Key()
	if types := d.EndpointConfiguration.Types; !slices.Contains(types, old) && len(types) == 1 {
		old = types[0]
	}
	if old == c.Text() {
		return nil
	}
	if err := addEndpoint(d, c); err != nil {
		return err
	}
	dropEndpoint(d, old)
	return nil
}

func replaceIPAddressType(d *apigateway.DomainName, c patch.Change) error {
	if !slices.Contains(apigateway.IpAddressTypeValues, c.Text()) {
		return wire.BadRequest("ipAddressType must be either ipv4 or dualstack.")
	}
	d.EndpointConfiguration.IpAddressType = c.Value
	return nil
}

// setTruststore switches mutual TLS on; no value switches it off (domains and edge, 6).
func setTruststore(d *apigateway.DomainName, c patch.Change) error {
	if c.Text() == "" {
		d.MutualTlsAuthentication = nil
		return nil
	}
	if d.MutualTlsAuthentication == nil {
		d.MutualTlsAuthentication = &apigateway.MutualTlsAuthentication{}
	}
	d.MutualTlsAuthentication.TruststoreUri = c.Value
	return nil
}

func clearTruststore(d *apigateway.DomainName, _ patch.Change) error {
	d.MutualTlsAuthentication = nil
	return nil
}

func setTruststoreVersion(d *apigateway.DomainName, c patch.Change) error {
	m := d.MutualTlsAuthentication
	switch {
	case c.Text() == "" || c.Op == "remove":
		if m != nil {
			m.TruststoreVersion = nil
		}
	case m == nil:
		d.MutualTlsAuthentication = &apigateway.MutualTlsAuthentication{TruststoreVersion: c.Value}
	default:
		m.TruststoreVersion = c.Value
	}
	return nil
}
