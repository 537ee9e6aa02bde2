package openapi

import (
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// importResponses makes a method response of every response with a status code. An operation without responses is fine
// (recorded, 14.3).
func (o *operation) importResponses() {
	responses := o.place.get("responses")
	if responses == nil || !o.isKind(responses, kindObject) {
		return
	}
	for code, p := range responses.members() {
		switch {
		case strings.HasPrefix(code, "x-"):
			continue
		case code == "default":
			o.warnAt(p, "The default response of method '%s %s' is not supported. Ignoring.", o.verb, o.path)
			continue
		case !statusPattern.MatchString(code):
			o.fail(p, o.subject(), "Invalid status code specified: %s; it must be three digits that begin with 1 to 5", clip(code, 40))
			continue
		}
		response := apigateway.MethodResponse{StatusCode: ptr(code)}
		if p.kind != kindNull {
			o.readResponse(&response, p)
		}
		if o.out.MethodResponses == nil {
			o.out.MethodResponses = map[string]apigateway.MethodResponse{}
		}
		o.out.MethodResponses[code] = response
	}
}

func (o *operation) readResponse(response *apigateway.MethodResponse, p *place) {
	if p = o.resolve(p, o.subject()); p == nil || !o.isKind(p, kindObject) {
		return
	}
	o.checkExtensions(p, levelResponse)
	o.readResponseHeaders(response, p.get("headers"))
	if o.swagger {
		if schema := p.get("schema"); schema != nil {
			for _, mediaType := range o.mediaTypes("produces") {
				o.setResponseModel(response, p, mediaType, schema)
			}
		}
		return
	}
	for mediaType, content := range p.get("content").members() {
		if schema := content.get("schema"); schema != nil {
			o.setResponseModel(response, content, mediaType, schema)
		}
	}
}

// readResponseHeaders declares the headers. That a reference to a header leads somewhere is all that is asked of it, as
// only the name counts.
func (o *operation) readResponseHeaders(response *apigateway.MethodResponse, headers *place) {
	if headers == nil || !o.isKind(headers, kindObject) {
		return
	}
	for name, p := range headers.members() {
		if p.kind == kindObject && o.resolve(p, o.subject()) == nil {
			continue
		}
		if !namePattern.MatchString(name) {
			o.fail(p, o.subject(), "%s", invalidMapping("method.response.header."+name))
			continue
		}
		if response.ResponseParameters == nil {
			response.ResponseParameters = map[string]bool{}
		}
		response.ResponseParameters["method.response.header."+name] = false
	}
}

func (o *operation) setResponseModel(response *apigateway.MethodResponse, at *place, mediaType string, schema *place) {
	if !o.isMediaType(at, mediaType) {
		return
	}
	model := o.modelOf(schema, usage{
		subject:   o.subject(),
		what:      *response.StatusCode + " response of method '" + o.verb + " " + o.path + "'",
		mediaType: mediaType,
	})
	if model == "" {
		return
	}
	if response.ResponseModels == nil {
		response.ResponseModels = map[string]string{}
	}
	response.ResponseModels[mediaType] = model
}
