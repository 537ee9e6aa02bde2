package clients

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/smithy-go"

	wire "github.com/postern-gateway/postern/shared/wire/apigateway"
)

// session is one AWS SDK client with a local process of its own. Its steps run one after the
// other.
type session struct {
	*testing.T
	api     *apigateway.Client
	names   names
	last    *exchange
	checked map[string]bool // operations whose result was compared
}

func newSession(t *testing.T) *session {
	last := &exchange{}
	return &session{T: t, api: newClient(start(t), last), names: names{}, last: last, checked: map[string]bool{}}
}

// again makes the session's process anew, with more variables in its environment.
func (s *session) again(environment ...string) {
	s.Helper()
	s.api = newClient(start(s.T, environment...), s.last)
}

func newClient(url string, http apigateway.HTTPClient) *apigateway.Client {
	return apigateway.New(apigateway.Options{
		Region:           "us-east-1",
		BaseEndpoint:     aws.String(url),
		Credentials:      credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:       http,
		RetryMaxAttempts: 1, // a refusal is an answer to check, not to repeat
	})
}

// exchange sends the client's requests and keeps the last answer as it came over the wire,
// because an SDK's types hide whether a member was absent.
type exchange struct {
	status int
	header http.Header
	body   []byte
}

// Do implements apigateway.HTTPClient.
func (e *exchange) Do(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	e.status, e.header = res.StatusCode, res.Header
	if e.body, err = io.ReadAll(res.Body); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(e.body))
	return res, nil
}

// success is the status that the model declares for each operation.
var success = func() map[string]int {
	m := map[string]int{}
	for _, o := range wire.Operations {
		m[o.Name] = o.Success
	}
	return m
}()

// The operations of the SDK's client are methods of this form.
type operation[I, O any] = func(context.Context, *I, ...func(*apigateway.Options)) (*O, error)

func operationOf(in any) string {
	return strings.TrimSuffix(reflect.TypeOf(in).Elem().Name(), "Input")
}

// call calls an operation, which must succeed with the status of the model and the answer that is
// wanted. A difference is reported and the life-cycle goes on; a refusal ends it.
func call[I, O any](s *session, op operation[I, O], in *I, want string) *O {
	s.Helper()
	out := send(s, op, in)
	for _, d := range s.names.differences(want, s.last.body) {
		s.Errorf("%s: %s", operationOf(in), d)
	}
	for _, d := range undecoded(out, s.last.body) {
		s.Errorf("%s: %s", operationOf(in), d)
	}
	return out
}

// undecoded compares the texts of an answer with what the SDK made of them.
func undecoded(out any, body []byte) []string {
	var wire map[string]any
	if json.Unmarshal(body, &wire) != nil {
		return nil
	}
	var diffs []string
	for k, v := range wire {
		f := reflect.ValueOf(out).Elem().FieldByName(strings.ToUpper(k[:1]) + k[1:])
		if f.Kind() == reflect.Pointer && !f.IsNil() {
			f = f.Elem()
		}
		if s, ok := v.(string); ok && f.Kind() == reflect.String && f.String() != s {
			diffs = append(diffs, fmt.Sprintf("the SDK read %q as %s, the answer says %q", f, k, s))
		}
	}
	return diffs
}

// send is call for answers that the caller checks, because they are not JSON.
func send[I, O any](s *session, op operation[I, O], in *I) *O {
	s.Helper()
	name := operationOf(in)
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	out, err := op(ctx, in)
	if err != nil {
		s.Fatalf("%s: %v", name, err)
	}
	if s.last.status != success[name] {
		s.Errorf("%s: status %d, the model declares %d", name, s.last.status, success[name])
	}
	if s.last.header.Get("X-Amzn-RequestId") == "" {
		s.Errorf("%s: the answer has no x-amzn-RequestId", name)
	}
	s.checked[name] = true
	return out
}

// refused calls an operation, which must fail with the modelled error and its text.
func refused[I, O any](s *session, op operation[I, O], in *I, code, message string) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	_, err := op(ctx, in)
	var e smithy.APIError
	if !errors.As(err, &e) {
		s.Errorf("%s: want %s, got %v (%d %s)", operationOf(in), code, err, s.last.status, s.last.body)
		return
	}
	// The first line is API Gateway's; Postern may say below it where and why.
	first, _, _ := strings.Cut(e.ErrorMessage(), "\n")
	if e.ErrorCode() != code || first != s.names.expand(message) {
		s.Errorf("%s:\n got %s: %s\nwant %s: %s", operationOf(in), e.ErrorCode(), e.ErrorMessage(), code, s.names.expand(message))
	}
}

// ref is the value of a name, as the SDK takes it.
func (s *session) ref(name string) *string {
	s.Helper()
	v, ok := s.names[name]
	if !ok {
		s.Fatalf("no answer gave a value to %s", name)
	}
	return aws.String(v)
}

// patch makes patch operations of lines like "replace /name new name". Names in angle brackets
// are expanded.
func (s *session) patch(lines ...string) []types.PatchOperation {
	var ops []types.PatchOperation
	for _, l := range lines {
		op, rest, _ := strings.Cut(s.names.expand(l), " ")
		path, value, hasValue := strings.Cut(rest, " ")
		p := types.PatchOperation{Op: types.Op(op), Path: aws.String(path)}
		switch {
		case p.Op == types.OpCopy:
			p.From = aws.String(value)
		case hasValue:
			p.Value = aws.String(value)
		}
		ops = append(ops, p)
	}
	return ops
}
