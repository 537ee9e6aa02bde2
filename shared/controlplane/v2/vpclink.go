package v2

import (
	"context"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/change"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// linksPartition holds the VPC links, which belong to the account.
const linksPartition = "v2vpclinks"

// Quotas (HTTP API spec, 19).
const (
	maxVPCLinks    = 10
	maxLinkSubnets = 10
)

func linkKey(id string) store.Key { return store.Key{Partition: linksPartition, Sort: id} }

func errNoLink(id string) *wire.Error { return missing("Invalid VpcLink identifier specified %s", id) }

func (s *Service) vpcLinks() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateVpcLinkOperation, s.CreateVpcLink),
		wire.Bind(&v2.GetVpcLinkOperation, s.GetVpcLink),
		wire.Bind(&v2.GetVpcLinksOperation, s.GetVpcLinks),
		wire.Bind(&v2.UpdateVpcLinkOperation, s.UpdateVpcLink),
		wire.Bind(&v2.DeleteVpcLinkOperation, s.DeleteVpcLink),
	}
}

// CreateVpcLink creates a VPC link. The answer says PENDING, as in the live service, where a link
// takes minutes; here it is available as soon as it is there.
func (s *Service) CreateVpcLink(ctx context.Context, in *v2.CreateVpcLinkRequest) (*v2.CreateVpcLinkResponse, error) {
	l := &v2.VpcLink{
		CreatedDate: s.now(), Name: in.Name, SecurityGroupIds: in.SecurityGroupIds, SubnetIds: in.SubnetIds, Tags: in.Tags,
		VpcLinkStatus: definition.Ptr(v2.VpcLinkStatusAvailable), VpcLinkStatusMessage: definition.Ptr("VPC link is ready to route traffic"),
		VpcLinkVersion: definition.Ptr(v2.VpcLinkVersionV2),
	}
	if err := completeLink(l); err != nil {
		return nil, err
	}
	release, err := s.cfg.REST.Lock(ctx, linksPartition)
	if err != nil {
		return nil, fmt.Errorf("wait for the VPC links: %w", err)
	}
	defer release()
	others, err := s.links(ctx)
	if err != nil {
		return nil, err
	}
	if len(others) >= maxVPCLinks {
		return nil, wire.LimitExceeded("Maximum number of VPC links for this account has been reached. Please contact AWS if you need additional VPC links")
	}
	for range controlplane.Attempts {
		l.VpcLinkId = definition.Ptr(s.cfg.NewID(idLength))
		err = s.putLink(ctx, l, 0)
		if !errors.Is(err, store.ErrConditionFailed) {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	out := v2.CreateVpcLinkResponse(*l)
	out.VpcLinkStatus, out.VpcLinkStatusMessage = definition.Ptr(v2.VpcLinkStatusPending), definition.Ptr("VPC link is provisioning ENIs")
	return &out, nil
}

func completeLink(l *v2.VpcLink) error {
	switch {
	case definition.Value(l.Name) == "" || len(*l.Name) > 128:
		return wire.BadRequest("VPC link name must have between 1 and 128 characters")
	case len(l.SubnetIds) == 0:
		return wire.BadRequest("At least one subnet must be specified")
	case len(l.SubnetIds) > maxLinkSubnets:
		return wire.BadRequest("At most %d subnets can be specified", maxLinkSubnets)
	}
	if l.SecurityGroupIds == nil {
		l.SecurityGroupIds = []string{}
	}
	if l.Tags == nil {
		l.Tags = map[string]string{}
	}
	return controlplane.CheckTags(l.Tags)
}

// putLink stores a link over a version, 0 for a new one.
func (s *Service) putLink(ctx context.Context, l *v2.VpcLink, version int64) error {
	data, err := wire.Marshal(l)
	if err != nil {
		return fmt.Errorf("encode VPC link: %w", err)
	}
	item := store.Item{Key: linkKey(*l.VpcLinkId), Value: data}
	write := store.Create(item)
	if version > 0 {
		write = store.Replace(item, version)
	}
	if err := s.cfg.Store.Transact(ctx, []store.Write{write}); err != nil {
		return fmt.Errorf("store VPC link %s: %w", *l.VpcLinkId, err)
	}
	change.Report(ctx, item.Key.String(), version, version+1)
	return nil
}

func (s *Service) link(ctx context.Context, id string) (*v2.VpcLink, int64, error) {
	key := linkKey(id)
	if key.Validate() != nil {
		return nil, 0, errNoLink(id)
	}
	item, err := s.cfg.Store.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, errNoLink(id)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read VPC link %s: %w", id, err)
	}
	l := &v2.VpcLink{}
	if err := wire.Unmarshal(item.Value, l); err != nil {
		return nil, 0, fmt.Errorf("decode VPC link %s: %w", id, err)
	}
	return l, item.Version, nil
}

func (s *Service) links(ctx context.Context) ([]*v2.VpcLink, error) {
	items, _, err := s.cfg.Store.Query(ctx, linksPartition, "", store.Page{})
	if err != nil {
		return nil, fmt.Errorf("list VPC links: %w", err)
	}
	var links []*v2.VpcLink
	for _, item := range items {
		l := &v2.VpcLink{}
		if err := wire.Unmarshal(item.Value, l); err != nil {
			return nil, fmt.Errorf("decode VPC link %s: %w", item.Sort, err)
		}
		links = append(links, l)
	}
	return links, nil
}

// changeLink changes a link under its version.
func (s *Service) changeLink(ctx context.Context, id string, fn func(*v2.VpcLink) error) (*v2.VpcLink, error) {
	for attempt := range controlplane.Attempts {
		if err := controlplane.Pause(ctx, attempt); err != nil {
			return nil, err
		}
		l, version, err := s.link(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := fn(l); err != nil {
			return nil, err
		}
		if err := completeLink(l); err != nil {
			return nil, err
		}
		if err = s.putLink(ctx, l, version); !errors.Is(err, store.ErrConditionFailed) {
			return l, err
		}
	}
	return nil, controlplane.ErrConcurrent
}

// GetVpcLink returns a VPC link.
func (s *Service) GetVpcLink(ctx context.Context, in *v2.GetVpcLinkRequest) (*v2.GetVpcLinkResponse, error) {
	l, _, err := s.link(ctx, *in.VpcLinkId)
	if err != nil {
		return nil, err
	}
	out := v2.GetVpcLinkResponse(*l)
	return &out, nil
}

// GetVpcLinks lists VPC links, in pages.
func (s *Service) GetVpcLinks(ctx context.Context, in *v2.GetVpcLinksRequest) (*v2.GetVpcLinksResponse, error) {
	links, err := s.links(ctx)
	if err != nil {
		return nil, err
	}
	items, next, err := pageOf(links, func(l *v2.VpcLink) *string { return l.VpcLinkId },
		func(l *v2.VpcLink) v2.VpcLink { return *l }, in.MaxResults, in.NextToken)
	return &v2.GetVpcLinksResponse{Items: items, NextToken: next}, err
}

// UpdateVpcLink changes the name of a VPC link; the rest of one is immutable.
func (s *Service) UpdateVpcLink(ctx context.Context, in *v2.UpdateVpcLinkRequest) (*v2.UpdateVpcLinkResponse, error) {
	l, err := s.changeLink(ctx, *in.VpcLinkId, func(l *v2.VpcLink) error {
		set(&l.Name, in.Name)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := v2.UpdateVpcLinkResponse(*l)
	return &out, nil
}

// DeleteVpcLink deletes a VPC link.
func (s *Service) DeleteVpcLink(ctx context.Context, in *v2.DeleteVpcLinkRequest) (*v2.DeleteVpcLinkResponse, error) {
	_, version, err := s.link(ctx, *in.VpcLinkId)
	if err != nil {
		return nil, err
	}
	key := linkKey(*in.VpcLinkId)
	if err := s.cfg.Store.Transact(ctx, []store.Write{store.Delete(key, store.VersionIs(version))}); err != nil {
		if errors.Is(err, store.ErrConditionFailed) {
			return nil, controlplane.ErrConcurrent
		}
		return nil, fmt.Errorf("delete VPC link %s: %w", *in.VpcLinkId, err)
	}
	change.Report(ctx, key.String(), version, 0)
	return &v2.DeleteVpcLinkResponse{}, nil
}

// checkVPCLink wants a link to exist: for HTTP APIs one of this service, for WebSocket APIs one of
// the service for REST APIs (WebSocket API spec, 4).
func (s *Service) checkVPCLink(ctx context.Context, id string, http bool) error {
	var err error
	if http {
		_, _, err = s.link(ctx, id)
	} else {
		_, err = s.cfg.REST.GetVpcLink(ctx, &apigateway.GetVpcLinkRequest{VpcLinkId: &id})
	}
	if refusalOf(err) != nil {
		return wire.BadRequest("Invalid VpcLink identifier specified %s", id)
	}
	return err
}
