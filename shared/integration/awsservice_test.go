package integration

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/shared/sigv4"
)

// testKeys are the credentials of these tests; the secret is that of AWS's own examples.
type testKeys struct{ key *sigv4.Key }

func (k testKeys) Find(_ context.Context, id string) (*sigv4.Key, string, error) {
	if id != "AKIDEXAMPLE" && id != "ASIAROLE" {
		return nil, "", sigv4.ErrUnknownKey
	}
	return k.key, id, nil
}

const testSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

// verifying answers like a service that checks its signatures.
func verifying(t *testing.T, service string, handle http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		v := &sigv4.Verifier{Services: []string{service}, Now: time.Now, Skew: sigv4.Skew, PathOnce: service == "s3"}
		key := &sigv4.Key{Secret: testSecret, SessionToken: r.Header.Get("X-Amz-Security-Token")}
		if _, _, err := sigv4.Verify(r.Context(), v, testKeys{key}, r, sigv4.Bytes(body)); err != nil {
			t.Errorf("%s %s: %v", r.Method, r.RequestURI, err)
		}
		if service == "s3" && r.Header.Get("X-Amz-Content-Sha256") == "" {
			t.Error("S3 gets no hash of the payload")
		}
		handle(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// keys are static credentials.
func keys(id, token string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: id, SecretAccessKey: testSecret, SessionToken: token}, nil
	})
}

