// Command function is a Lambda function whose answer streams: what it gets from the address in the
// query parameter from, piece by piece. The parameter do makes it misbehave.
package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() { lambda.Start(handle) }

func handle(ctx context.Context, e events.APIGatewayProxyRequest) (any, error) {
	switch do := e.QueryStringParameters["do"]; do {
	case "buffered":
		return events.APIGatewayProxyResponse{StatusCode: 200, Body: "whole"}, nil
	case "fail":
		return nil, errors.New("it broke")
	case "exit":
		os.Exit(3)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, e.QueryStringParameters["from"], nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	return &events.APIGatewayProxyStreamingResponse{
		StatusCode: http.StatusAccepted,
		Headers:    map[string]string{"Content-Type": "text/event-stream"},
		Cookies:    []string{"a=1", "b=2"},
		Body:       body{res.Body},
	}, nil
}

// body ends the process when what it reads from breaks off, as a function that runs out of memory
// would.
type body struct{ io.ReadCloser }

func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		os.Exit(3)
	}
	return n, err
}
