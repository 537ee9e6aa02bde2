package controlplane

import (
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// undocumented lists the places of the API that could have a documentation part and have none.
func (v *view) undocumented() ([]apigateway.DocumentationPart, error) {
	places, err := v.documentablePlaces()
	if err != nil {
		return nil, err
	}
	known, err := v.documentedLocations()
	if err != nil {
		return nil, err
	}
	out := []apigateway.DocumentationPart{}
	for _, place := range places {
		key := locationKey(&place)
		if _, ok := known[key]; !ok {
			known[key] = "" // a place may be found twice, such as a model of two content types
			out = append(out, apigateway.DocumentationPart{Location: &place})
		}
	}
	return out, nil
}

func (v *view) documentablePlaces() ([]apigateway.DocumentationPartLocation, error) {
	authorizers, err := definition[apigateway.Authorizer](v, authorizerPrefix)
	if err != nil {
		return nil, err
	}
	models, err := definition[apigateway.Model](v, modelPrefix)
	if err != nil {
		return nil, err
	}
	resources, err := definition[apigateway.Resource](v, resourcePrefix)
	if err != nil {
		return nil, err
	}
	places := []apigateway.DocumentationPartLocation{{Type: ptr(apigateway.DocumentationPartTypeApi)}}
	for _, a := range authorizers {
		places = append(places, apigateway.DocumentationPartLocation{Type: ptr(apigateway.DocumentationPartTypeAuthorizer), Name: a.Name})
	}
	for _, m := range models {
		places = append(places, apigateway.DocumentationPartLocation{Type: ptr(apigateway.DocumentationPartTypeModel), Name: m.Name})
	}
	for _, r := range resources {
		places = append(places, apigateway.DocumentationPartLocation{Type: ptr(apigateway.DocumentationPartTypeResource), Path: r.Path})
		for verb, m := range r.ResourceMethods {
			places = append(places, placesOfMethod(*r.Path, verb, &m)...)
		}
	}
	return places, nil
}

// placesOfMethod are the method, its parameters, its body and its responses.
func placesOfMethod(path, verb string, m *apigateway.Method) []apigateway.DocumentationPartLocation {
	at := func(kind string) apigateway.DocumentationPartLocation {
		return apigateway.DocumentationPartLocation{Type: &kind, Path: &path, Method: &verb}
	}
	places := []apigateway.DocumentationPartLocation{at(apigateway.DocumentationPartTypeMethod)}
	for expression := range m.RequestParameters {
		for _, part := range parameterParts {
			if name, ok := strings.CutPrefix(expression, part.prefix); ok {
				place := at(part.kind)
				place.Name = &name
				places = append(places, place)
			}
		}
	}
	if len(m.RequestModels) > 0 {
		places = append(places, at(apigateway.DocumentationPartTypeRequestBody))
	}
	for status, response := range m.MethodResponses {
		in := func(kind string) apigateway.DocumentationPartLocation {
			place := at(kind)
			place.StatusCode = &status
			return place
		}
		places = append(places, in(apigateway.DocumentationPartTypeResponse))
		for expression := range response.ResponseParameters {
			place := in(apigateway.DocumentationPartTypeResponseHeader)
			place.Name = ptr(strings.TrimPrefix(expression, "method.response.header."))
			places = append(places, place)
		}
		if len(response.ResponseModels) > 0 {
			places = append(places, in(apigateway.DocumentationPartTypeResponseBody))
		}
	}
	return slices.Clip(places)
}

// parameterParts says which documentation type the parameters of a request are.
var parameterParts = []struct{ prefix, kind string }{
	{"method.request.path.", apigateway.DocumentationPartTypePathParameter},
	{"method.request.querystring.", apigateway.DocumentationPartTypeQueryParameter},
	{"method.request.multivaluequerystring.", apigateway.DocumentationPartTypeQueryParameter},
	{"method.request.header.", apigateway.DocumentationPartTypeRequestHeader},
	{"method.request.multivalueheader.", apigateway.DocumentationPartTypeRequestHeader},
}
