package compile

import (
	"maps"
	"regexp"
	"slices"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// edgeStreamIdle bounds the pauses of answers that stream from an edge-optimised API, in
// milliseconds; the other endpoint types have the data plane's own bound (domains and edge spec,
// 12.1).
const edgeStreamIdle = 30_000

// streamIdle is the bound for an API, 0 for the data plane's own. An API that names no endpoint type
// is edge-optimised.
func streamIdle(a *apigateway.RestApi) int {
	if a.EndpointConfiguration != nil && len(a.EndpointConfiguration.Types) > 0 && !slices.Contains(a.EndpointConfiguration.Types, apigateway.EndpointTypeEdge) {
		return 0
	}
	return edgeStreamIdle
}

// stream compiles responseTransferMode and refuses what needs the whole answer (domains and edge
// spec, 12.1). The API's minimumCompressionSize is no finding: it holds for the other methods, and
// answers that stream leave as they come.
func (c *compiler) stream(at place, i *apigateway.Integration, out *snapshot.Integration) {
	if text(i.ResponseTransferMode) != apigateway.ResponseTransferModeStream {
		if out.Type == apigateway.IntegrationTypeAwsProxy && streamingLambdaURI.MatchString(out.URI) {
			at.found("uri: response-streaming-invocations needs responseTransferMode STREAM")
		}
		return
	}
	switch out.Type {
	case apigateway.IntegrationTypeHttpProxy, apigateway.IntegrationTypeAwsProxy:
	default:
		at.found("responseTransferMode: answers stream from integrations of type HTTP_PROXY and AWS_PROXY only, not %s", out.Type)
		return
	}
	out.ResponseTransferMode, out.StreamIdleMillis = apigateway.ResponseTransferModeStream, c.streamIdle
	if out.Type == apigateway.IntegrationTypeAwsProxy && lambdaURI.MatchString(out.URI) {
		at.found("uri: an answer that streams needs the Lambda operation 2021-11-15/functions/{functionArn}/response-streaming-invocations")
	}
	if out.ContentHandling != "" {
		at.found("contentHandling: %s needs the whole answer, which streams", out.ContentHandling)
	}
	if len(i.CacheKeyParameters) > 0 {
		at.found("cacheKeyParameters: an answer that streams is not cached")
	}
	for _, status := range slices.Sorted(maps.Keys(i.IntegrationResponses)) {
		here := at.in("integrationResponses." + status)
		if r := i.IntegrationResponses[status]; len(r.ResponseTemplates) > 0 {
			here.found("responseTemplates: a template needs the whole answer, which streams")
		}
	}
}

// invokesLambda tells whether a URI is that of a Lambda operation of either transfer mode; stream
// tells which of them fits.
func invokesLambda(uri string) bool {
	return lambdaURI.MatchString(uri) || streamingLambdaURI.MatchString(uri)
}

// streamingLambdaURI is lambdaURI for InvokeWithResponseStream.
var streamingLambdaURI = regexp.MustCompile(`^arn:[^:]+:apigateway:[^:]+:lambda:path//?2021-11-15/functions/(?:arn:[^:]+:lambda:[^:/]+:[^:/]+:function:[^:/{}? ]+(?::[^:/{}? ]+)?|.*\$\{stageVariables\.[^}]+\}.*)/response-streaming-invocations$`)
