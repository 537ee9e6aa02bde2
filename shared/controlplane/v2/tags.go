package v2

import (
	"context"
	"maps"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) tags() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.GetTagsOperation, s.GetTags),
		wire.Bind(&v2.TagResourceOperation, s.TagResource),
		wire.Bind(&v2.UntagResourceOperation, s.UntagResource),
	}
}

var errARN = wire.BadRequest("Invalid ARN specified in the request")

// tagged is the resource that an ARN names: an API, a stage or a VPC link of this service. The rest
// is the business of the service for REST APIs.
type tagged struct {
	api, stage, link string
}

func (s *Service) resourceOf(ctx context.Context, arn string) (tagged, bool, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "apigateway" {
		return tagged{}, false, errARN
	}
	path := strings.Split(strings.TrimPrefix(strings.TrimPrefix(parts[5], "/"), "v2/"), "/")
	switch {
	case len(path) == 2 && path[0] == "apis":
		return tagged{api: path[1]}, true, nil
	case len(path) == 4 && path[0] == "apis" && path[2] == "stages":
		return tagged{api: path[1], stage: path[3]}, true, nil
	case len(path) == 2 && path[0] == "vpclinks":
		// Links of both services have ARNs of one form.
		_, _, err := s.link(ctx, path[1])
		if refusalOf(err) != nil {
			return tagged{}, false, nil
		}
		return tagged{link: path[1]}, true, err
	}
	return tagged{}, false, nil
}

// GetTags returns the tags of a resource.
func (s *Service) GetTags(ctx context.Context, in *v2.GetTagsRequest) (*v2.GetTagsResponse, error) {
	of, own, err := s.resourceOf(ctx, *in.ResourceArn)
	if err != nil {
		return nil, err
	}
	var tags map[string]string
	switch {
	case !own:
		out, err := s.cfg.REST.GetTags(ctx, &apigateway.GetTagsRequest{ResourceArn: in.ResourceArn})
		if err != nil {
			return nil, err
		}
		tags = out.Tags
	case of.link != "":
		l, _, err := s.link(ctx, of.link)
		if err != nil {
			return nil, err
		}
		tags = l.Tags
	default:
		d, err := s.view(ctx, &of.api)
		if err != nil {
			return nil, err
		}
		field, err := of.field(d)
		if err != nil {
			return nil, err
		}
		tags = *field
	}
	if tags == nil {
		tags = map[string]string{}
	}
	return &v2.GetTagsResponse{Tags: tags}, nil
}

// field is where the tags of an API or a stage are.
func (t tagged) field(d *definition.Document) (*map[string]string, error) {
	if t.stage == "" {
		return &d.API.Tags, nil
	}
	stage := d.Stage(t.stage)
	if stage == nil {
		return nil, errNoStage()
	}
	return &stage.Tags, nil
}

// TagResource adds tags to a resource, or changes their values.
func (s *Service) TagResource(ctx context.Context, in *v2.TagResourceRequest) (*v2.TagResourceResponse, error) {
	of, own, err := s.resourceOf(ctx, *in.ResourceArn)
	if err != nil {
		return nil, err
	}
	if !own {
		_, err := s.cfg.REST.TagResource(ctx, &apigateway.TagResourceRequest{ResourceArn: in.ResourceArn, Tags: in.Tags})
		return &v2.TagResourceResponse{}, err
	}
	return &v2.TagResourceResponse{}, s.retag(ctx, of, func(tags *map[string]string) error {
		if *tags == nil {
			*tags = map[string]string{}
		}
		maps.Copy(*tags, in.Tags)
		return controlplane.CheckTags(*tags)
	})
}

// UntagResource removes tags from a resource. One that it does not have is no error.
func (s *Service) UntagResource(ctx context.Context, in *v2.UntagResourceRequest) (*wire.Empty, error) {
	of, own, err := s.resourceOf(ctx, *in.ResourceArn)
	if err != nil {
		return nil, err
	}
	if !own {
		return s.cfg.REST.UntagResource(ctx, &apigateway.UntagResourceRequest{ResourceArn: in.ResourceArn, TagKeys: in.TagKeys})
	}
	return &wire.Empty{}, s.retag(ctx, of, func(tags *map[string]string) error {
		for _, key := range in.TagKeys {
			delete(*tags, key)
		}
		return nil
	})
}

// retag changes the tags of a resource of this service. Those of an API may be settings of Postern,
// which deployments capture.
func (s *Service) retag(ctx context.Context, of tagged, fn func(*map[string]string) error) error {
	if of.link != "" {
		_, err := s.changeLink(ctx, of.link, func(l *v2.VpcLink) error { return fn(&l.Tags) })
		return err
	}
	_, err := editing(ctx, s, &of.api, func(e *edit) (*wire.Empty, error) {
		field, err := of.field(e.Document)
		if err != nil {
			return nil, err
		}
		before := definition.ExtensionTags(*field)
		if err := fn(field); err != nil {
			return nil, err
		}
		if of.stage == "" {
			e.defined = !maps.Equal(before, definition.ExtensionTags(*field))
			return nil, e.CheckExtensionTags(*field)
		}
		return nil, nil
	})
	return err
}
