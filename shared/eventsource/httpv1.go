package eventsource

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/postern-gateway/postern/shared/edge"
)

// httpV1Event is the request of an API Gateway HTTP API with payload 1.0 (HTTP API spec, 6).
// It differs from a REST API's in its path, which keeps a named stage, and in its answer: it is
// always buffered, and base64 is always decoded.
type httpV1Event struct {
	rest *restEvent
}

func (e *httpV1Event) request(ctx context.Context) (*http.Request, error) {
	return e.rest.requestV1(ctx, edge.SourceHTTPAPI, withoutStage(e.rest.Path, e.rest.RequestContext.Stage))
}

func (e *httpV1Event) limit() int { return lambdaAnswerLimit }

func (e *httpV1Event) answer(res *response) (any, int, error) {
	w := core.NewProxyResponseWriter()
	if err := fill(w, res); err != nil {
		return nil, 0, err
	}
	a, err := w.GetProxyResponse()
	if err != nil {
		return events.APIGatewayProxyResponse{}, 0, err
	}
	encodeDeclared(res, &a.Body, &a.IsBase64Encoded)
	return a, jsonSize(a.Body, res.header), nil
}
