package eventsource

import (
	"context"
	"maps"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/postern-gateway/postern/shared/edge"
)

// functionURLEvent is the request of a Lambda function URL: payload 2.0 with rawPath as the
// client sent it (security and operations spec, 2.1).
type functionURLEvent struct {
	events.LambdaFunctionURLRequest
	RequestContext functionURLContext `json:"requestContext"`
}

type functionURLContext struct {
	events.LambdaFunctionURLRequestContext
	Authorizer *iamAuthorizer `json:"authorizer"`
}

// iamAuthorizer is the identity behind a verified signature. It has principalOrgId, which
// the library's type for function URLs lacks.
type iamAuthorizer struct {
	IAM *struct {
		AccessKey      string `json:"accessKey"`
		AccountID      string `json:"accountId"`
		CallerID       string `json:"callerId"`
		PrincipalOrgID string `json:"principalOrgId"`
		UserARN        string `json:"userArn"`
		UserID         string `json:"userId"`
		Cognito        *struct {
			Methods        []string `json:"amr"`
			IdentityID     string   `json:"identityId"`
			IdentityPoolID string   `json:"identityPoolId"`
		} `json:"cognitoIdentity"`
	} `json:"iam"`
}

func (a *iamAuthorizer) caller() *edge.Caller {
	if a == nil || a.IAM == nil {
		return nil
	}
	c := &edge.Caller{
		AccessKey:      a.IAM.AccessKey,
		AccountID:      a.IAM.AccountID,
		CallerID:       a.IAM.CallerID,
		UserARN:        a.IAM.UserARN,
		UserID:         a.IAM.UserID,
		PrincipalOrgID: a.IAM.PrincipalOrgID,
	}
	if pool := a.IAM.Cognito; pool != nil {
		c.CognitoIdentityID, c.CognitoIdentityPoolID = pool.IdentityID, pool.IdentityPoolID
		if len(pool.Methods) > 0 {
			// The first says whether the identity is an authenticated one, the others by whom.
			c.CognitoAuthenticationType, c.CognitoAuthenticationProvider = pool.Methods[0], strings.Join(pool.Methods[1:], ",")
		}
	}
	return c
}

func (e *functionURLEvent) request(ctx context.Context) (*http.Request, error) {
	c := &e.RequestContext
	r, err := requestV2(ctx, c.HTTP.Method, e.Body, e.IsBase64Encoded)
	if err != nil {
		return nil, err
	}
	h := singleHeader(e.Headers)
	setCookies(h, e.Cookies)
	return complete(r, parts{
		rawPath:  e.RawPath,
		rawQuery: e.RawQueryString,
		header:   h,
		host:     c.DomainName,
		info: &edge.Info{
			Source:     edge.SourceFunctionURL,
			RequestID:  c.RequestID,
			ReceivedAt: received(c.TimeEpoch),
			SourceIP:   c.HTTP.SourceIP,
			Protocol:   c.HTTP.Protocol,
			Caller:     c.Authorizer.caller(),
		},
	}), nil
}

func (e *functionURLEvent) limit() int { return lambdaAnswerLimit }

func (e *functionURLEvent) answer(res *response) (any, int, error) {
	a, size, err := answerV2(res)
	if err != nil {
		return nil, 0, err
	}
	return events.LambdaFunctionURLResponse{
		StatusCode:      a.StatusCode,
		Headers:         a.Headers,
		Body:            a.Body,
		IsBase64Encoded: a.IsBase64Encoded,
		Cookies:         a.Cookies,
	}, size, nil
}

func (e *functionURLEvent) streams(opts Options) bool { return !opts.Buffered }

func (e *functionURLEvent) stream(head *response, body *streamBody) any {
	h := maps.Clone(head.header)
	cookies := h.Values("Set-Cookie")
	h.Del("Set-Cookie")
	joined := make(map[string]string, len(h))
	for name, values := range h {
		joined[name] = strings.Join(values, ",")
	}
	return &events.LambdaFunctionURLStreamingResponse{
		StatusCode: head.status,
		Headers:    joined,
		Cookies:    cookies,
		Body:       body,
	}
}
