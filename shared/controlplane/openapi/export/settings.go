package export

import (
	"encoding/json"
	"slices"
)

// settings adds the extensions at the root of the document, which belong to the API as a whole.
func (w *writer) settings(doc *object) {
	if w.opts.Extensions.Integrations || w.opts.Extensions.Validators {
		w.validators(doc)
	}
	if !w.opts.Extensions.Integrations {
		return
	}
	if w.def.APIKeySource != "" {
		doc.set(extensionPrefix+"api-key-source", w.def.APIKeySource)
	}
	if w.swagger {
		if endpoint := w.endpoint(); endpoint != nil {
			doc.set(extensionPrefix+"endpoint-configuration", endpoint)
		}
	}
	doc.setText(extensionPrefix+"security-policy", w.def.SecurityPolicy)
	w.gatewayResponses(doc)
	if policy, err := parse(w.def.Policy); err == nil {
		doc.set(extensionPrefix+"policy", policy)
	}
	doc.setText(extensionPrefix+"endpoint-access-mode", w.def.EndpointAccessMode)
	if len(w.def.BinaryMediaTypes) > 0 {
		doc.set(extensionPrefix+"binary-media-types", list(w.def.BinaryMediaTypes))
	}
	if size := w.def.MinimumCompressionSize; size != nil {
		doc.set(extensionPrefix+"minimum-compression-size", number(*size))
	}
}

func (w *writer) validators(doc *object) {
	if len(w.def.Validators) == 0 {
		return
	}
	all := newObject()
	for _, v := range w.def.Validators {
		all.set(text(v.Name), newObject().
			set("validateRequestParameters", isTrue(v.ValidateRequestParameters)).
			set("validateRequestBody", isTrue(v.ValidateRequestBody)))
	}
	doc.set(extensionPrefix+"request-validators", all)
}

// endpoint is the endpoint configuration extension, nil when there is nothing to say or the export is a plain one. It has a
// place at the root of Swagger documents and at the server of OpenAPI documents (control-plane operations, 2.5).
func (w *writer) endpoint() *object {
	endpoint := newObject()
	if disabled := w.def.DisableExecuteAPIEndpoint; disabled != nil {
		endpoint.set("disableExecuteApiEndpoint", *disabled)
	}
	if len(w.def.VPCEndpointIDs) > 0 {
		endpoint.set("vpcEndpointIds", list(w.def.VPCEndpointIDs))
	}
	if !w.opts.Extensions.Integrations || len(endpoint.members) == 0 {
		return nil
	}
	return endpoint
}

func (w *writer) gatewayResponses(doc *object) {
	if len(w.def.GatewayResponses) == 0 {
		return
	}
	all := newObject()
	for _, r := range w.def.GatewayResponses {
		response := newObject()
		// A status code is printed as a number, like API Gateway does.
		if code := text(r.StatusCode); code != "" {
			response.set("statusCode", json.Number(code))
		}
		if r.ResponseParameters != nil {
			response.set("responseParameters", texts(r.ResponseParameters))
		}
		if r.ResponseTemplates != nil {
			response.set("responseTemplates", texts(r.ResponseTemplates))
		}
		all.set(text(r.ResponseType), response)
	}
	doc.set(extensionPrefix+"gateway-responses", all)
}

// hasValidator reports whether the document defines a validator of this name.
func (w *writer) hasValidator(name string) bool {
	return slices.ContainsFunc(w.def.Validators, func(v validator) bool { return text(v.Name) == name })
}
