package controlplane

import (
	"bytes"
	"context"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// clone makes an API with the definition of another one: resources, methods, models and all that
// belongs to them, under the same identifiers. Deployments and stages are not part of it. Settings
// that the request leaves out are those of the other API.
func (s *Service) clone(ctx context.Context, api apigateway.RestApi, from string) (*apigateway.RestApi, error) {
	type original struct {
		api   apigateway.RestApi
		items []store.Item
	}
	source, err := viewing(ctx, s, from, s.errNoSuchAPI(from), func(v *view) (original, error) {
		items, err := v.items(definitionPartition(v.id, v.row.Generation), "")
		return original{v.row.API, items}, err
	})
	if err != nil {
		return nil, err
	}
	if api.BinaryMediaTypes == nil {
		api.BinaryMediaTypes = source.api.BinaryMediaTypes
	}
	if api.MinimumCompressionSize == nil {
		api.MinimumCompressionSize = source.api.MinimumCompressionSize
	}
	if api.ApiKeySource == nil {
		api.ApiKeySource = source.api.ApiKeySource
	}
	return s.creating(ctx, api, func(e *edit) error {
		e.row.API.RootResourceId = source.api.RootResourceId
		theirs, ours := []byte(modelReference(from, "")), []byte(modelReference(e.id, ""))
		for _, item := range source.items {
			item.Key = e.definitionKey(item.Key.Sort)
			item.Value = bytes.ReplaceAll(item.Value, theirs, ours)
			if err := e.putItem(item); err != nil {
				return err
			}
		}
		return nil
	})
}
