package controlplane

import (
	"context"
	"fmt"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Quotas of an account (domains and edge, 3).
const (
	maxPublicDomains  = 120
	maxPrivateDomains = 50
)

const domainNameIDLength = 10

// Domain names are rows of the account: a public one under its name, a private one under
// {name}+{domainNameId}, as in its ARN. A public one has a document too, by which the data plane
// serves; one transaction always writes both. Private ones are not served: the way to them leads
// through a VPC endpoint, which no front door has.
var domainTable = accountTable[apigateway.DomainName]{partition: "domainnames", missing: wire.NotFound("Invalid domain name identifier specified")}

var errDomainExists = wire.BadRequest("The domain name you provided already exists.")

func (s *Service) domainNames() kind {
	return kind{
		endpoints: []wire.Endpoint{
			wire.Bind(&apigateway.CreateDomainNameOperation, s.CreateDomainName),
			wire.Bind(&apigateway.GetDomainNameOperation, s.GetDomainName),
			wire.Bind(&apigateway.GetDomainNamesOperation, s.GetDomainNames),
			wire.Bind(&apigateway.UpdateDomainNameOperation, s.UpdateDomainName),
			wire.Bind(&apigateway.DeleteDomainNameOperation, s.DeleteDomainName),
		},
		tagged: tagRows(s, domainTable, "/domainnames/{}", func(d *apigateway.DomainName) *map[string]string { return &d.Tags }),
	}
}

// domainID is the identifier of a domain name's row. Without an id the name is that of a public
// domain.
func domainID(name string, id *string) string {
	if value(id) == "" {
		return name
	}
	return name + "+" + *id
}

func rowIDOf(d *apigateway.DomainName) string { return domainID(*d.DomainName, d.DomainNameId) }

func isPrivate(d *apigateway.DomainName) bool { return d.DomainNameId != nil }

// CreateDomainName creates a public or private domain name.
func (s *Service) CreateDomainName(ctx context.Context, in *apigateway.CreateDomainNameRequest) (*apigateway.DomainName, error) {
	d, err := s.newDomainName(in)
	if err != nil {
		return nil, err
	}
	release, err := s.locks.acquire(ctx, domainTable.partition)
	if err != nil {
		return nil, fmt.Errorf("wait for the domain names: %w", err)
	}
	defer release()
	if err := s.checkDomainQuota(ctx, d); err != nil {
		return nil, err
	}
	if isPrivate(d) {
		return d, domainTable.create(ctx, s, rowIDOf(d), d, errConcurrent)
	}
	also, err := s.publish(ctx, d, nil)
	if err != nil {
		return nil, err
	}
	if err := domainTable.create(ctx, s, rowIDOf(d), d, errDomainExists, also...); err != nil {
		return nil, err
	}
	s.cfg.DomainChanged(*d.DomainName)
	return d, nil
}

// newDomainName makes a complete domain name of a request.
func (s *Service) newDomainName(in *apigateway.CreateDomainNameRequest) (*apigateway.DomainName, error) {
	d := &apigateway.DomainName{
		DomainName:                          in.DomainName,
		CertificateName:                     in.CertificateName,
		CertificateArn:                      in.CertificateArn,
		RegionalCertificateName:             in.RegionalCertificateName,
		RegionalCertificateArn:              in.RegionalCertificateArn,
		EndpointConfiguration:               in.EndpointConfiguration,
		Tags:                                in.Tags,
		SecurityPolicy:                      in.SecurityPolicy,
		EndpointAccessMode:                  in.EndpointAccessMode,
		OwnershipVerificationCertificateArn: in.OwnershipVerificationCertificateArn,
		Policy:                              in.Policy,
		RoutingMode:                         in.RoutingMode,
		CertificateUploadDate:               s.now(),
	}
	if m := in.MutualTlsAuthentication; m != nil {
		d.MutualTlsAuthentication = &apigateway.MutualTlsAuthentication{TruststoreUri: m.TruststoreUri, TruststoreVersion: m.TruststoreVersion}
	}
	if d.EndpointConfiguration == nil {
		d.EndpointConfiguration = &apigateway.EndpointConfiguration{}
	}
	if len(d.EndpointConfiguration.Types) == 0 {
		d.EndpointConfiguration.Types = []string{apigateway.EndpointTypeEdge}
	}
	if in.CertificateBody != nil || in.CertificatePrivateKey != nil || in.CertificateChain != nil {
		return nil, wire.BadRequest("Uploading certificates is not supported for %s.", d.EndpointConfiguration.Types[0])
	}
	if has(d, apigateway.EndpointTypePrivate) {
		d.DomainNameId = ptr(s.cfg.NewID(domainNameIDLength))
		d.DomainNameArn = ptr(fmt.Sprintf("arn:aws:apigateway:%s:%s:/domainnames/%s", s.cfg.Region, s.cfg.Account, rowIDOf(d)))
	}
	if err := checkTags(d.Tags); err != nil {
		return nil, err
	}
	return d, s.completeDomain(d)
}

func (s *Service) checkDomainQuota(ctx context.Context, d *apigateway.DomainName) error {
	rows, err := domainTable.all(ctx, s, "")
	if err != nil {
		return err
	}
	alike, quota, what := 0, maxPublicDomains, "Domain Names"
	if isPrivate(d) {
		quota, what = maxPrivateDomains, "private Domain Names"
	}
	for _, row := range rows {
		if isPrivate(row) == isPrivate(d) {
			alike++
		}
	}
	if alike >= quota {
		return errQuota(what)
	}
	return nil
}

// GetDomainName returns a domain name.
func (s *Service) GetDomainName(ctx context.Context, in *apigateway.GetDomainNameRequest) (*apigateway.DomainName, error) {
	return domainTable.get(ctx, s, domainID(*in.DomainName, in.DomainNameId))
}

// GetDomainNames lists domain names, in pages. Other accounts share none.
func (s *Service) GetDomainNames(ctx context.Context, in *apigateway.GetDomainNamesRequest) (*apigateway.DomainNames, error) {
	if value(in.ResourceOwner) == apigateway.ResourceOwnerOtherAccounts {
		return &apigateway.DomainNames{Items: []apigateway.DomainName{}}, nil
	}
	rows, next, err := domainTable.page(ctx, s, "", in.Position, in.Limit)
	return &apigateway.DomainNames{Items: deref(rows), Position: next}, err
}

// UpdateDomainName changes a domain name by patch operations.
func (s *Service) UpdateDomainName(ctx context.Context, in *apigateway.UpdateDomainNameRequest) (*apigateway.DomainName, error) {
	d, err := domainTable.edit(ctx, s, domainID(*in.DomainName, in.DomainNameId), func(d *apigateway.DomainName) ([]store.Write, error) {
		certificates := value(d.CertificateArn) + " " + value(d.RegionalCertificateArn)
		if err := patchDomain(d, in.PatchOperations); err != nil {
			return nil, err
		}
		if err := s.completeDomain(d); err != nil {
			return nil, err
		}
		if certificates != value(d.CertificateArn)+" "+value(d.RegionalCertificateArn) {
			d.CertificateUploadDate = s.now()
		}
		mappings, err := s.mappings(ctx, rowIDOf(d))
		if err != nil {
			return nil, err
		}
		return s.document(d, mappings)
	})
	if err == nil && !isPrivate(d) {
		s.cfg.DomainChanged(*d.DomainName)
	}
	return d, err
}

// DeleteDomainName deletes a domain name with all its mappings.
func (s *Service) DeleteDomainName(ctx context.Context, in *apigateway.DeleteDomainNameRequest) (*wire.Empty, error) {
	id := domainID(*in.DomainName, in.DomainNameId)
	if err := s.refuseWhileAssociated(ctx, id); err != nil {
		return nil, err
	}
	if err := s.thinOut(ctx, id); err != nil {
		return nil, err
	}
	d, err := domainTable.remove(ctx, s, id, func(d *apigateway.DomainName) ([]store.Write, error) {
		mappings, err := s.mappings(ctx, id)
		if err != nil {
			return nil, err
		}
		if len(mappings) > mappingsAtOnce {
			return nil, errConcurrent // somebody is adding mappings
		}
		var writes []store.Write
		for _, m := range mappings {
			writes = append(writes, dropMapping(id, m)...)
		}
		if isPrivate(d) {
			return writes, nil
		}
		gone, err := s.unpublish(ctx, d)
		return append(writes, gone...), err
	})
	if err == nil && !isPrivate(d) {
		s.cfg.DomainChanged(*d.DomainName)
	}
	return &wire.Empty{}, err
}
