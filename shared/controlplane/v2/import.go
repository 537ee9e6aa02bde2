package v2

import (
	"context"
	"errors"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/controlplane/v2/openapi"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) imports() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.ImportApiOperation, s.ImportApi),
		wire.Bind(&v2.ReimportApiOperation, s.ReimportApi),
	}
}

// read reads the body of an import. It is read again for each attempt, since creating resources
// completes them.
func (s *Service) read(body, basePath *string) (*openapi.API, error) {
	doc, err := openapi.Read([]byte(definition.Value(body)), openapi.Options{
		BasePath: strings.ToLower(definition.Value(basePath)), Account: s.cfg.Account,
		Partition: controlplane.Partition(s.cfg.Region), Region: s.cfg.Region,
	})
	if err != nil {
		return nil, wire.BadRequest("%s", err.Error())
	}
	return doc, nil
}

// ImportApi creates an HTTP API from an OpenAPI document. Parts that cannot be created are left out
// with a warning, unless failOnWarnings says that then nothing is created.
func (s *Service) ImportApi(ctx context.Context, in *v2.ImportApiRequest) (*v2.ImportApiResponse, error) {
	doc, err := s.read(in.Body, in.Basepath)
	if err != nil {
		return nil, err
	}
	d := &definition.Document{API: doc.API, Policy: doc.Policy}
	var notes notes
	err = s.creating(ctx, d, func(e *edit) error {
		doc, err := s.read(in.Body, in.Basepath)
		if err != nil {
			return err
		}
		notes, err = e.adopt(doc, definition.Value(in.FailOnWarnings))
		return err
	})
	if err != nil {
		return nil, err
	}
	out := v2.ImportApiResponse(*s.print(&d.API))
	out.ImportInfo, out.Warnings = notes.info, notes.warnings
	return &out, nil
}

// ReimportApi replaces the definition of an HTTP API, tags included, by that of a document. Stages
// and deployments stay; what a route or an authorizer of the old definition was called by keeps its
// identifier in the new one.
func (s *Service) ReimportApi(ctx context.Context, in *v2.ReimportApiRequest) (*v2.ReimportApiResponse, error) {
	if _, err := s.read(in.Body, in.Basepath); err != nil {
		return nil, err
	}
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.ReimportApiResponse, error) {
		if !e.HTTP() {
			return nil, wire.BadRequest("Import is supported for HTTP APIs only")
		}
		doc, err := s.read(in.Body, in.Basepath)
		if err != nil {
			return nil, err
		}
		old := *e.Document
		a := doc.API
		a.ApiId, a.CreatedDate, a.ApiKeySelectionExpression = old.API.ApiId, old.API.CreatedDate, old.API.ApiKeySelectionExpression
		*e.Document = definition.Document{API: a, Policy: doc.Policy, Stages: old.Stages, Deployments: old.Deployments}
		if err := definition.CompleteAPI(e.Document); err != nil {
			return nil, err
		}
		notes, err := e.adopt(doc, definition.Value(in.FailOnWarnings))
		if err != nil {
			return nil, err
		}
		e.keepIdentifiers(&old)
		out := v2.ReimportApiResponse(*s.print(&e.API))
		out.ImportInfo, out.Warnings = notes.info, notes.warnings
		return &out, nil
	})
}

// notes are what the answer to an import says beside the API.
type notes struct{ info, warnings []string }

// adopt creates the resources of a document.
func (e *edit) adopt(doc *openapi.API, failOnWarnings bool) (notes, error) {
	n := notes{info: doc.Info, warnings: doc.Warnings}
	// rejected keeps a refusal as a warning; other errors are returned.
	rejected := func(what string, err error) error {
		var refusal *wire.Error
		if err == nil || !errors.As(err, &refusal) {
			return err
		}
		n.warnings = append(n.warnings, "Unable to create "+what+": "+refusal.Message)
		return nil
	}
	for _, m := range doc.Models {
		m.Schema = definition.Ptr(openapi.ResolveModelRefs(*m.Schema, e.id))
		if err := rejected("model '"+*m.Name+"'", e.addModel(m)); err != nil {
			return n, err
		}
	}
	for _, a := range doc.Authorizers {
		if err := rejected("authorizer '"+*a.Name+"'", e.addAuthorizer(a)); err != nil {
			return n, err
		}
	}
	for _, r := range doc.Routes {
		if err := rejected("route '"+*r.RouteKey+"'", e.adoptRoute(r)); err != nil {
			return n, err
		}
	}
	if failOnWarnings && len(n.warnings) > 0 {
		return n, wire.BadRequest("Warnings found during import:\n\t%s", strings.Join(n.warnings, "\n\t"))
	}
	return n, nil
}

// adoptRoute creates a route with its integration, which may exist already if routes share it. A
// route that is refused leaves no integration behind.
func (e *edit) adoptRoute(r *openapi.Route) error {
	before := e.Integrations
	if i := r.Backend; i != nil {
		if i.IntegrationId == nil {
			if err := e.addIntegration(i); err != nil {
				return err
			}
		}
		r.Target = definition.Ptr("integrations/" + *i.IntegrationId)
	}
	if r.AuthorizerName != "" {
		for _, a := range e.Authorizers {
			if *a.Name == r.AuthorizerName {
				r.AuthorizerId = a.AuthorizerId
			}
		}
	}
	err := e.addRoute(&r.Route)
	if err != nil && len(before) != len(e.Integrations) {
		e.Integrations = before
		r.Backend.IntegrationId = nil
	}
	return err
}

// keepIdentifiers gives routes and authorizers the identifiers that those of the same key or name
// had, so that what was noted of them, cache tags and usage included, stays true.
func (e *edit) keepIdentifiers(old *definition.Document) {
	renamed := map[string]string{}
	for _, a := range e.Authorizers {
		for _, before := range old.Authorizers {
			if *before.Name == *a.Name && e.Authorizer(*before.AuthorizerId) == nil {
				renamed[*a.AuthorizerId] = *before.AuthorizerId
				a.AuthorizerId = before.AuthorizerId
			}
		}
	}
	for _, r := range e.Routes {
		if before := old.RouteByKey(*r.RouteKey); before != nil && e.Document.Route(*before.RouteId) == nil {
			r.RouteId = before.RouteId
		}
		if id, ok := renamed[definition.Value(r.AuthorizerId)]; ok {
			r.AuthorizerId = &id
		}
	}
	for _, before := range old.Routes { // settings of routes that are gone
		if e.RouteByKey(*before.RouteKey) == nil {
			e.renameSettings(*before.RouteKey, "")
		}
	}
}
