package controlplane

import (
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Documentation parts come with documents.
const documentationPartPrefix = "documentationpart#"

func (s *Service) documentationParts() kind { return kind{adopt: adoptDocumentationParts} }

// adoptDocumentationParts stores the parts of a document. A part for a location that has one
// replaces it and keeps its identifier.
func adoptDocumentationParts(im *importing) error {
	existing, err := definition[apigateway.DocumentationPart](im.view, documentationPartPrefix)
	if err != nil {
		return err
	}
	ids := map[[5]string]string{}
	for _, p := range existing {
		ids[locationKey(p.Location)] = *p.Id
	}
	for _, p := range im.doc.DocumentationParts {
		location := locationKey(p.Location)
		id, ok := ids[location]
		if !ok {
			if id, err = im.freeID(documentationPartPrefix, idLength); err != nil {
				return err
			}
			ids[location] = id
		}
		p.Id = &id
		if err := im.put(im.definitionKey(documentationPartPrefix+id), &p); err != nil {
			return err
		}
	}
	return nil
}

func locationKey(l *apigateway.DocumentationPartLocation) [5]string {
	return [5]string{value(l.Type), value(l.Path), value(l.Method), value(l.StatusCode), value(l.Name)}
}
