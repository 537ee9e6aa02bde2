package eventsource

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/postern-gateway/postern/shared/edge"
)

// restEvent is the request of an API Gateway REST API: payload 1.0 (REST data plane spec, 5.1).
type restEvent struct {
	events.APIGatewayProxyRequest
	Version        string      `json:"version"`
	RequestContext restContext `json:"requestContext"`
}

type restContext struct {
	events.APIGatewayProxyRequestContext
	Identity restIdentity `json:"identity"`
}

// restIdentity adds the members that the library's type lacks. Only requests to private APIs have
// those of a VPC.
type restIdentity struct {
	events.APIGatewayRequestIdentity
	PrincipalOrgID string `json:"principalOrgId"`
	VPCID          string `json:"vpcId"`
	VPCEndpointID  string `json:"vpceId"`
}

func (e *restEvent) request(ctx context.Context) (*http.Request, error) {
	return e.requestV1(ctx, edge.SourceRESTAPI, e.withoutBasePath())
}

// requestV1 restores the request as far as payload 1.0 tells. The query arrives decoded and as
// maps: the order of different names, "k" against "k=", and which bytes were escaped are lost.
func (e *restEvent) requestV1(ctx context.Context, source edge.Source, rawPath string) (*http.Request, error) {
	if !isToken(e.HTTPMethod) {
		return nil, errNoMethod
	}
	// The library decodes method and body. It would fail on a path with a malformed escape,
	// shuffle the query, and leave out headers that only the single-value map has.
	var accessor core.RequestAccessor
	r, err := accessor.EventToRequest(events.APIGatewayProxyRequest{
		HTTPMethod:      e.HTTPMethod,
		Path:            "/",
		Body:            e.Body,
		IsBase64Encoded: e.IsBase64Encoded,
	})
	if err != nil {
		return nil, fmt.Errorf("convert payload 1.0: %w", err)
	}
	c := &e.RequestContext
	return complete(r.WithContext(ctx), parts{
		rawPath:  rawPath,
		rawQuery: rebuildQuery(e.MultiValueQueryStringParameters, e.QueryStringParameters, encodeDecoded),
		header:   multiHeader(e.MultiValueHeaders, e.Headers),
		host:     c.DomainName,
		info: &edge.Info{
			Source:         source,
			RequestID:      c.RequestID,
			ReceivedAt:     received(c.RequestTimeEpoch),
			SourceIP:       c.Identity.SourceIP,
			Protocol:       c.Protocol,
			APIID:          c.APIID,
			Stage:          c.Stage,
			StageVariables: e.StageVariables,
			VPCID:          c.Identity.VPCID,
			VPCEndpointID:  c.Identity.VPCEndpointID,
			Caller:         c.Identity.iamCaller(),
			ClientCert:     c.Identity.clientCert(),
		},
	}), nil
}

// iamCaller is nil unless API Gateway has verified a signature: all its members are null then.
func (i *restIdentity) iamCaller() *edge.Caller {
	if i.AccessKey == "" && i.UserArn == "" {
		return nil
	}
	return &edge.Caller{
		AccessKey:      i.AccessKey,
		AccountID:      i.AccountID,
		CallerID:       i.Caller,
		UserARN:        i.UserArn,
		UserID:         i.User,
		PrincipalOrgID: i.PrincipalOrgID,

		CognitoIdentityID:             i.CognitoIdentityID,
		CognitoIdentityPoolID:         i.CognitoIdentityPoolID,
		CognitoAuthenticationType:     i.CognitoAuthenticationType,
		CognitoAuthenticationProvider: i.CognitoAuthenticationProvider,
	}
}

// clientCert is nil unless the stage's custom domain uses mutual TLS.
func (i *restIdentity) clientCert() *edge.ClientCert {
	c := i.ClientCert
	if c == nil {
		return nil
	}
	return &edge.ClientCert{
		PEM:          c.ClientCertPem,
		SubjectDN:    c.SubjectDN,
		IssuerDN:     c.IssuerDN,
		SerialNumber: c.SerialNumber,
		NotBefore:    c.Validity.NotBefore,
		NotAfter:     c.Validity.NotAfter,
	}
}

// withoutBasePath is the path below the API's root. Behind a custom domain the event's path
// still has the mapping's base path, while resource and pathParameters do not (REST data
// plane spec, 1.2): the resource with its parameters filled in is what follows the base path.
func (e *restEvent) withoutBasePath() string {
	domain := e.RequestContext.DomainName
	if domain == "" || strings.Contains(domain, ".execute-api.") || !strings.HasPrefix(e.Resource, "/") {
		return e.Path
	}
	segments := strings.Split(e.Resource, "/")
	for i, segment := range segments {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			name = strings.TrimSuffix(strings.TrimSuffix(name, "}"), "+")
			if segments[i] = e.PathParameters[name]; segments[i] == "" {
				return e.Path
			}
		}
	}
	below := strings.TrimSuffix(strings.Join(segments, "/"), "/")
	basePath, ok := strings.CutSuffix(strings.TrimSuffix(e.Path, "/"), below)
	if !ok {
		return e.Path
	}
	return e.Path[len(basePath):]
}

func (e *restEvent) limit() int { return lambdaAnswerLimit }

// answer passes every body that is valid UTF-8 as text, whatever its type: API Gateway writes
// it out unchanged, but it decodes base64 only if the request's Accept matches the API's
// binaryMediaTypes, which the event does not tell (REST data plane spec, 5.2). So base64
// is left for bodies that text cannot carry; StreamREST has no such condition.
func (e *restEvent) answer(res *response) (any, int, error) {
	w := core.NewProxyResponseWriter()
	if err := fill(w, res); err != nil {
		return nil, 0, err
	}
	a, err := w.GetProxyResponse()
	return a, jsonSize(a.Body, res.header), err
}

func (e *restEvent) streams(opts Options) bool { return opts.StreamREST }

func (e *restEvent) stream(head *response, body *streamBody) any {
	h := head.header.Clone()
	h.Del("Content-Length") // would reach the client as x-amzn-Remapped-Content-Length
	return &events.APIGatewayProxyStreamingResponse{
		StatusCode:        head.status,
		MultiValueHeaders: h,
		Body:              body,
	}
}
