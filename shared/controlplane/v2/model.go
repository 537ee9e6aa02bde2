package v2

import (
	"context"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) models() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateModelOperation, s.CreateModel),
		wire.Bind(&v2.GetModelOperation, s.GetModel),
		wire.Bind(&v2.GetModelsOperation, s.GetModels),
		wire.Bind(&v2.UpdateModelOperation, s.UpdateModel),
		wire.Bind(&v2.DeleteModelOperation, s.DeleteModel),
		wire.Bind(&v2.GetModelTemplateOperation, s.GetModelTemplate),
	}
}

// CreateModel creates a model.
func (s *Service) CreateModel(ctx context.Context, in *v2.CreateModelRequest) (*v2.CreateModelResponse, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.CreateModelResponse, error) {
		m := &v2.Model{ContentType: in.ContentType, Description: in.Description, Name: in.Name, Schema: in.Schema}
		if err := e.addModel(m); err != nil {
			return nil, err
		}
		out := v2.CreateModelResponse(*m)
		return &out, nil
	})
}

func (e *edit) addModel(m *v2.Model) error {
	if err := e.CompleteModel(m); err != nil {
		return err
	}
	id, err := e.freeID(idLength, func(id string) bool { return e.Model(id) != nil })
	if err != nil {
		return err
	}
	m.ModelId = id
	e.Models = append(e.Models, m)
	return nil
}

// GetModel returns a model.
func (s *Service) GetModel(ctx context.Context, in *v2.GetModelRequest) (*v2.GetModelResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	m := d.Model(*in.ModelId)
	if m == nil {
		return nil, errNoModel(*in.ModelId)
	}
	out := v2.GetModelResponse(*m)
	return &out, nil
}

// GetModels lists models, in pages.
func (s *Service) GetModels(ctx context.Context, in *v2.GetModelsRequest) (*v2.GetModelsResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := pageOf(d.Models, func(m *v2.Model) *string { return m.ModelId },
		func(m *v2.Model) v2.Model { return *m }, in.MaxResults, in.NextToken)
	return &v2.GetModelsResponse{Items: items, NextToken: next}, err
}

// UpdateModel changes the members that are given. Routes name models by their names, so that one
// which is in use keeps its name.
func (s *Service) UpdateModel(ctx context.Context, in *v2.UpdateModelRequest) (*v2.UpdateModelResponse, error) {
	return defining(ctx, s, in.ApiId, func(e *edit) (*v2.UpdateModelResponse, error) {
		m := e.Model(*in.ModelId)
		if m == nil {
			return nil, errNoModel(*in.ModelId)
		}
		if in.Name != nil && *in.Name != *m.Name {
			if users := e.ModelUsers(*m.Name); len(users) > 0 {
				return nil, wire.Conflict("Cannot rename model '%s', is referenced in route: %s", *m.Name, strings.Join(users, ", "))
			}
		}
		set(&m.ContentType, in.ContentType)
		setText(&m.Description, in.Description)
		set(&m.Name, in.Name)
		set(&m.Schema, in.Schema)
		if err := e.CompleteModel(m); err != nil {
			return nil, err
		}
		out := v2.UpdateModelResponse(*m)
		return &out, nil
	})
}

// DeleteModel deletes a model that no route names.
func (s *Service) DeleteModel(ctx context.Context, in *v2.DeleteModelRequest) (*wire.Empty, error) {
	return removing(ctx, s, in.ApiId, func(e *edit) error {
		m := e.Model(*in.ModelId)
		if m == nil {
			return errNoModel(*in.ModelId)
		}
		if users := e.ModelUsers(*m.Name); len(users) > 0 {
			return wire.Conflict("Cannot delete model '%s', is referenced in route: %s", *m.Name, strings.Join(users, ", "))
		}
		e.Models = definition.Remove(e.Models, m)
		return nil
	})
}

// GetModelTemplate makes a sample mapping template that produces what a model describes.
func (s *Service) GetModelTemplate(ctx context.Context, in *v2.GetModelTemplateRequest) (*v2.GetModelTemplateResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	m := d.Model(*in.ModelId)
	if m == nil {
		return nil, errNoModel(*in.ModelId)
	}
	var models []*apigateway.Model
	for _, other := range d.Models {
		models = append(models, &apigateway.Model{Name: other.Name, ContentType: other.ContentType, Schema: other.Schema})
	}
	text, err := s.cfg.REST.ModelTemplate(ctx, definition.Value(in.ApiId), *m.Name, models)
	return &v2.GetModelTemplateResponse{Value: &text}, err
}
