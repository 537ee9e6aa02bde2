package controlplane

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const documentationPartPrefix = "documentationpart#"

func (s *Service) documentationParts() kind {
	return kind{
		endpoints: []wire.Endpoint{
			wire.Bind(&apigateway.CreateDocumentationPartOperation, s.CreateDocumentationPart),
			wire.Bind(&apigateway.GetDocumentationPartOperation, s.GetDocumentationPart),
			wire.Bind(&apigateway.GetDocumentationPartsOperation, s.GetDocumentationParts),
			wire.Bind(&apigateway.UpdateDocumentationPartOperation, s.UpdateDocumentationPart),
			wire.Bind(&apigateway.DeleteDocumentationPartOperation, s.DeleteDocumentationPart),
			wire.Bind(&apigateway.ImportDocumentationPartsOperation, s.ImportDocumentationParts),
		},
		adopt: adoptDocumentationParts,
	}
}

var errNoDocumentationPart = wire.NotFound("Invalid Documentation part identifier specified")

var documentationPartPatches = patch.Table[apigateway.DocumentationPart]{
	Paths: []patch.Path[apigateway.DocumentationPart]{
		{Pattern: "/properties", Replace: patch.Text(func(p *apigateway.DocumentationPart) **string { return &p.Properties })},
	},
	Refusals: patch.Common,
}

// CreateDocumentationPart creates a part for a location that has none.
func (s *Service) CreateDocumentationPart(ctx context.Context, in *apigateway.CreateDocumentationPartRequest) (*apigateway.DocumentationPart, error) {
	return editing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) (*apigateway.DocumentationPart, error) {
		location := *in.Location
		p := &apigateway.DocumentationPart{Location: &location, Properties: in.Properties}
		if err := completeLocation(p.Location); err != nil {
			return nil, err
		}
		if err := checkProperties(p); err != nil {
			return nil, err
		}
		taken, err := e.documentedLocations()
		if err != nil {
			return nil, err
		}
		if _, exists := taken[locationKey(p.Location)]; exists {
			return nil, wire.Conflict("Documentation part already exists for the specified location: %s.", describeLocation(p.Location))
		}
		id, err := e.freeID(documentationPartPrefix, idLength)
		if err != nil {
			return nil, err
		}
		p.Id = &id
		return p, e.put(e.definitionKey(documentationPartPrefix+id), p)
	})
}

// checkProperties refuses what is not the text of a JSON object. Keys that OpenAPI does not know
// are kept (recorded answers, 10).
func checkProperties(p *apigateway.DocumentationPart) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(value(p.Properties)), &object); err != nil || object == nil {
		return wire.BadRequest("Invalid documentation part properties specified. Must be a JSON object")
	}
	return nil
}

// documentedLocations returns the identifiers of all parts by location.
func (v *view) documentedLocations() (map[[5]string]string, error) {
	parts, err := definition[apigateway.DocumentationPart](v, documentationPartPrefix)
	ids := map[[5]string]string{}
	for _, p := range parts {
		ids[locationKey(p.Location)] = *p.Id
	}
	return ids, err
}

// GetDocumentationPart returns a part.
func (s *Service) GetDocumentationPart(ctx context.Context, in *apigateway.GetDocumentationPartRequest) (*apigateway.DocumentationPart, error) {
	return viewing(ctx, s, *in.RestApiId, errNoDocumentationPart, func(v *view) (*apigateway.DocumentationPart, error) {
		return v.documentationPart(*in.DocumentationPartId)
	})
}

// documentationPart returns an existing part.
func (v *view) documentationPart(id string) (*apigateway.DocumentationPart, error) {
	p, err := get[apigateway.DocumentationPart](v, v.definitionKey(documentationPartPrefix+id))
	if err == nil && p == nil {
		return nil, errNoDocumentationPart
	}
	return p, err
}

// GetDocumentationParts lists the parts of a type, a name and a path, in pages. With the location
// status UNDOCUMENTED it lists the places of the API that have no part: parts without identifier
// and properties.
func (s *Service) GetDocumentationParts(ctx context.Context, in *apigateway.GetDocumentationPartsRequest) (*apigateway.DocumentationParts, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.DocumentationParts, error) {
		rows, err := definition[apigateway.DocumentationPart](v, documentationPartPrefix)
		if err != nil {
			return nil, err
		}
		parts := deref(rows)
		if value(in.LocationStatus) == apigateway.LocationStatusTypeUndocumented {
			if parts, err = v.undocumented(); err != nil {
				return nil, err
			}
		}
		other := func(want, have *string) bool { return want != nil && *want != value(have) }
		parts = slices.DeleteFunc(parts, func(p apigateway.DocumentationPart) bool {
			return other(in.Type, p.Location.Type) || other(in.NameQuery, p.Location.Name) || other(in.Path, p.Location.Path)
		})
		slices.SortFunc(parts, compareLocations)
		page, next, err := pageList(parts, func(p apigateway.DocumentationPart) string {
			key := locationKey(p.Location)
			return strings.Join(key[:], "\n")
		}, in.Position, in.Limit)
		return &apigateway.DocumentationParts{Items: page, Position: next}, err
	})
}

// UpdateDocumentationPart changes the properties of a part.
func (s *Service) UpdateDocumentationPart(ctx context.Context, in *apigateway.UpdateDocumentationPartRequest) (*apigateway.DocumentationPart, error) {
	return editing(ctx, s, *in.RestApiId, errNoDocumentationPart, func(e *edit) (*apigateway.DocumentationPart, error) {
		p, err := e.documentationPart(*in.DocumentationPartId)
		if err != nil {
			return nil, err
		}
		if err := documentationPartPatches.Apply(p, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		if err := checkProperties(p); err != nil {
			return nil, err
		}
		return p, e.put(e.definitionKey(documentationPartPrefix+*p.Id), p)
	})
}

// DeleteDocumentationPart deletes a part. It is the one operation on an item that complains about
// an unknown API (recorded answers, 1.2).
func (s *Service) DeleteDocumentationPart(ctx context.Context, in *apigateway.DeleteDocumentationPartRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) error {
		p, err := e.documentationPart(*in.DocumentationPartId)
		if err != nil {
			return err
		}
		e.delete(e.definitionKey(documentationPartPrefix + *p.Id))
		return nil
	})
}
