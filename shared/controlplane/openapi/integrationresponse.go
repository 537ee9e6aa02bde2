package openapi

import (
	"fmt"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// readResponses reads the integration responses. Their keys in the document are selection patterns, in the definition
// status codes; default has no pattern (recorded, 14.3).
func (i *integration) readResponses(all *place) {
	if all == nil || !i.isKind(all, kindObject) {
		return
	}
	subject := fmt.Sprintf("Unable to put integration response on '%s' for resource at path '%s'", i.verb, clip(i.path, 200))
	for pattern, p := range all.members() {
		if !i.isKind(p, kindObject) {
			continue
		}
		response := apigateway.IntegrationResponse{
			ResponseParameters: i.parameterMappings(p.get("responseParameters"), "responseParameters"),
			ResponseTemplates:  i.strMap(p.get("responseTemplates")),
			ContentHandling:    textOrNil(i.enum(p.get("contentHandling"), subject, apigateway.ContentHandlingStrategyValues)),
		}
		if pattern != "default" {
			response.SelectionPattern = ptr(i.substitute(pattern))
		}
		code := i.statusCode(p.get("statusCode"), subject)
		if code == "" {
			if p.get("statusCode") == nil {
				i.fail(p, subject, "the response %q has no statusCode", clip(pattern, 80))
			}
			continue
		}
		response.StatusCode = ptr(code)
		if i.out.IntegrationResponses == nil {
			i.out.IntegrationResponses = map[string]apigateway.IntegrationResponse{}
		}
		if _, taken := i.out.IntegrationResponses[code]; taken {
			i.warnAt(p, "The response %q replaces an earlier one with the status code %s.", clip(pattern, 80), code)
		}
		i.out.IntegrationResponses[code] = response
	}
}
