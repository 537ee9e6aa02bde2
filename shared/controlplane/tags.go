package controlplane

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Limits of tags (control-plane operations, 2.6). Lengths are in characters.
const (
	maxTags       = 50
	maxTagKey     = 128
	maxTagValue   = 256
	reservedTag   = "aws:"
	tagCharacters = `\p{L}\p{N} .:+=@_/\-`
)

var tagText = regexp.MustCompile(`^[` + tagCharacters + `]*$`)

func (s *Service) tags() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.GetTagsOperation, s.GetTags),
		wire.Bind(&apigateway.TagResourceOperation, s.TagResource),
		wire.Bind(&apigateway.UntagResourceOperation, s.UntagResource),
	}}
}

// GetTags returns the tags of a resource, all at once: position and limit have no meaning in the
// live service either.
func (s *Service) GetTags(ctx context.Context, in *apigateway.GetTagsRequest) (*apigateway.Tags, error) {
	kind, ids, err := s.taggedResource(*in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags, err := kind.get(ctx, ids)
	if tags == nil {
		tags = map[string]string{}
	}
	return &apigateway.Tags{Tags: tags}, err
}

// TagResource adds tags to a resource, or changes their values.
func (s *Service) TagResource(ctx context.Context, in *apigateway.TagResourceRequest) (*wire.Empty, error) {
	return s.retag(ctx, *in.ResourceArn, func(tags *map[string]string) error {
		if *tags == nil {
			*tags = map[string]string{}
		}
		maps.Copy(*tags, in.Tags)
		return checkTags(*tags)
	})
}

// UntagResource removes tags from a resource. One that it does not have is no error.
func (s *Service) UntagResource(ctx context.Context, in *apigateway.UntagResourceRequest) (*wire.Empty, error) {
	return s.retag(ctx, *in.ResourceArn, func(tags *map[string]string) error {
		for _, key := range in.TagKeys {
			delete(*tags, key)
		}
		return nil
	})
}

func (s *Service) retag(ctx context.Context, arn string, fn func(tags *map[string]string) error) (*wire.Empty, error) {
	kind, ids, err := s.taggedResource(arn)
	if err != nil {
		return nil, err
	}
	return &wire.Empty{}, kind.edit(ctx, ids, func(tags *map[string]string) error {
		err := fn(tags)
		if len(*tags) == 0 {
			*tags = nil
		}
		return err
	})
}

// checkTags refuses tags that no resource can have.
func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return wire.LimitExceeded("Maximum number of tags for this resource has been reached: %d", maxTags)
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value := tags[key]
		switch {
		case strings.HasPrefix(strings.ToLower(key), reservedTag):
			return wire.BadRequest("Invalid tag key: %s. Tag keys that start with '%s' are reserved for system use", key, reservedTag)
		case key == "" || utf8.RuneCountInString(key) > maxTagKey || !tagText.MatchString(key):
			return wire.BadRequest("Invalid tag key: %s. Please use keys with 1 to %d letters, digits, spaces and the symbols . : + = @ _ / -", key, maxTagKey)
		case utf8.RuneCountInString(value) > maxTagValue || !tagText.MatchString(value):
			return wire.BadRequest("Invalid tag value: %s. Please use values with up to %d letters, digits, spaces and the symbols . : + = @ _ / -", value, maxTagValue)
		}
	}
	return nil
}
