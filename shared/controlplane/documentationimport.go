package controlplane

import (
	"context"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// ImportDocumentationParts takes the documentation extension of an OpenAPI document: mode=merge
// replaces the parts of the locations that the document mentions, mode=overwrite replaces all. The
// rest of the document plays no role, and like that of PutRestApi it is read before the API is
// looked up.
func (s *Service) ImportDocumentationParts(ctx context.Context, in *apigateway.ImportDocumentationPartsRequest) (*apigateway.DocumentationPartIds, error) {
	options, err := s.importOptions(nil)
	if err != nil {
		return nil, err
	}
	doc, err := openapi.ParseDocumentation(in.Body, options.parse)
	if err != nil {
		return nil, wire.BadRequest("%s", err.Error())
	}
	if value(in.FailOnWarnings) && len(doc.Warnings) > 0 {
		return nil, wire.BadRequest("Warnings found during import:\n\t%s", strings.Join(doc.Warnings, "\n\t"))
	}
	return editing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) (*apigateway.DocumentationPartIds, error) {
		if value(in.Mode) == apigateway.PutModeOverwrite {
			if err := e.dropDocumentationParts(); err != nil {
				return nil, err
			}
		}
		ids, err := e.putDocumentationParts(doc.DocumentationParts)
		return &apigateway.DocumentationPartIds{Ids: ids, Warnings: doc.Warnings}, err
	})
}

func (e *edit) dropDocumentationParts() error {
	parts, err := definition[apigateway.DocumentationPart](e.view, documentationPartPrefix)
	for _, p := range parts {
		e.delete(e.definitionKey(documentationPartPrefix + *p.Id))
	}
	return err
}

// putDocumentationParts stores the parts of a document and returns their identifiers. A part for
// a location that has one replaces it and keeps its identifier.
func (e *edit) putDocumentationParts(parts []apigateway.DocumentationPart) ([]string, error) {
	known, err := e.documentedLocations()
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, p := range parts {
		location := locationKey(p.Location)
		id, ok := known[location]
		if !ok {
			if id, err = e.freeID(documentationPartPrefix, idLength); err != nil {
				return nil, err
			}
			known[location] = id
		}
		p.Id = &id
		if err := e.put(e.definitionKey(documentationPartPrefix+id), &p); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// adoptDocumentationParts stores the parts of the document of an API.
func adoptDocumentationParts(im *importing) error {
	_, err := im.putDocumentationParts(im.doc.DocumentationParts)
	return err
}
