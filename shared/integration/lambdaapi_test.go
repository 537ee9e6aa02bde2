package integration

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"
)

var pets = LambdaFunction{FunctionARN: "arn:aws:lambda:eu-west-1:123456789012:function:pets", Region: "eu-west-1", AccountID: "123456789012", FunctionName: "pets", Qualifier: "live"}

func newAPI(endpoint string) *LambdaAPI {
	return NewLambdaAPI(LambdaAPIConfig{
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "TOKEN"),
		Endpoint:    endpoint,
		Now:         func() time.Time { return time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC) },
	})
}

func TestLambdaAPIInvokes(t *testing.T) {
	var got *http.Request
	var payload string
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got, payload = r, string(b)
		w.Header().Set("x-amzn-RequestId", "req-1")
		if r.Header.Get("X-Amz-Invocation-Type") == Event {
			w.WriteHeader(202)
			return
		}
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		_, _ = io.WriteString(w, `{"errorMessage":"x"}`)
	}))
	defer service.Close()
	api := newAPI(service.URL + "/")
	res, err := api.Invoke(t.Context(), LambdaRequest{LambdaFunction: pets, InvocationType: RequestResponse, Payload: []byte(`{"a":1}`)})
	if err != nil {
		t.Fatal(err)
	}
	if h := res.Header; h.Get("X-Amz-Function-Error") != "Unhandled" {
		t.Errorf("the service's header is %v", h)
	}
	res.Header = nil // shown above; the rest of it is the test server's
	if diff := cmp.Diff(LambdaResponse{StatusCode: 200, FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"x"}`), RequestID: "req-1"}, res); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Apets/invocations?Qualifier=live"; got.RequestURI != want {
		t.Errorf("asked for %s, want %s", got.RequestURI, want)
	}
	if payload != `{"a":1}` || got.Method != "POST" || got.Header.Get("X-Amz-Security-Token") != "TOKEN" {
		t.Errorf("sent %s %q %v", got.Method, payload, got.Header)
	}
	if a := got.Header.Get("Authorization"); !strings.HasPrefix(a, "AWS4-HMAC-SHA256 Credential=AKID/20240102/eu-west-1/lambda/aws4_request, SignedHeaders=") {
		t.Errorf("signed as %q", a)
	}
	res, err = api.Invoke(t.Context(), LambdaRequest{LambdaFunction: pets, InvocationType: Event})
	if err != nil || res.StatusCode != 202 || len(res.Payload) != 0 {
		t.Errorf("an event gave %+v, %v", res, err)
	}
}

func TestLambdaAPIErrors(t *testing.T) {
	answer := func(status int, errorType, body string) error {
		service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if errorType != "" {
				w.Header().Set("x-amzn-ErrorType", errorType)
			}
			w.Header().Set("x-amzn-RequestId", "req-2")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		defer service.Close()
		_, err := newAPI(service.URL).Invoke(context.Background(), LambdaRequest{LambdaFunction: pets, InvocationType: RequestResponse})
		return err
	}
	var missing *FunctionNotFoundError
	if err := answer(404, "ResourceNotFoundException", `{"Message":"Function not found"}`); !errors.As(err, &missing) || missing.Function != pets.QualifiedARN() {
		t.Errorf("404 gave %v, want a FunctionNotFoundError with the function", err)
	}
	var refused *LambdaServiceError
	if err := answer(429, "TooManyRequestsException:http://x", `{"message":"Rate Exceeded."}`); !errors.As(err, &refused) ||
		refused.Code != "TooManyRequestsException" || refused.Message != "Rate Exceeded." || refused.StatusCode != 429 || refused.RequestID != "req-2" {
		t.Errorf("429 gave %#v", err)
	}
	if err := answer(403, "", `{"__type":"com.amazonaws#AccessDeniedException","Message":"no"}`); !errors.As(err, &refused) || refused.Code != "AccessDeniedException" {
		t.Errorf("403 gave %#v", err)
	}
	if err := answer(500, "", `oops`); !errors.As(err, &refused) || refused.StatusCode != 500 {
		t.Errorf("500 gave %#v", err)
	}
	none := NewLambdaAPI(LambdaAPIConfig{})
	if _, err := none.Invoke(t.Context(), LambdaRequest{LambdaFunction: pets}); !errors.As(err, &missing) || !strings.Contains(err.Error(), pets.FunctionARN) {
		t.Errorf("no credentials gave %v", err)
	}
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestLambdaAPIFindsTheRegion(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:lambda:eu-west-1:123456789012:function:f":     "lambda.eu-west-1.amazonaws.com",
		"arn:aws-cn:lambda:cn-north-1:123456789012:function:f": "lambda.cn-north-1.amazonaws.com.cn",
	} {
		f, err := parseFunctionARN(arn)
		if err != nil {
			t.Fatal(err)
		}
		var host string
		api := NewLambdaAPI(LambdaAPIConfig{Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "A", SecretAccessKey: "B"}, nil
		}), Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
			host = r.URL.Host
			return nil, errors.New("not today")
		})})
		if _, err := api.Invoke(t.Context(), LambdaRequest{LambdaFunction: f}); err == nil {
			t.Error("no error from a transport that fails")
		}
		if host != want {
			t.Errorf("%s called %s, want %s", arn, host, want)
		}
	}
}
