package eventsource

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/postern-gateway/postern/shared/edge"
)

// albEvent is the request of an Application Load Balancer. Its target group decides between
// single values, where only the last of a repeated header or parameter is left, and
// multi-value headers, which keep all.
type albEvent struct {
	events.ALBTargetGroupRequest
}

// request restores the request as far as the event tells: the order of different query
// parameters is lost, and "k" against "k=".
func (e *albEvent) request(ctx context.Context) (*http.Request, error) {
	if !isToken(e.HTTPMethod) {
		return nil, errNoMethod
	}
	// The library decodes method and body. It would encode the query a second time, find no
	// host among multi-value headers, and fail on a path with a malformed escape.
	var accessor core.RequestAccessorALB
	r, err := accessor.EventToRequest(events.ALBTargetGroupRequest{
		HTTPMethod:      e.HTTPMethod,
		Path:            "/",
		Body:            e.Body,
		IsBase64Encoded: e.IsBase64Encoded,
	})
	if err != nil {
		return nil, fmt.Errorf("convert ALB event: %w", err)
	}
	h := multiHeader(e.MultiValueHeaders, e.Headers)
	return complete(r.WithContext(ctx), parts{
		rawPath:  e.Path,
		rawQuery: rebuildQuery(e.MultiValueQueryStringParameters, e.QueryStringParameters, keepEncoded),
		header:   h,
		info: &edge.Info{
			Source: edge.SourceALB,
			// The event has neither a time nor a protocol.
			ReceivedAt: time.Now(),
			SourceIP:   lastHop(h),
			Protocol:   "HTTP/1.1",
		},
	}), nil
}

func (e *albEvent) limit() int { return albAnswerLimit }

// multiValue reports the target group's setting, which the answer has to follow: an ALB reads
// only the member that belongs to it.
func (e *albEvent) multiValue() bool {
	return e.MultiValueHeaders != nil || e.MultiValueQueryStringParameters != nil
}

func (e *albEvent) answer(res *response) (any, int, error) {
	w := core.NewProxyResponseWriterALB()
	if err := fill(w, res); err != nil {
		return nil, 0, err
	}
	a, err := w.GetProxyResponse()
	if err != nil {
		return nil, 0, err
	}
	encodeDeclared(res, &a.Body, &a.IsBase64Encoded)
	// An ALB expects the code in front of the reason phrase; the library gives the phrase alone.
	a.StatusDescription = strings.TrimSpace(fmt.Sprintf("%d %s", a.StatusCode, a.StatusDescription))
	if !e.multiValue() {
		a.Headers, a.MultiValueHeaders = singleValues(a.MultiValueHeaders), nil
	}
	return a, jsonSize(a.Body, res.header), nil
}

// singleValues joins repeated headers, which RFC 9110, 5.3 allows for all but Set-Cookie. Several
// cookies go out under differently cased names, since names of JSON members must differ
// while names of headers do not mind.
func singleValues(h http.Header) map[string]string {
	single := make(map[string]string, len(h))
	for name, values := range h {
		if !strings.EqualFold(name, "Set-Cookie") {
			single[name] = strings.Join(values, ",")
			continue
		}
		for i, value := range values {
			single[casing("set-cookie", i)] = value
		}
	}
	return single
}

// casing is the n-th way to write a name: bit i of n turns the i-th letter into upper case.
// There are 2^letters ways, after which they repeat.
func casing(name string, n int) string {
	b := []byte(name)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			if n&1 == 1 {
				b[i] = c - 'a' + 'A'
			}
			n >>= 1
		}
	}
	return string(b)
}
