package wire_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdkv1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	sdkmanagement "github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi"
	sdkv2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/postern-gateway/postern/shared/wire"
)

// direct hands the requests of a client to a handler, byte for byte but without a network.
type direct struct{ handler http.Handler }

func (d direct) Do(r *http.Request) (*http.Response, error) {
	var raw bytes.Buffer
	if err := r.Write(&raw); err != nil {
		return nil, err
	}
	received, err := http.ReadRequest(bufio.NewReader(&raw))
	if err != nil {
		return nil, err
	}
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, received.WithContext(r.Context()))
	return recorder.Result(), nil
}

// newClient returns the client library's client of a service, in front of mux.
func newClient(t *testing.T, service string, mux *wire.Mux) reflect.Value {
	t.Helper()
	config := aws.Config{
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:   direct{mux},
		BaseEndpoint: aws.String("http://control.test"),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
	}
	switch service {
	case "apigateway":
		return reflect.ValueOf(sdkv1.NewFromConfig(config))
	case "apigatewayv2":
		return reflect.ValueOf(sdkv2.NewFromConfig(config))
	case "apigatewaymanagementapi":
		return reflect.ValueOf(sdkmanagement.NewFromConfig(config))
	}
	t.Fatalf("no client for %s", service)
	return reflect.Value{}
}

// newInput makes the client's input of an operation.
func newInput(client reflect.Value, operation string) (reflect.Value, error) {
	method := client.MethodByName(operation)
	if !method.IsValid() {
		return reflect.Value{}, fmt.Errorf("the client has no operation %s", operation)
	}
	return reflect.New(method.Type().In(1).Elem()), nil
}

// call runs an operation of the client.
func call(client reflect.Value, operation string, in reflect.Value) (reflect.Value, error) {
	results := client.MethodByName(operation).Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
	err, _ := results[1].Interface().(error)
	return results[0], err
}
