package v2

import (
	"context"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) routes() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateRouteOperation, s.CreateRoute),
		wire.Bind(&v2.GetRouteOperation, s.GetRoute),
		wire.Bind(&v2.GetRoutesOperation, s.GetRoutes),
		wire.Bind(&v2.UpdateRouteOperation, s.UpdateRoute),
		wire.Bind(&v2.DeleteRouteOperation, s.DeleteRoute),
		wire.Bind(&v2.DeleteRouteRequestParameterOperation, s.DeleteRouteRequestParameter),
	}
}

// CreateRoute creates a route.
func (s *Service) CreateRoute(ctx context.Context, in *v2.CreateRouteRequest) (*v2.CreateRouteResult, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.CreateRouteResult, error) {
		r := &definition.Route{Route: v2.Route{
			ApiKeyRequired:                   in.ApiKeyRequired,
			AuthorizationScopes:              in.AuthorizationScopes,
			AuthorizationType:                in.AuthorizationType,
			AuthorizerId:                     in.AuthorizerId,
			ModelSelectionExpression:         in.ModelSelectionExpression,
			OperationName:                    in.OperationName,
			RequestModels:                    in.RequestModels,
			RequestParameters:                in.RequestParameters,
			RouteKey:                         in.RouteKey,
			RouteResponseSelectionExpression: in.RouteResponseSelectionExpression,
			Target:                           in.Target,
		}}
		if err := e.addRoute(r); err != nil {
			return nil, err
		}
		out := v2.CreateRouteResult(*printRoute(r))
		return &out, nil
	})
}

func (e *edit) addRoute(r *definition.Route) error {
	if len(e.Routes) >= definition.MaxRoutes {
		return errQuota("routes")
	}
	if err := e.CompleteRoute(r); err != nil {
		return err
	}
	id, err := e.freeID(routeIDLength, func(id string) bool { return e.Document.Route(id) != nil })
	if err != nil {
		return err
	}
	r.RouteId = id
	e.Routes = append(e.Routes, r)
	return nil
}

func printRoute(r *definition.Route) *v2.Route {
	out := r.Route
	out.ApiGatewayManaged = orElse(out.ApiGatewayManaged, false)
	return &out
}

// GetRoute returns a route.
func (s *Service) GetRoute(ctx context.Context, in *v2.GetRouteRequest) (*v2.GetRouteResult, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	r := d.Route(*in.RouteId)
	if r == nil {
		return nil, errNoRoute(*in.RouteId)
	}
	out := v2.GetRouteResult(*printRoute(r))
	return &out, nil
}

// GetRoutes lists routes, in pages.
func (s *Service) GetRoutes(ctx context.Context, in *v2.GetRoutesRequest) (*v2.GetRoutesResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := pageOf(d.Routes, func(r *definition.Route) *string { return r.RouteId },
		func(r *definition.Route) v2.Route { return *printRoute(r) }, in.MaxResults, in.NextToken)
	return &v2.GetRoutesResponse{Items: items, NextToken: next}, err
}

// UpdateRoute changes the members that are given. A change of the key takes the settings that
// stages have for the route along.
func (s *Service) UpdateRoute(ctx context.Context, in *v2.UpdateRouteRequest) (*v2.UpdateRouteResult, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.UpdateRouteResult, error) {
		r := e.Document.Route(*in.RouteId)
		if r == nil {
			return nil, errNoRoute(*in.RouteId)
		}
		key := *r.RouteKey
		set(&r.ApiKeyRequired, in.ApiKeyRequired)
		if in.AuthorizationScopes != nil {
			r.AuthorizationScopes = in.AuthorizationScopes
		}
		if in.AuthorizationType != nil {
			r.AuthorizationType = in.AuthorizationType
			if !authorizes(*in.AuthorizationType) { // nothing of the old type stays
				r.AuthorizerId = nil
			}
			if *in.AuthorizationType != v2.AuthorizationTypeJwt && in.AuthorizationScopes == nil {
				r.AuthorizationScopes = nil
			}
		}
		setText(&r.AuthorizerId, in.AuthorizerId)
		setText(&r.ModelSelectionExpression, in.ModelSelectionExpression)
		setText(&r.OperationName, in.OperationName)
		setMap(&r.RequestModels, in.RequestModels)
		setMap(&r.RequestParameters, in.RequestParameters)
		set(&r.RouteKey, in.RouteKey)
		setText(&r.RouteResponseSelectionExpression, in.RouteResponseSelectionExpression)
		setText(&r.Target, in.Target)
		if *r.RouteKey != key && definition.Value(r.ApiGatewayManaged) {
			return nil, wire.BadRequest("The key of a route that is managed by API Gateway can be changed by an update of the API only")
		}
		if err := e.CompleteRoute(r); err != nil {
			return nil, err
		}
		e.renameSettings(key, *r.RouteKey)
		out := v2.UpdateRouteResult(*printRoute(r))
		return &out, nil
	})
}

func authorizes(authorizationType string) bool {
	return authorizationType == v2.AuthorizationTypeCustom || authorizationType == v2.AuthorizationTypeJwt
}

// renameSettings moves the settings of a route to its new key; an empty one drops them.
func (e *edit) renameSettings(from, to string) {
	if from == to {
		return
	}
	for _, stage := range e.Stages {
		own, ok := stage.RouteSettings[from]
		if !ok {
			continue
		}
		delete(stage.RouteSettings, from)
		if to != "" {
			stage.RouteSettings[to] = own
		}
		e.move(stage)
	}
}

