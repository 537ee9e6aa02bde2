package controlplane

import (
	"context"
	"regexp"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// maxVpcLinks is the quota of an account (domains and edge, 11).
const maxVpcLinks = 20

var vpcLinkTable = accountTable[apigateway.VpcLink]{partition: "vpclinks", missing: wire.NotFound("Invalid Vpc Link identifier specified")}

func (s *Service) vpcLinks() kind {
	return kind{
		endpoints: []wire.Endpoint{
			wire.Bind(&apigateway.CreateVpcLinkOperation, s.CreateVpcLink),
			wire.Bind(&apigateway.GetVpcLinkOperation, s.GetVpcLink),
			wire.Bind(&apigateway.GetVpcLinksOperation, s.GetVpcLinks),
			wire.Bind(&apigateway.UpdateVpcLinkOperation, s.UpdateVpcLink),
			wire.Bind(&apigateway.DeleteVpcLinkOperation, s.DeleteVpcLink),
		},
		tagged: tagRows(s, vpcLinkTable, "/vpclinks/{}", func(l *apigateway.VpcLink) *map[string]string { return &l.Tags }),
	}
}

var vpcLinkPatches = patch.Table[apigateway.VpcLink]{
	Paths: []patch.Path[apigateway.VpcLink]{
		{Pattern: "/name", Replace: patch.Text(func(l *apigateway.VpcLink) **string { return &l.Name })},
		{Pattern: "/description", Replace: patch.Text(func(l *apigateway.VpcLink) **string { return &l.Description })},
	},
	Refusals: patch.Common,
}

var networkLoadBalancer = regexp.MustCompile(`^arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]{12}:loadbalancer/net/[^/]+/[^/]+$`)

func checkVpcLink(l *apigateway.VpcLink) error {
	switch {
	case value(l.Name) == "":
		return wire.BadRequest("VPC link name must be non-empty")
	case len(l.TargetArns) != 1:
		return wire.BadRequest("Invalid target ARNs specified. Exactly one target ARN is required")
	case !networkLoadBalancer.MatchString(l.TargetArns[0]):
		return wire.BadRequest("Invalid target ARN specified: %s. It must be that of a Network Load Balancer", l.TargetArns[0])
	}
	return checkTags(l.Tags)
}

// CreateVpcLink creates a VPC link. The answer says PENDING, as in the live service, where a link
// takes minutes; here it is available as soon as it is there.
func (s *Service) CreateVpcLink(ctx context.Context, in *apigateway.CreateVpcLinkRequest) (*apigateway.VpcLink, error) {
	l := &apigateway.VpcLink{
		Name:          in.Name,
		Description:   in.Description,
		TargetArns:    in.TargetArns,
		Tags:          in.Tags,
		Status:        ptr(apigateway.VpcLinkStatusAvailable),
		StatusMessage: ptr("Your vpc link is ready for use"),
	}
	if err := checkVpcLink(l); err != nil {
		return nil, err
	}
	id, err := vpcLinkTable.createWithin(ctx, s, maxVpcLinks, "VPC links", idLength, func(id string) (*apigateway.VpcLink, error) {
		l.Id = &id
		return l, nil
	})
	if err != nil {
		return nil, err
	}
	answer := *l
	answer.Id, answer.Status, answer.StatusMessage = &id, ptr(apigateway.VpcLinkStatusPending), nil
	return &answer, nil
}

// GetVpcLink returns a VPC link.
func (s *Service) GetVpcLink(ctx context.Context, in *apigateway.GetVpcLinkRequest) (*apigateway.VpcLink, error) {
	return vpcLinkTable.get(ctx, s, *in.VpcLinkId)
}

// GetVpcLinks lists VPC links, in pages.
func (s *Service) GetVpcLinks(ctx context.Context, in *apigateway.GetVpcLinksRequest) (*apigateway.VpcLinks, error) {
	rows, next, err := vpcLinkTable.page(ctx, s, "", in.Position, in.Limit)
	return &apigateway.VpcLinks{Items: deref(rows), Position: next}, err
}

// UpdateVpcLink changes a VPC link by patch operations.
func (s *Service) UpdateVpcLink(ctx context.Context, in *apigateway.UpdateVpcLinkRequest) (*apigateway.VpcLink, error) {
	return vpcLinkTable.edit(ctx, s, *in.VpcLinkId, func(l *apigateway.VpcLink) ([]store.Write, error) {
		if err := vpcLinkPatches.Apply(l, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		return nil, checkVpcLink(l)
	})
}

// DeleteVpcLink deletes a VPC link.
func (s *Service) DeleteVpcLink(ctx context.Context, in *apigateway.DeleteVpcLinkRequest) (*wire.Empty, error) {
	_, err := vpcLinkTable.remove(ctx, s, *in.VpcLinkId, func(*apigateway.VpcLink) ([]store.Write, error) { return nil, nil })
	return &wire.Empty{}, err
}
