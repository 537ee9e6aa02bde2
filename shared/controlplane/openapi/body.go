package openapi

// importBody reads the models of the request body: the requestBody of OpenAPI 3, or the body parameter of Swagger 2.0 for
// every type that the operation consumes.
func (o *operation) importBody(parameter *place) {
	if o.swagger {
		if schema := parameter.get("schema"); schema != nil {
			o.setRequestModels(parameter, o.mediaTypes("consumes"), schema)
		}
		return
	}
	body := o.place.get("requestBody")
	if body == nil {
		return
	}
	if body = o.resolve(body, o.subject()); body == nil || !o.isKind(body, kindObject) {
		return
	}
	for mediaType, content := range body.get("content").members() {
		if schema := content.get("schema"); schema != nil {
			o.setRequestModels(content, []string{mediaType}, schema)
		}
	}
}

func (o *operation) setRequestModels(at *place, mediaTypes []string, schema *place) {
	for _, mediaType := range mediaTypes {
		if !o.isMediaType(at, mediaType) {
			continue
		}
		model := o.modelOf(schema, usage{
			subject: o.subject(), what: "request body of method '" + o.verb + " " + o.path + "'", mediaType: mediaType, request: true,
		})
		if model == "" {
			continue
		}
		if o.out.RequestModels == nil {
			o.out.RequestModels = map[string]string{}
		}
		o.out.RequestModels[mediaType] = model
	}
}
