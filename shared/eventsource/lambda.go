package eventsource

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
)

// Options say what an event does not tell: how the front door expects its answer.
type Options struct {
	// Buffered is set when the function URL's InvokeMode is BUFFERED. The zero value answers
	// function URL events in the form that RESPONSE_STREAM needs.
	Buffered bool

	// StreamREST is set when the API Gateway REST methods in front use response
	// streaming (responseTransferMode STREAM; REST data plane spec, 4.5).
	StreamREST bool

	// Logger receives panics of the handler and answers that were too large; nil means slog.Default.
	Logger *slog.Logger
}

// Lambda returns a function for lambda.Start that recognises the event source of each
// payload, serves it with h, and answers in that source's form:
//
//   - function URL: *events.LambdaFunctionURLStreamingResponse, or
//     events.LambdaFunctionURLResponse with Options.Buffered
//   - ALB: events.ALBTargetGroupResponse
//   - API Gateway REST: events.APIGatewayProxyResponse, or
//     *events.APIGatewayProxyStreamingResponse with Options.StreamREST
//   - API Gateway HTTP API: events.APIGatewayProxyResponse for payload 1.0,
//     events.APIGatewayV2HTTPResponse for 2.0
//
// Streaming answers are readers that aws-lambda-go sends as they are produced and closes;
// they need a custom runtime (provided.al2023). The returned function may be called concurrently.
//
// A payload that is none of these gives an *UnsupportedEventError. A handler that panics
// never ends the process: the client gets a 500, or a broken stream if the status had been sent.
func Lambda(h http.Handler, opts Options) func(ctx context.Context, payload json.RawMessage) (any, error) {
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	d := &door{handler: h, opts: opts}
	return d.invoke
}

type door struct {
	handler http.Handler
	opts    Options
}

// event is one decoded event of a front door.
type event interface {
	// request builds the request that the client sent, with edge.Info in its context.
	request(ctx context.Context) (*http.Request, error)
	// answer is the front door's buffered answer and its size as JSON in bytes.
	answer(res *response) (answer any, size int, err error)
	// limit is the largest buffered answer that the front door takes, as JSON in bytes.
	limit() int
}

// streamer is an event whose front door can take the answer while it is being written.
type streamer interface {
	event
	streams(opts Options) bool
	stream(head *response, body *streamBody) any
}

func (d *door) invoke(ctx context.Context, payload json.RawMessage) (any, error) {
	ev, err := recognise(payload)
	if err != nil {
		return nil, err
	}
	if s, ok := ev.(streamer); ok && s.streams(d.opts) {
		return d.serveStream(ctx, s)
	}
	return d.serveBuffered(ctx, ev)
}
