package v2

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) apis() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateApiOperation, s.CreateApi),
		wire.Bind(&v2.GetApiOperation, s.GetApi),
		wire.Bind(&v2.GetApisOperation, s.GetApis),
		wire.Bind(&v2.UpdateApiOperation, s.UpdateApi),
		wire.Bind(&v2.DeleteApiOperation, s.DeleteApi),
		wire.Bind(&v2.DeleteCorsConfigurationOperation, s.DeleteCorsConfiguration),
	}
}

// CreateApi creates an API. With a target it is a quick create: an integration, a route and the stage
// $default, which deploys every change, come with it.
func (s *Service) CreateApi(ctx context.Context, in *v2.CreateApiRequest) (*v2.CreateApiResponse, error) {
	d := &definition.Document{API: v2.Api{
		ApiKeySelectionExpression: in.ApiKeySelectionExpression,
		CorsConfiguration:         in.CorsConfiguration,
		Description:               in.Description,
		DisableSchemaValidation:   in.DisableSchemaValidation,
		DisableExecuteApiEndpoint: in.DisableExecuteApiEndpoint,
		IpAddressType:             in.IpAddressType,
		Name:                      in.Name,
		ProtocolType:              in.ProtocolType,
		RouteSelectionExpression:  in.RouteSelectionExpression,
		Tags:                      in.Tags,
		Version:                   in.Version,
	}}
	err := s.creating(ctx, d, func(e *edit) error {
		return e.quickCreate(in.Target, in.RouteKey, in.CredentialsArn)
	})
	if err != nil {
		return nil, err
	}
	out := v2.CreateApiResponse(*s.print(&d.API))
	return &out, nil
}

// creating stores a new API with what fn adds to it. fn may run again, on the same document.
func (s *Service) creating(ctx context.Context, d *definition.Document, fn func(*edit) error) error {
	blank := *d
	for range controlplane.Attempts {
		*d = blank
		d.API.ApiId = definition.Ptr(s.cfg.NewID(apiIDLength))
		d.API.CreatedDate = s.now()
		if err := definition.CompleteAPI(d); err != nil {
			return err
		}
		e := &edit{Document: d, ctx: ctx, s: s, id: *d.API.ApiId, defined: true}
		// No other API, of whatever type, has the identifier.
		e.writes = append(e.writes,
			store.Create(store.Item{Key: controlplane.V2ProtocolKey(e.id), Value: []byte(protocolOf(d))}),
			store.Check(controlplane.RESTAPIKey(e.id), store.Absent))
		err := fn(e)
		if err == nil {
			err = e.commit()
		}
		if err == nil {
			return nil
		}
		for _, f := range e.undo {
			f()
		}
		if !errors.Is(err, store.ErrConditionFailed) {
			return err
		}
	}
	return fmt.Errorf("no free identifier for an API after %d attempts", controlplane.Attempts)
}

func protocolOf(d *definition.Document) string {
	if d.HTTP() {
		return snapshot.ProtocolHTTP
	}
	return snapshot.ProtocolWebSocket
}

// print is an API as answers show it.
func (s *Service) print(a *v2.Api) *v2.Api {
	out := *a
	scheme := "https"
	if *a.ProtocolType == v2.ProtocolTypeWebsocket {
		scheme = "wss"
	}
	out.ApiEndpoint = definition.Ptr(fmt.Sprintf("%s://%s.execute-api.%s.%s", scheme, *a.ApiId, s.cfg.Region, controlplane.DomainSuffix(s.cfg.Region)))
	if out.Tags == nil {
		out.Tags = map[string]string{}
	}
	return &out
}

// GetApi returns an API.
func (s *Service) GetApi(ctx context.Context, in *v2.GetApiRequest) (*v2.GetApiResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	out := v2.GetApiResponse(*s.print(&d.API))
	return &out, nil
}

