package compile_test

import (
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/controlplane/compile"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const (
	petsARN         = "arn:aws:lambda:us-east-1:123456789012:function:pets"
	lambdaStreamURI = "arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/" + petsARN + "/response-streaming-invocations"
)

func streamOf(integrationType, uri string) *apigateway.Integration {
	return &apigateway.Integration{Type: ptr(integrationType), HttpMethod: ptr("POST"), Uri: ptr(uri), TimeoutInMillis: ptr[int32](900_000), ResponseTransferMode: ptr("STREAM")}
}

// Domains and edge spec, 12.1: what streams, and how long it may pause by endpoint type.
func TestStreams(t *testing.T) {
	for _, uri := range []string{
		"https://example.com",
		lambdaStreamURI,
		strings.Replace(lambdaStreamURI, "pets", "${stageVariables.function}", 1),
	} {
		kind := "AWS_PROXY"
		if strings.HasPrefix(uri, "https") {
			kind = "HTTP_PROXY"
		}
		for endpoint, idle := range map[string]int{"": 30_000, "EDGE": 30_000, "REGIONAL": 0} {
			_, methods := compiled(t, one(func(a *apigateway.RestApi, m *apigateway.Method) {
				a.EndpointConfiguration = nil
				if endpoint != "" {
					a.EndpointConfiguration = &apigateway.EndpointConfiguration{Types: []string{endpoint}}
				}
				m.MethodIntegration = streamOf(kind, uri)
			}))
			in := methods[0].Integration
			if in.ResponseTransferMode != "STREAM" || in.StreamIdleMillis != idle || in.TimeoutMillis != 900_000 {
				t.Errorf("%s on %q: %+v", uri, endpoint, in)
			}
		}
	}
	_, methods := compiled(t, one(func(_ *apigateway.RestApi, m *apigateway.Method) {
		m.MethodIntegration = streamOf("HTTP_PROXY", "https://example.com")
		m.MethodIntegration.ResponseTransferMode = ptr("BUFFERED")
	}))
	if in := methods[0].Integration; in.ResponseTransferMode != "" || in.StreamIdleMillis != 0 {
		t.Errorf("BUFFERED: %+v", in)
	}
}

// What needs the whole answer is refused, and so is the operation of the other mode.
func TestStreamFindings(t *testing.T) {
	for _, c := range []struct {
		name string
		in   *apigateway.Integration
		edit func(*apigateway.Integration)
		want string
	}{
		{"MOCK", streamOf("MOCK", ""), nil, "responseTransferMode: answers stream from integrations of type HTTP_PROXY and AWS_PROXY only, not MOCK"},
		{"HTTP", streamOf("HTTP", "https://example.com"), nil, "responseTransferMode: answers stream from integrations of type HTTP_PROXY and AWS_PROXY only, not HTTP"},
		{"the operation of buffered answers", streamOf("AWS_PROXY", strings.ReplaceAll(lambdaURI, ":${stageVariables.alias}", "")), nil,
			"uri: an answer that streams needs the Lambda operation 2021-11-15/functions/{functionArn}/response-streaming-invocations"},
		{"the operation of streams", streamOf("AWS_PROXY", lambdaStreamURI), func(i *apigateway.Integration) { i.ResponseTransferMode = nil },
			"uri: response-streaming-invocations needs responseTransferMode STREAM"},
		{"content handling", streamOf("HTTP_PROXY", "https://example.com"), func(i *apigateway.Integration) { i.ContentHandling = ptr("CONVERT_TO_TEXT") },
			"contentHandling: CONVERT_TO_TEXT needs the whole answer, which streams"},
		{"cache", streamOf("HTTP_PROXY", "https://example.com"), func(i *apigateway.Integration) { i.CacheKeyParameters = []string{"method.request.path.id"} },
			"cacheKeyParameters: an answer that streams is not cached"},
		{"template", streamOf("HTTP_PROXY", "https://example.com"), func(i *apigateway.Integration) {
			i.IntegrationResponses = map[string]apigateway.IntegrationResponse{"200": {ResponseTemplates: map[string]string{"application/json": "$input.body"}}}
		}, "integrationResponses.200: responseTemplates: a template needs the whole answer, which streams"},
	} {
		if c.edit != nil {
			c.edit(c.in)
		}
		_, err := compile.Compile(one(func(_ *apigateway.RestApi, m *apigateway.Method) { m.MethodIntegration = c.in }), "d")
		if want := "/x GET: integration: " + c.want; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", c.name, err, want)
		}
	}
}
