package openapi

// requestLocations maps the places of parameters to those of mapping expressions.
var requestLocations = map[string]string{"path": "path", "query": "querystring", "header": "header"}

// importParameters reads the parameters of the path item and of the operation; the operation's replace those of the same
// place and name. It returns the body parameter of Swagger 2.0, which the caller reads.
func (o *operation) importParameters() (body *place) {
	for _, list := range []*place{o.shared, o.place.get("parameters")} {
		if list == nil || !o.isKind(list, kindList) {
			continue
		}
		for item := range list.list() {
			p := o.resolve(item, o.subject())
			if p == nil || !o.isKind(p, kindObject) {
				continue
			}
			if o.str(p.get("in")) == "body" && o.swagger {
				body = p
				continue
			}
			o.importParameter(p)
		}
	}
	return body
}

func (o *operation) importParameter(p *place) {
	o.checkExtensions(p, levelParameter)
	name, in := o.str(p.get("name")), o.str(p.get("in"))
	location := requestLocations[in]
	switch {
	case name == "":
		o.fail(p, o.subject(), "the parameter has no name")
		return
	case in == "cookie" || in == "formData" && o.swagger:
		o.warnAt(p, "Parameters in %s are not supported; '%s' of method '%s %s' is not checked. Ignoring.", in, clip(name, 80), o.verb, o.path)
		return
	case location == "":
		o.fail(p, o.subject(), "the parameter '%s' is in %q, which is no place for parameters", clip(name, 80), clip(in, 40))
		return
	case !namePattern.MatchString(name):
		o.fail(p, o.subject(), "Invalid mapping expression specified: Validation Result: warnings : [], errors : "+
			"[Parameter name should match the following regular expression: ^[a-zA-Z0-9._$-]+$]")
		return
	}
	if o.out.RequestParameters == nil {
		o.out.RequestParameters = map[string]bool{}
	}
	required := o.boolean(p.get("required"))
	o.out.RequestParameters["method.request."+location+"."+name] = required != nil && *required
}
