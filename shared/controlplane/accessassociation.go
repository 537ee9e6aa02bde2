package controlplane

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// maxAssociations is the quota of an account (domains and edge, 10).
const maxAssociations = 100

// An access association is a row under {name}/{VPC endpoint}: an endpoint cannot serve two private
// domains of one name (domains and edge, 10).
var associationTable = accountTable[apigateway.DomainNameAccessAssociation]{
	partition: "domainnameaccessassociations",
	missing:   wire.NotFound("Invalid domain name access association identifier specified"),
}

const associationPattern = "/domainnameaccessassociations/domainname/{}/vpcesource/{}"

func (s *Service) accessAssociations() kind {
	return kind{
		endpoints: []wire.Endpoint{
			wire.Bind(&apigateway.CreateDomainNameAccessAssociationOperation, s.CreateDomainNameAccessAssociation),
			wire.Bind(&apigateway.GetDomainNameAccessAssociationsOperation, s.GetDomainNameAccessAssociations),
			wire.Bind(&apigateway.DeleteDomainNameAccessAssociationOperation, s.DeleteDomainNameAccessAssociation),
			wire.Bind(&apigateway.RejectDomainNameAccessAssociationOperation, s.RejectDomainNameAccessAssociation),
		},
		tagged: tagRows(s, associationTable, associationPattern, func(a *apigateway.DomainNameAccessAssociation) *map[string]string { return &a.Tags }),
	}
}

var vpcEndpoint = regexp.MustCompile(`^vpce-[0-9a-z]+$`)

// CreateDomainNameAccessAssociation lets a VPC endpoint reach a private domain name.
func (s *Service) CreateDomainNameAccessAssociation(ctx context.Context, in *apigateway.CreateDomainNameAccessAssociationRequest) (*apigateway.DomainNameAccessAssociation, error) {
	if !vpcEndpoint.MatchString(*in.AccessAssociationSource) {
		return nil, wire.BadRequest("Invalid access association source specified: %s. It must be the identifier of a VPC endpoint.", *in.AccessAssociationSource)
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	d, err := s.privateDomain(ctx, *in.DomainNameArn)
	if err != nil {
		return nil, err
	}
	release, err := s.locks.acquire(ctx, associationTable.partition)
	if err != nil {
		return nil, fmt.Errorf("wait for the access associations: %w", err)
	}
	defer release()
	rows, err := associationTable.all(ctx, s, "")
	if err != nil {
		return nil, err
	}
	if len(rows) >= maxAssociations {
		return nil, errQuota("domain name access associations")
	}
	id := *d.DomainName + "/" + *in.AccessAssociationSource
	resource := strings.Replace(strings.Replace(associationPattern, "{}", *d.DomainName, 1), "{}", *in.AccessAssociationSource, 1)
	a := &apigateway.DomainNameAccessAssociation{
		DomainNameAccessAssociationArn: ptr(fmt.Sprintf("arn:aws:apigateway:%s:%s:%s", s.cfg.Region, s.cfg.Account, resource)),
		DomainNameArn:                  d.DomainNameArn,
		AccessAssociationSourceType:    in.AccessAssociationSourceType,
		AccessAssociationSource:        in.AccessAssociationSource,
		Tags:                           in.Tags,
	}
	exists := wire.Conflict("A domain name access association already exists for this domain name and access association source")
	also := store.Check(domainTable.key(rowIDOf(d)), store.Present)
	return a, associationTable.create(ctx, s, id, a, exists, also)
}

// privateDomain returns the private domain name of an ARN.
func (s *Service) privateDomain(ctx context.Context, arn string) (*apigateway.DomainName, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "apigateway" {
		return nil, errARN
	}
	ids, ok := matchARN("/domainnames/{}", parts[5])
	if !ok || !strings.Contains(ids[0], "+") {
		return nil, errARN
	}
	d, err := domainTable.get(ctx, s, ids[0])
	if err == error(domainTable.missing) {
		return nil, wire.BadRequest("%s", domainTable.missing.Message) // 404 is not declared
	}
	return d, err
}

// GetDomainNameAccessAssociations lists the access associations, in pages. Other accounts have
// none.
func (s *Service) GetDomainNameAccessAssociations(ctx context.Context, in *apigateway.GetDomainNameAccessAssociationsRequest) (*apigateway.DomainNameAccessAssociations, error) {
	if value(in.ResourceOwner) == apigateway.ResourceOwnerOtherAccounts {
		return &apigateway.DomainNameAccessAssociations{Items: []apigateway.DomainNameAccessAssociation{}}, nil
	}
	rows, next, err := associationTable.page(ctx, s, "", in.Position, in.Limit)
	return &apigateway.DomainNameAccessAssociations{Items: deref(rows), Position: next}, err
}

// DeleteDomainNameAccessAssociation deletes an access association, as the owner of the VPC endpoint
// does.
func (s *Service) DeleteDomainNameAccessAssociation(ctx context.Context, in *apigateway.DeleteDomainNameAccessAssociationRequest) (*wire.Empty, error) {
	return s.dissociate(ctx, *in.DomainNameAccessAssociationArn, nil)
}

// RejectDomainNameAccessAssociation deletes an access association, as the owner of the domain name
// does.
func (s *Service) RejectDomainNameAccessAssociation(ctx context.Context, in *apigateway.RejectDomainNameAccessAssociationRequest) (*wire.Empty, error) {
	return s.dissociate(ctx, *in.DomainNameAccessAssociationArn, in.DomainNameArn)
}

// dissociate deletes an access association, which must be one of a domain if domainARN is given.
func (s *Service) dissociate(ctx context.Context, arn string, domainARN *string) (*wire.Empty, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "apigateway" {
		return nil, errARN
	}
	ids, ok := matchARN(associationPattern, parts[5])
	if !ok {
		return nil, errARN
	}
	_, err := associationTable.remove(ctx, s, strings.Join(ids, "/"), func(a *apigateway.DomainNameAccessAssociation) ([]store.Write, error) {
		if domainARN != nil && *domainARN != *a.DomainNameArn {
			return nil, associationTable.missing
		}
		return nil, nil
	})
	return &wire.Empty{}, err
}

// refuseWhileAssociated refuses to delete a private domain name that VPC endpoints may reach.
func (s *Service) refuseWhileAssociated(ctx context.Context, domainID string) error {
	name, _, private := strings.Cut(domainID, "+")
	if !private {
		return nil
	}
	rows, err := associationTable.all(ctx, s, name+"/")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(a *apigateway.DomainNameAccessAssociation) bool {
		return strings.HasSuffix(*a.DomainNameArn, "/"+domainID)
	}) {
		return wire.BadRequest("Deleting domain name %s failed. Please delete or reject all domain name access associations related to it.", name)
	}
	return nil
}
