package clients

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/smithy-go"

	wire "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// v2session is session for the client of HTTP and WebSocket APIs.
type v2session struct {
	*testing.T
	api     *apigatewayv2.Client
	names   names
	last    *exchange
	checked map[string]bool
}

func newV2Session(t *testing.T) *v2session {
	last := &exchange{}
	return &v2session{T: t, names: names{}, last: last, checked: map[string]bool{}, api: apigatewayv2.New(apigatewayv2.Options{
		Region:           "us-east-1",
		BaseEndpoint:     aws.String(start(t)),
		Credentials:      credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:       last,
		RetryMaxAttempts: 1,
	})}
}

func (s *v2session) ref(name string) *string { return aws.String(s.names.expand("<" + name + ">")) }

func (s *v2session) text(text string) *string { return aws.String(s.names.expand(text)) }

type v2operation[I, O any] = func(context.Context, *I, ...func(*apigatewayv2.Options)) (*O, error)

// v2call is call for this client.
func v2call[I, O any](s *v2session, op v2operation[I, O], in *I, want string) *O {
	s.Helper()
	name := operationOf(in)
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	out, err := op(ctx, in)
	if err != nil {
		s.Fatalf("%s: %v", name, err)
	}
	if declared := v2success(name); s.last.status != declared {
		s.Errorf("%s: status %d, the model declares %d", name, s.last.status, declared)
	}
	for _, d := range s.names.differences(want, s.last.body) {
		s.Errorf("%s: %s", name, d)
	}
	for _, d := range undecoded(out, s.last.body) {
		s.Errorf("%s: %s", name, d)
	}
	s.checked[name] = true
	return out
}

func v2success(name string) int {
	for _, o := range wire.Operations {
		if o.Name == name {
			return o.Success
		}
	}
	return 0
}

// v2refused calls an operation, which must fail with an error of this code.
func v2refused[I, O any](s *v2session, op v2operation[I, O], in *I, code, message string) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	_, err := op(ctx, in)
	var e smithy.APIError
	if !errors.As(err, &e) {
		s.Errorf("%s: want %s, got %v (%d %s)", operationOf(in), code, err, s.last.status, s.last.body)
		return
	}
	if e.ErrorCode() != code || message != "" && e.ErrorMessage() != s.names.expand(message) {
		s.Errorf("%s:\n got %s: %s\nwant %s: %s", operationOf(in), e.ErrorCode(), e.ErrorMessage(), code, s.names.expand(message))
	}
}
