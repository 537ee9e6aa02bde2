package export

import (
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// integration writes the integration extension. What an import fills in by itself is left out, like API Gateway does.
func integration(i *apigateway.Integration) *object {
	ext := newObject().set("type", strings.ToLower(text(i.Type)))
	ext.setText("credentials", i.Credentials)
	if !isMock(i) {
		ext.setText("httpMethod", i.HttpMethod).setText("uri", i.Uri)
	}
	if len(i.IntegrationResponses) > 0 {
		ext.set("responses", integrationResponses(i.IntegrationResponses))
	}
	if i.RequestParameters != nil {
		ext.set("requestParameters", texts(i.RequestParameters))
	}
	if i.RequestTemplates != nil {
		ext.set("requestTemplates", texts(i.RequestTemplates))
	}
	if passthrough := text(i.PassthroughBehavior); passthrough != "" {
		ext.set("passthroughBehavior", strings.ToLower(passthrough))
	}
	if text(i.ConnectionType) == apigateway.ConnectionTypeVpcLink {
		ext.set("connectionType", apigateway.ConnectionTypeVpcLink)
	}
	ext.setText("connectionId", i.ConnectionId).setText("integrationTarget", i.IntegrationTarget)
	ext.setText("cacheNamespace", i.CacheNamespace)
	if len(i.CacheKeyParameters) > 0 {
		ext.set("cacheKeyParameters", list(i.CacheKeyParameters))
	}
	if timeout := i.TimeoutInMillis; timeout != nil && *timeout != openapi.DefaultTimeout {
		ext.set("timeoutInMillis", number(*timeout))
	}
	ext.setText("contentHandling", i.ContentHandling).setText("responseTransferMode", i.ResponseTransferMode)
	if tls := i.TlsConfig; tls != nil && tls.InsecureSkipVerification != nil {
		ext.set("tlsConfig", newObject().set("insecureSkipVerification", *tls.InsecureSkipVerification))
	}
	return ext
}

// integrationResponses are keyed by selection pattern; the one without a pattern is the default. Of several with the same
// pattern the one with the lowest status code stands, as the extension has room for one.
func integrationResponses(all map[string]apigateway.IntegrationResponse) *object {
	responses := newObject()
	for _, code := range slices.Sorted(maps.Keys(all)) {
		r := all[code]
		pattern := text(r.SelectionPattern)
		if pattern == "" {
			pattern = "default"
		}
		if responses.has(pattern) {
			continue
		}
		response := newObject().set("statusCode", code)
		if r.ResponseParameters != nil {
			response.set("responseParameters", texts(r.ResponseParameters))
		}
		if r.ResponseTemplates != nil {
			response.set("responseTemplates", texts(r.ResponseTemplates))
		}
		responses.set(pattern, response.setText("contentHandling", r.ContentHandling))
	}
	return responses
}
