// Command function is the Lambda function of the conformance cases. It hands its event to the
// address in CONFORMANCE_CONTROL and does what the answer says.
package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

type handler struct{}

func (handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("CONFORMANCE_CONTROL"), bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	switch res.Header.Get("Do") {
	case "fail":
		return nil, errors.New(string(body))
	case "exit":
		os.Exit(3)
	}
	return body, nil
}

func main() { lambda.Start(handler{}) }
