package eventsource

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/postern-gateway/postern/shared/edge"
)

// httpV2Event is the request of an API Gateway HTTP API with payload 2.0 (HTTP API spec, 5).
type httpV2Event struct {
	events.APIGatewayV2HTTPRequest
	RequestContext httpV2Context `json:"requestContext"`
}

type httpV2Context struct {
	events.APIGatewayV2HTTPRequestContext
	Authorizer *iamAuthorizer `json:"authorizer"`
}

// request restores the request as far as the event tells. rawPath is decoded despite its
// name, so escapes of the client are lost: "%41" and "A", "%2F" and "/" are the same.
func (e *httpV2Event) request(ctx context.Context) (*http.Request, error) {
	c := &e.RequestContext
	r, err := requestV2(ctx, c.HTTP.Method, e.Body, e.IsBase64Encoded)
	if err != nil {
		return nil, err
	}
	h := singleHeader(e.Headers)
	setCookies(h, e.Cookies)
	return complete(r, parts{
		rawPath:  encodePath(withoutStage(e.RawPath, c.Stage)),
		rawQuery: e.RawQueryString,
		header:   h,
		host:     c.DomainName,
		info: &edge.Info{
			Source:         edge.SourceHTTPAPI,
			RequestID:      c.RequestID,
			ReceivedAt:     received(c.TimeEpoch),
			SourceIP:       c.HTTP.SourceIP,
			Protocol:       c.HTTP.Protocol,
			APIID:          c.APIID,
			Stage:          c.Stage,
			StageVariables: e.StageVariables,
			Caller:         c.Authorizer.caller(),
		},
	}), nil
}

func (e *httpV2Event) limit() int { return lambdaAnswerLimit }

func (e *httpV2Event) answer(res *response) (any, int, error) {
	a, size, err := answerV2(res)
	return a, size, err
}

// encodePath writes a decoded path in URL form. A path that is not decoded cannot be told
// from one that contains percent signs, so every percent sign is taken as decoded.
func encodePath(path string) string {
	return (&url.URL{Path: path}).EscapedPath()
}

// withoutStage removes the name of a named stage, which HTTP APIs keep as the first segment of
// the event's path (HTTP API spec, 1).
func withoutStage(path, stage string) string {
	rest, found := strings.CutPrefix(path, "/"+stage)
	if stage == "" || stage == "$default" || !found || rest != "" && rest[0] != '/' {
		return path
	}
	return rest
}

// requestV2 has the library decode method and body of a 2.0 payload. Path, query and headers
// stay out of it: it splits header values at commas and fails on hosts and paths that
// do not parse as a URL.
func requestV2(ctx context.Context, method, body string, isBase64 bool) (*http.Request, error) {
	if !isToken(method) {
		return nil, errNoMethod
	}
	var accessor core.RequestAccessorV2
	r, err := accessor.EventToRequest(events.APIGatewayV2HTTPRequest{
		RawPath:         "/",
		Body:            body,
		IsBase64Encoded: isBase64,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: method},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("convert payload 2.0: %w", err)
	}
	return r.WithContext(ctx), nil
}

// answerV2 has the library write an answer of payload 2.0: Set-Cookie becomes cookies,
// repeated headers become one value with commas. Its size is that of the answer as JSON.
func answerV2(res *response) (events.APIGatewayV2HTTPResponse, int, error) {
	w := core.NewProxyResponseWriterV2()
	if err := fill(w, res); err != nil {
		return events.APIGatewayV2HTTPResponse{}, 0, err
	}
	a, err := w.GetProxyResponse()
	if err != nil {
		return a, 0, err
	}
	encodeDeclared(res, &a.Body, &a.IsBase64Encoded)
	return a, jsonSize(a.Body, res.header), nil
}
