package openapi

import (
	"regexp"
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// statusPattern is the constraint of every status code in the service model.
var statusPattern = regexp.MustCompile(`^[1-5]\d\d$`)

// namePattern is the constraint of parameter names in mapping expressions (REST data plane, 7).
var namePattern = regexp.MustCompile(`^[a-zA-Z0-9._$-]+$`)

// importGatewayResponses reads the gateway responses extension, in document order.
func (im *importer) importGatewayResponses() {
	all := im.doc.top().get(extensionPrefix + "gateway-responses")
	if all == nil || !im.isKind(all, kindObject) {
		return
	}
	for name, p := range all.members() {
		subject := "Unable to put gateway response '" + name + "'"
		kind := ""
		for _, known := range apigateway.GatewayResponseTypeValues {
			if strings.EqualFold(known, name) {
				kind = known
			}
		}
		if kind == "" {
			im.fail(p, subject, "the type is not one of [%s]", strings.Join(apigateway.GatewayResponseTypeValues, ", "))
			continue
		}
		if !im.isKind(p, kindObject) {
			continue
		}
		im.def.GatewayResponses = append(im.def.GatewayResponses, apigateway.GatewayResponse{
			ResponseType:       ptr(kind),
			StatusCode:         textOrNil(im.statusCode(p.get("statusCode"), subject)),
			ResponseParameters: im.gatewayParameters(p.get("responseParameters"), kind, subject),
			ResponseTemplates:  im.strMap(p.get("responseTemplates")),
			DefaultResponse:    ptr(false),
		})
	}
}

// statusCode reads a status code, which is a number or a string.
func (im *importer) statusCode(p *place, subject string) string {
	code := im.str(p)
	if code != "" && !statusPattern.MatchString(code) {
		im.fail(p, subject, "Invalid status code specified: %s; it must be three digits that begin with 1 to 5", clip(code, 40))
		return ""
	}
	return code
}

// gatewayParameters reads the parameters of a gateway response: a header, path or query string parameter each.
func (im *importer) gatewayParameters(p *place, kind, subject string) map[string]string {
	if p == nil || !im.isKind(p, kindObject) {
		return nil
	}
	parameters := make(map[string]string, len(p.fields))
	for name, value := range p.members() {
		switch {
		case !gatewayParameterName(name):
			im.fail(value, subject, "%s", invalidMapping(name))
		case value.kind != kindString:
			im.warn("Invalid format for 'responseParameters'. Expected type string for property '%s' of gateway response '%s' but got '%s'",
				name, kind, im.literal(value))
		default:
			parameters[name] = im.str(value)
		}
	}
	return parameters
}

func gatewayParameterName(name string) bool {
	for _, place := range []string{"header.", "path.", "querystring."} {
		if rest, found := strings.CutPrefix(name, "gatewayresponse."+place); found {
			return namePattern.MatchString(rest)
		}
	}
	return false
}

// invalidMapping is the recorded answer to a key that is no mapping expression (recorded, 1.5).
func invalidMapping(name string) string {
	return "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: " +
		clip(name, 200) + "]"
}

// literal is a value as a warning quotes it: scalars by their text, anything else as JSON.
func (im *importer) literal(p *place) string {
	if p.kind == kindList || p.kind == kindObject {
		return p.json(nil)
	}
	return p.text
}