// endpointEnv is an environment with endpoints by variable.
func endpointEnv(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func serviceRequest(t *testing.T, method, address, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func serviceURI(t *testing.T, rest string) *ServiceURI {
	t.Helper()
	u, err := ParseServiceURI("arn:aws:apigateway:us-east-1:" + rest)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestServiceAPISigns(t *testing.T) {
	cases := []struct{ uri, path, sent, host string }{
		{"sqs:path/x", "/123456789012/my queue", "/123456789012/my%20queue", ""},
		{"sqs:path/x", "/a%2Fb/c%7Ed", "/a%2Fb/c~d", ""},
		{"sns:action/Publish", "/?Action=Publish&Message=a%20b%2Bc&b=&a", "/?Action=Publish&Message=a%20b%2Bc&a=&b=", ""},
		{"s3:path/x", "/bucket/a+b c!$'()*,;:@é", "/bucket/a%2Bb%20c%21%24%27%28%29%2A%2C%3B%3A%40%C3%A9", ""},
		{"s3:path/x", "/bucket/folder%2Ffile%2520.txt", "/bucket/folder/file%2520.txt", ""},
		{"s3:path/x", "/bucket?list-type=2&prefix=a/b", "/bucket?list-type=2&prefix=a%2Fb", ""},
		{"my-bucket.s3:path/x", "/key", "/key", "my-bucket.s3.us-east-1.amazonaws.com"},
	}
	for _, c := range cases {
		t.Run(c.uri+c.path, func(t *testing.T) {
			u := serviceURI(t, c.uri)
			var got *http.Request
			var body []byte
			s := verifying(t, u.SigningName, func(_ http.ResponseWriter, r *http.Request) {
				got = r
				body, _ = io.ReadAll(r.Body)
			})
			api := NewServiceAPI(ServiceAPIConfig{Credentials: keys("AKIDEXAMPLE", ""), Getenv: endpointEnv("AWS_ENDPOINT_URL", "http://192.0.2.1", u.variable, s.URL+"/")})
			res, err := api.Do(serviceRequest(t, "POST", "https://"+u.Host+strings.ReplaceAll(c.path, " ", "%20"), "payload"), ServiceCall{URI: u, Payload: []byte("payload")})
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			host := c.host
			if host == "" {
				host = strings.TrimPrefix(s.URL, "http://")
			}
			if got.RequestURI != c.sent || got.Host != host || string(body) != "payload" {
				t.Errorf("sent %s to %s with %q, want %s to %s", got.RequestURI, got.Host, body, c.sent, host)
			}
		})
	}
}

// Without an endpoint of the environment the service's own is called.
func TestServiceAPIOwnEndpoint(t *testing.T) {
	u := serviceURI(t, "sqs:path/x")
	var got *http.Request
	api := NewServiceAPI(ServiceAPIConfig{Credentials: keys("AKIDEXAMPLE", "TOKEN"), Getenv: endpointEnv(), Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		got = r
		return nil, errors.New("no network")
	})})
	_, err := api.Do(serviceRequest(t, "GET", "https://"+u.Host+"/q", ""), ServiceCall{URI: u})
	var failed *HTTPError
	if !errors.As(err, &failed) || failed.Kind != Network {
		t.Errorf("error %v", err)
	}
	if got.URL.String() != "https://sqs.us-east-1.amazonaws.com/q" || got.Header.Get("X-Amz-Security-Token") != "TOKEN" {
		t.Errorf("called %s with %v", got.URL, got.Header)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestServiceAPIWithoutCredentials(t *testing.T) {
	u := serviceURI(t, "sqs:path/x")
	failing := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, errors.New("none") })
	for _, own := range []aws.CredentialsProvider{nil, failing} {
		_, err := NewServiceAPI(ServiceAPIConfig{Credentials: own}).Do(serviceRequest(t, "GET", "https://"+u.Host+"/q", ""), ServiceCall{URI: u})
		var unsigned *CredentialsError
		if !errors.As(err, &unsigned) || unsigned.Role != "" {
			t.Errorf("error %v", err)
		}
	}
}

const testRole = "arn:aws:iam::123456789012:role/gateway"

// stsAnswer is an answer of AssumeRole.
const stsAnswer = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>` +
	`<SecretAccessKey>` + testSecret + `</SecretAccessKey><SessionToken>SESSION</SessionToken><Expiration>EXPIRES</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`

// A role is asked for once, under the session name of API Gateway, and again before it ends.
func TestRolesAreAssumed(t *testing.T) {
	var asked atomic.Int64
	lifetime := time.Hour
	sts := verifying(t, "sts", func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		want := map[string]string{"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": r.Form.Get("RoleArn"), "RoleSessionName": "BackplaneAssumeRoleSession"}
		for name, value := range want {
			if r.Form.Get(name) != value {
				t.Errorf("%s is %q", name, r.Form.Get(name))
			}
		}
		_, _ = io.WriteString(w, strings.Replace(stsAnswer, "EXPIRES", time.Now().Add(lifetime).UTC().Format(time.RFC3339), 1))
	})
	var id, token string
	queue := verifying(t, "sqs", func(_ http.ResponseWriter, r *http.Request) {
		id, token = r.Header.Get("Authorization"), r.Header.Get("X-Amz-Security-Token")
	})
	api := NewServiceAPI(ServiceAPIConfig{Credentials: keys("AKIDEXAMPLE", ""), Region: "us-east-1", Getenv: endpointEnv("AWS_ENDPOINT_URL_STS", sts.URL, "AWS_ENDPOINT_URL_SQS", queue.URL)})
	call := func(role string) {
		t.Helper()
		u := serviceURI(t, "sqs:path/x")
		res, err := api.Do(serviceRequest(t, "GET", "https://"+u.Host+"/q", ""), ServiceCall{URI: u, Role: role})
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	for range 3 {
		call(testRole)
	}
	if asked.Load() != 1 || !strings.Contains(id, "Credential=ASIAROLE/") || token != "SESSION" {
		t.Errorf("asked %d times, signed as %q with %q", asked.Load(), id, token)
	}

	// A session that is about to end is renewed before each use.
	lifetime = roleRenewal - time.Second
	asked.Store(0)
	call(testRole + "2")
	call(testRole + "2")
	if asked.Load() != 2 {
		t.Errorf("asked %d times for a session that is about to end", asked.Load())
	}
}

func TestRolesThatCannotBeAssumed(t *testing.T) {
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(403)
		_, _ = io.WriteString(w, `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>`)
	}))
	defer sts.Close()
	api := NewServiceAPI(ServiceAPIConfig{Credentials: keys("AKIDEXAMPLE", ""), Region: "us-east-1", Getenv: endpointEnv("AWS_ENDPOINT_URL_STS", sts.URL)})
	for role, says := range map[string]string{testRole: "403 AccessDenied: not you", "arn:aws:iam::123456789012:user/x": "not the ARN of a role"} {
		_, err := api.Role(role).Retrieve(t.Context())
		var failed *CredentialsError
		if !errors.As(err, &failed) || failed.Role != role || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", role, err)
		}
	}
	_, err := NewLambdaAPI(LambdaAPIConfig{Credentials: keys("AKIDEXAMPLE", ""), Roles: api, Endpoint: sts.URL}).Invoke(t.Context(), LambdaRequest{LambdaFunction: pets, Credentials: testRole})
	var failed *CredentialsError
	if !errors.As(err, &failed) {
		t.Errorf("Invoke: %v", err)
	}
}