// GetApis lists the HTTP and WebSocket APIs, in pages.
func (s *Service) GetApis(ctx context.Context, in *v2.GetApisRequest) (*v2.GetApisResponse, error) {
	size, err := pageSize(in.MaxResults)
	if err != nil {
		return nil, err
	}
	items, next, err := s.cfg.Store.Query(ctx, apisPartition, "", store.Page{Limit: size, After: definition.Value(in.NextToken)})
	if errors.Is(err, store.ErrInvalid) {
		return nil, errToken
	}
	if err != nil {
		return nil, fmt.Errorf("list APIs: %w", err)
	}
	out := &v2.GetApisResponse{Items: []v2.Api{}}
	for _, item := range items {
		d, err := definition.Decode(item.Value)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, *s.print(&d.API))
	}
	if next != "" {
		out.NextToken = &next
	}
	return out, nil
}

// UpdateApi changes the members that are given. Target, routeKey and credentialsArn change what a
// quick create made.
func (s *Service) UpdateApi(ctx context.Context, in *v2.UpdateApiRequest) (*v2.UpdateApiResponse, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.UpdateApiResponse, error) {
		a := &e.API
		if a.ImportInfo != nil || a.Warnings != nil {
			a.ImportInfo, a.Warnings = nil, nil
		}
		set(&a.ApiKeySelectionExpression, in.ApiKeySelectionExpression)
		set(&a.CorsConfiguration, in.CorsConfiguration)
		setText(&a.Description, in.Description)
		set(&a.DisableSchemaValidation, in.DisableSchemaValidation)
		set(&a.DisableExecuteApiEndpoint, in.DisableExecuteApiEndpoint)
		set(&a.IpAddressType, in.IpAddressType)
		set(&a.Name, in.Name)
		set(&a.RouteSelectionExpression, in.RouteSelectionExpression)
		setText(&a.Version, in.Version)
		if err := definition.CompleteAPI(e.Document); err != nil {
			return nil, err
		}
		if err := e.updateQuick(in.Target, in.RouteKey, in.CredentialsArn); err != nil {
			return nil, err
		}
		out := v2.UpdateApiResponse(*s.print(a))
		return &out, nil
	})
}

// set replaces a member that is given.
func set[T any](member **T, given *T) {
	if given != nil {
		*member = given
	}
}

// setText is set for text, which the empty text takes away.
func setText(member **string, given *string) {
	if given == nil {
		return
	}
	*member = given
	if *given == "" {
		*member = nil
	}
}

// setMap is set for maps and lists of settings that are replaced as a whole.
func setMap[K comparable, V any](member *map[K]V, given map[K]V) {
	if given == nil {
		return
	}
	*member = given
	if len(given) == 0 {
		*member = nil
	}
}

// DeleteCorsConfiguration leaves CORS to the integrations.
func (s *Service) DeleteCorsConfiguration(ctx context.Context, in *v2.DeleteCorsConfigurationRequest) (*wire.Empty, error) {
	return removing(ctx, s, in.ApiId, func(e *edit) error {
		if !e.HTTP() {
			return wire.BadRequest("CORS configuration is supported for HTTP APIs only")
		}
		e.API.CorsConfiguration = nil
		return nil
	})
}

// DeleteApi ends all stages together with the API, in one transaction; snapshots, which nobody can
// reach any more, follow.
func (s *Service) DeleteApi(ctx context.Context, in *v2.DeleteApiRequest) (*wire.Empty, error) {
	return removing(ctx, s, in.ApiId, func(e *edit) error {
		domains, err := s.cfg.REST.MappedDomains(ctx, e.id, "")
		if err != nil {
			return err
		}
		if len(domains) > 0 {
			return wire.BadRequest("Deleting API failed. Please remove all API mappings related to the API in your domains: %s", strings.Join(domains, ", "))
		}
		var stages []string
		for _, stage := range e.Stages {
			stages = append(stages, *stage.StageName)
		}
		for _, stage := range stages {
			if err := e.dropStage(stage); err != nil {
				return err
			}
		}
		if err := e.leavePlans(stages); err != nil {
			return err
		}
		e.deleted = true
		e.writes = append(e.writes, store.Delete(controlplane.V2ProtocolKey(e.id), store.Any))
		partition, _ := snapshot.DataKey(e.id, "")
		return e.abandon(partition, "")
	})
}
