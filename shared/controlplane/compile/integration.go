package compile

import (
	"maps"
	"regexp"
	"slices"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (c *compiler) integration(method place, m *apigateway.Method, i *apigateway.Integration) snapshot.Integration {
	at := method.in("integration")
	out := snapshot.Integration{
		Type:                text(i.Type),
		HTTPMethod:          text(i.HttpMethod),
		URI:                 text(i.Uri),
		PassthroughBehavior: text(i.PassthroughBehavior),
		ContentHandling:     text(i.ContentHandling),
		// Of AWS_PROXY, too, which does not use them and yet fails on some (REST data plane
		// spec, 3.2).
		RequestParameters: mappings(at, "requestParameters", i.RequestParameters, mapping.ParseRequest),
	}
	if i.TimeoutInMillis != nil {
		out.TimeoutMillis = int(*i.TimeoutInMillis)
	}
	if i.TlsConfig != nil {
		out.InsecureSkipVerification = isTrue(i.TlsConfig.InsecureSkipVerification)
	}
	cacheKey(at, i, &out)
	c.stream(at, i, &out)
	credentials(at, m, i, &out)
	connection(at, i, &out)
	switch out.Type {
	case apigateway.IntegrationTypeHttp, apigateway.IntegrationTypeHttpProxy:
		if _, err := mapping.CompileHTTPURI(out.URI); err != nil {
			at.invalid("uri", err)
		}
	case apigateway.IntegrationTypeAwsProxy:
		if !invokesLambda(out.URI) {
			at.found("uri: AWS_PROXY invokes Lambda functions only; what a proxy integration sends to Firehose is not known, use type AWS with a request template for it")
		}
		// Without binary media types every payload is text already; what content handling does to
		// the others with this type is not known.
		if out.ContentHandling == apigateway.ContentHandlingStrategyConvertToBinary || out.ContentHandling != "" && c.binary {
			at.unsupported("contentHandling", out.ContentHandling)
		}
		// Templates and responses are ignored with this type (REST data plane spec, 4.5).
		return out
	case apigateway.IntegrationTypeAws:
		serviceURI(at, out.URI)
	}
	if out.Type == apigateway.IntegrationTypeHttpProxy {
		// Bodies and answers pass through as they are: no templates, no integration responses.
		return out
	}
	out.RequestTemplates = checkedTemplates(at, "requestTemplates", i.RequestTemplates)
	out.Responses = integrationResponses(at, i.IntegrationResponses)
	return out
}

// lambdaURI takes the ARN of a function, or anything that stage variables may turn into one.
var lambdaURI = regexp.MustCompile(`^arn:[^:]+:apigateway:[^:]+:lambda:path//?2015-03-31/functions/(?:arn:[^:]+:lambda:[^:/]+:[^:/]+:function:[^:/{}? ]+(?::[^:/{}? ]+)?|.*\$\{stageVariables\.[^}]+\}.*)/invocations$`)

// integrationResponses come in the order of their status codes.
func integrationResponses(at place, m map[string]apigateway.IntegrationResponse) []snapshot.IntegrationResponse {
	var out []snapshot.IntegrationResponse
	for _, status := range slices.Sorted(maps.Keys(m)) {
		r := m[status]
		here := at.in("integrationResponses." + status)
		if status < "200" {
			here.found("statusCode: an answer cannot have a status below 200")
		}
		if text(r.SelectionPattern) != "" {
			if _, err := mapping.CompileSelection(*r.SelectionPattern); err != nil {
				here.invalid("selectionPattern", err)
			}
		}
		out = append(out, snapshot.IntegrationResponse{
			StatusCode:       status,
			SelectionPattern: text(r.SelectionPattern),
			ContentHandling:  text(r.ContentHandling),
			Parameters:       mappings(here, "responseParameters", r.ResponseParameters, mapping.ParseResponse),
			Templates:        checkedTemplates(here, "responseTemplates", r.ResponseTemplates),
		})
	}
	return out
}