// DeleteRoute deletes a route with its route responses.
func (s *Service) DeleteRoute(ctx context.Context, in *v2.DeleteRouteRequest) (*wire.Empty, error) {
	return removing(ctx, s, in.ApiId, func(e *edit) error {
		r := e.Document.Route(*in.RouteId)
		if r == nil {
			return errNoRoute(*in.RouteId)
		}
		e.Routes = definition.Remove(e.Routes, r)
		e.renameSettings(*r.RouteKey, "")
		return nil
	})
}

// DeleteRouteRequestParameter takes a parameter away that a route declares.
func (s *Service) DeleteRouteRequestParameter(ctx context.Context, in *v2.DeleteRouteRequestParameterRequest) (*wire.Empty, error) {
	return removing(ctx, s, in.ApiId, func(e *edit) error {
		r := e.Document.Route(*in.RouteId)
		if r == nil {
			return errNoRoute(*in.RouteId)
		}
		if _, ok := r.RequestParameters[*in.RequestParameterKey]; !ok {
			return missing("Invalid request parameter specified: %s", *in.RequestParameterKey)
		}
		delete(r.RequestParameters, *in.RequestParameterKey)
		return nil
	})
}

func (s *Service) routeResponses() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateRouteResponseOperation, s.CreateRouteResponse),
		wire.Bind(&v2.GetRouteResponseOperation, s.GetRouteResponse),
		wire.Bind(&v2.GetRouteResponsesOperation, s.GetRouteResponses),
		wire.Bind(&v2.UpdateRouteResponseOperation, s.UpdateRouteResponse),
		wire.Bind(&v2.DeleteRouteResponseOperation, s.DeleteRouteResponse),
	}
}

// routeResponse returns a route and one of its responses, which may be nil.
func routeResponse(d *definition.Document, routeID, id string) (*definition.Route, *v2.RouteResponse, error) {
	r := d.Route(routeID)
	if r == nil {
		return nil, nil, errNoRoute(routeID)
	}
	at := slices.IndexFunc(r.Responses, func(p *v2.RouteResponse) bool { return *p.RouteResponseId == id })
	if at < 0 {
		return r, nil, errNoRouteResponse(id)
	}
	return r, r.Responses[at], nil
}

// CreateRouteResponse lets a route reply.
func (s *Service) CreateRouteResponse(ctx context.Context, in *v2.CreateRouteResponseRequest) (*v2.CreateRouteResponseResponse, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.CreateRouteResponseResponse, error) {
		r := e.Document.Route(*in.RouteId)
		if r == nil {
			return nil, errNoRoute(*in.RouteId)
		}
		p := &v2.RouteResponse{
			ModelSelectionExpression: in.ModelSelectionExpression, ResponseModels: in.ResponseModels,
			ResponseParameters: in.ResponseParameters, RouteResponseKey: in.RouteResponseKey,
		}
		if err := e.CompleteRouteResponse(r, p); err != nil {
			return nil, err
		}
		id, err := e.freeID(routeIDLength, func(id string) bool {
			_, taken, _ := routeResponse(e.Document, *in.RouteId, id)
			return taken != nil
		})
		if err != nil {
			return nil, err
		}
		p.RouteResponseId = id
		r.Responses = append(r.Responses, p)
		out := v2.CreateRouteResponseResponse(*p)
		return &out, nil
	})
}

// GetRouteResponse returns a route response.
func (s *Service) GetRouteResponse(ctx context.Context, in *v2.GetRouteResponseRequest) (*v2.GetRouteResponseResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	_, p, err := routeResponse(d, *in.RouteId, *in.RouteResponseId)
	if err != nil {
		return nil, err
	}
	out := v2.GetRouteResponseResponse(*p)
	return &out, nil
}

// GetRouteResponses lists the responses of a route, in pages.
func (s *Service) GetRouteResponses(ctx context.Context, in *v2.GetRouteResponsesRequest) (*v2.GetRouteResponsesResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	r := d.Route(*in.RouteId)
	if r == nil {
		return nil, errNoRoute(*in.RouteId)
	}
	items, next, err := pageOf(r.Responses, func(p *v2.RouteResponse) *string { return p.RouteResponseId },
		func(p *v2.RouteResponse) v2.RouteResponse { return *p }, in.MaxResults, in.NextToken)
	return &v2.GetRouteResponsesResponse{Items: items, NextToken: next}, err
}

// UpdateRouteResponse changes the members that are given.
func (s *Service) UpdateRouteResponse(ctx context.Context, in *v2.UpdateRouteResponseRequest) (*v2.UpdateRouteResponseResponse, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.UpdateRouteResponseResponse, error) {
		r, p, err := routeResponse(e.Document, *in.RouteId, *in.RouteResponseId)
		if err != nil {
			return nil, err
		}
		setText(&p.ModelSelectionExpression, in.ModelSelectionExpression)
		setMap(&p.ResponseModels, in.ResponseModels)
		setMap(&p.ResponseParameters, in.ResponseParameters)
		set(&p.RouteResponseKey, in.RouteResponseKey)
		if err := e.CompleteRouteResponse(r, p); err != nil {
			return nil, err
		}
		out := v2.UpdateRouteResponseResponse(*p)
		return &out, nil
	})
}

// DeleteRouteResponse deletes a route response.
func (s *Service) DeleteRouteResponse(ctx context.Context, in *v2.DeleteRouteResponseRequest) (*wire.Empty, error) {
	return removing(ctx, s, in.ApiId, func(e *edit) error {
		r, p, err := routeResponse(e.Document, *in.RouteId, *in.RouteResponseId)
		if err != nil {
			return err
		}
		r.Responses = definition.Remove(r.Responses, p)
		return nil
	})
}
