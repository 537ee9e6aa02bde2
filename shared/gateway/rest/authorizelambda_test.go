package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

const (
	authURI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:auth/invocations"
	testARN = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod"
)

// authFunction is an authorizer's function.
type authFunction func(ctx context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error)

func (f authFunction) Invoke(ctx context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error) {
	return f(ctx, r)
}

// saying answers every question alike.
func saying(payload string) authFunction {
	return func(context.Context, integration.LambdaRequest) (integration.LambdaResponse, error) {
		return integration.LambdaResponse{StatusCode: 200, Payload: []byte(payload), RequestID: "auth-req"}, nil
	}
}

// throwing fails with an error of the function.
func throwing(message string) authFunction {
	return func(context.Context, integration.LambdaRequest) (integration.LambdaResponse, error) {
		b, _ := json.Marshal(map[string]string{"errorMessage": message, "errorType": "Error"})
		return integration.LambdaResponse{StatusCode: 200, FunctionError: "Unhandled", Payload: b}, nil
	}
}

func statement(effect, resource string) string {
	return `{"Effect":"` + effect + `","Action":"execute-api:Invoke","Resource":"` + resource + `"}`
}

func saysPolicy(statements ...string) string {
	return `{"principalId":"me","policyDocument":{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]},"context":{"n":1,"b":true,"s":"x"},"usageIdentifierKey":"usage-key"}`
}

// guarded is an API whose methods ask the TOKEN authorizer "auth" before a MOCK answers.
func guarded(f integration.Lambda, change func(*snapshot.Authorizer)) fixture {
	a := snapshot.Authorizer{ID: "auth", Type: "TOKEN", URI: authURI, IdentitySource: "method.request.header.Authorization"}
	if change != nil {
		change(&a)
	}
	fix := fixture{lambda: f, api: snapshot.API{Authorizers: map[string]snapshot.Authorizer{"auth": a}}}
	for _, path := range []string{"/", "/pets", "/pets/{id}", "/admin/{proxy+}"} {
		m := mock(path, "ANY")
		m.AuthorizationType, m.AuthorizerID = "CUSTOM", "auth"
		fix.methods = append(fix.methods, m)
	}
	return fix
}

// REST data plane spec, 11.3, row by row.
func TestLambdaAuthorizerAnswers(t *testing.T) {
	const (
		misconfigured = `{"message":null}`
		denied        = `{"Message":"User is not authorized to access this resource"}`
		explicitly    = `{"Message":"User is not authorized to access this resource with an explicit deny"}`
		unauthorized  = `{"message":"Unauthorized"}`
	)
	for _, c := range []struct {
		name      string
		f         integration.Lambda
		status    int
		body      string
		errorType string
		kind      ResponseType
	}{
		{"allow", saying(saysPolicy(statement("Allow", testARN+"/GET/pets"))), 200, "/pets ANY", "", ""},
		{"allow all", saying(saysPolicy(statement("Allow", "*"))), 200, "/pets ANY", "", ""},
		{"deny", saying(saysPolicy(statement("Deny", testARN+"/GET/pets"))), 403, explicitly, "AccessDeniedException", AccessDenied},
		{"deny beats allow", saying(saysPolicy(statement("Allow", "*"), statement("Deny", testARN+"/GET/p*"))), 403, explicitly, "AccessDeniedException", AccessDenied},
		{"nothing matches", saying(saysPolicy(statement("Allow", testARN+"/GET/cats"))), 403, denied, "AccessDeniedException", AccessDenied},
		{"another method", saying(saysPolicy(statement("Allow", testARN+"/POST/*"))), 403, denied, "AccessDeniedException", AccessDenied},
		{"another stage", saying(saysPolicy(statement("Allow", strings.Replace(testARN, "prod", "dev", 1)+"/*"))), 403, denied, "AccessDeniedException", AccessDenied},
		{"another API", saying(saysPolicy(statement("Allow", strings.Replace(testARN, "a1b2", "zzzz", 1)+"/*"))), 403, denied, "AccessDeniedException", AccessDenied},
		{"condition met", saying(saysPolicy(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}`)), 200, "/pets ANY", "", ""},
		{"condition not met", saying(saysPolicy(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}}`)), 403, denied, "AccessDeniedException", AccessDenied},
		{"the one word", throwing("Unauthorized"), 401, unauthorized, "UnauthorizedException", Unauthorized},
		{"another word", throwing("unauthorized"), 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"crash", throwing("Cannot read properties of undefined"), 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"no principal", saying(`{"policyDocument":{"Statement":[` + statement("Allow", "*") + `]}}`), 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"broken policy", saying(saysPolicy(`{"Effect":"Allow"}`)), 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"null", saying(`null`), 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"no JSON", saying(`allow`), 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"object in the context", saying(strings.Replace(saysPolicy(statement("Allow", "*")), `"n":1`, `"n":{}`, 1)), 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"a megabyte of context", saying(strings.Replace(saysPolicy(statement("Allow", "*")), `"n":1`, `"n":"`+strings.Repeat("x", 1<<20)+`"`, 1)), 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"no such function", &fakeLambda{err: &integration.FunctionNotFoundError{Function: "auth"}}, 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"throttled", &fakeLambda{err: &integration.LambdaServiceError{StatusCode: 429, Code: "TooManyRequestsException"}}, 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"no permission", &fakeLambda{err: &integration.LambdaServiceError{StatusCode: 403, Code: "AccessDeniedException"}}, 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"no answer in time", &fakeLambda{err: integration.ErrTimeout}, 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
		{"no network", &fakeLambda{err: errors.New("connection refused")}, 500, misconfigured, "AuthorizerFailureException", AuthorizerFailure},
		{"no client", nil, 500, misconfigured, "AuthorizerConfigurationException", AuthorizerConfigurationError},
	} {
		var rec *Record
		fix := guarded(c.f, nil)
		fix.observe = func(r *Record) { rec = r }
		got := fix.do(t, "GET /pets", "", "Authorization", "token")
		if got.status != c.status || got.body != c.body || got.get("x-amzn-ErrorType") != c.errorType || rec.ResponseType != c.kind {
			t.Errorf("%s: %d %s, %s, %s", c.name, got.status, got.body, got.get("x-amzn-ErrorType"), rec.ResponseType)
		}
		if c.kind != "" && (rec.Reason == "" || rec.Phase != "authorization") {
			t.Errorf("%s: phase %q, reason %q", c.name, rec.Phase, rec.Reason)
		}
	}
}

// REST data plane spec, 11.2: without identity the function is not asked.
func TestGateBeforeTheLambdaAuthorizer(t *testing.T) {
	token := func(a *snapshot.Authorizer) { a.ValidationExpression = `Bearer [a-z]+` }
	request := func(sources string, ttl int) func(*snapshot.Authorizer) {
		return func(a *snapshot.Authorizer) { a.Type, a.IdentitySource, a.TTLSeconds = "REQUEST", sources, ttl }
	}
	for _, c := range []struct {
		name    string
		change  func(*snapshot.Authorizer)
		request string
		headers []string
		asked   bool
	}{
		{"token", nil, "GET /pets", []string{"Authorization", "x"}, true},
		{"no token", nil, "GET /pets", nil, false},
		{"empty token", nil, "GET /pets", []string{"Authorization", ""}, false},
		{"token in another header", nil, "GET /pets", []string{"X-Authorization", "x"}, false},
		{"valid token", token, "GET /pets", []string{"Authorization", "Bearer abc"}, true},
		{"token that is valid in part", token, "GET /pets", []string{"Authorization", "Bearer abc1"}, false},
		{"token with a line more", token, "GET /pets", []string{"Authorization", "xBearer abc"}, false},
		{"no sources", request("", 0), "GET /pets", nil, true},
		{"no sources, although results are kept", request("", 300), "GET /pets", nil, true},
		{"all sources", request("method.request.header.A, method.request.querystring.q,stageVariables.v,context.identity.sourceIp", 300), "GET /pets?q=1", []string{"a", "1"}, true},
		{"header missing", request("method.request.header.A,method.request.querystring.q", 300), "GET /pets?q=1", nil, false},
		{"query empty", request("method.request.header.A,method.request.querystring.q", 300), "GET /pets?q=", []string{"A", "1"}, false},
		{"query in another case", request("method.request.querystring.q", 300), "GET /pets?Q=1", nil, false},
		{"stage variable missing", request("stageVariables.none", 300), "GET /pets", nil, false},
		{"context variable missing", request("context.identity.userAgent", 300), "GET /pets", nil, false},
		{"required although nothing is kept", request("method.request.header.A", 0), "GET /pets", nil, false},
		{"a validation expression is for tokens", func(a *snapshot.Authorizer) {
			a.Type, a.ValidationExpression = "REQUEST", "never"
		}, "GET /pets", []string{"Authorization", "x"}, true},
	} {
		asked := false
		fix := guarded(authFunction(func(context.Context, integration.LambdaRequest) (integration.LambdaResponse, error) {
			asked = true
			return integration.LambdaResponse{Payload: []byte(saysPolicy(statement("Allow", "*")))}, nil
		}), c.change)
		fix.vars = map[string]string{"v": "1"}
		got := fix.do(t, c.request, "", c.headers...)
		if asked != c.asked || c.asked && got.status != 200 {
			t.Errorf("%s: %d %s, asked %v", c.name, got.status, got.body, asked)
		}
		if !c.asked && (got.status != 401 || got.body != `{"message":"Unauthorized"}` || got.get("x-amzn-ErrorType") != "UnauthorizedException") {
			t.Errorf("%s: %d %s", c.name, got.status, got.body)
		}
	}
}

// invocationOf runs a request to the end and returns it with its status.
func (f fixture) invocationOf(t *testing.T, p *Pipeline, s *Stage, method, path string, headers ...string) (*Invocation, int) {
	t.Helper()
	r := httptest.NewRequest(method, "http://"+testDomain+path, nil)
	r.RemoteAddr = "203.0.113.9:4711"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	inv := &Invocation{Stage: s, Target: target(r.URL.EscapedPath()), Request: r, pipeline: p, writer: w}
	if err := inv.run(); err != nil {
		inv.refuse(err)
	}
	inv.release()
	return inv, w.Code
}

func TestLambdaAuthorizerOutput(t *testing.T) {
	fix := guarded(saying(saysPolicy(statement("Deny", testARN+"/GET/secret"), statement("Allow", testARN+"/*"))), func(a *snapshot.Authorizer) { a.TTLSeconds = 300 })
	p, s := fix.pipeline(t), fix.stage(t)
	for _, cached := range []bool{false, true} {
		inv, status := fix.invocationOf(t, p, s, "GET", "/pets", "Authorization", "t")
		want := Authorization{
			PrincipalID: "me", Context: map[string]string{"n": "1", "b": "true", "s": "x"}, UsageIdentifierKey: "usage-key",
			Called: true, Cached: cached, Status: 200, RequestID: "auth-req", Statement: "authorizer: allowed by statement 1",
		}
		if cached {
			want.RequestID = ""
		}
		got := inv.Authorization
		if diff := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".resource" }, cmp.Ignore())); status != 200 || diff != "" {
			t.Errorf("cached %v: %d (-want +got):\n%s", cached, status, diff)
		}
	}
	inv, status := fix.invocationOf(t, p, s, "GET", "/pets")
	if status != 401 || inv.Authorization.Called {
		t.Errorf("without token: %d, called %v", status, inv.Authorization.Called)
	}
}

// An authorizer that hangs is given up with the request that waits for it.
func TestAuthorizerThatHangs(t *testing.T) {
	for _, ttl := range []int{0, 300} {
		entered := make(chan struct{})
		left := make(chan error, 1)
		fix := guarded(authFunction(func(ctx context.Context, _ integration.LambdaRequest) (integration.LambdaResponse, error) {
			if _, bounded := ctx.Deadline(); !bounded {
				t.Error("the call has no bound")
			}
			close(entered)
			select {
			case <-ctx.Done():
			case err := <-left:
				return integration.LambdaResponse{}, err
			}
			return integration.LambdaResponse{}, ctx.Err()
		}), func(a *snapshot.Authorizer) { a.TTLSeconds = ttl })
		ctx, leave := context.WithCancel(t.Context())
		r := httptest.NewRequestWithContext(ctx, "GET", "http://"+testDomain+"/pets", nil)
		r.Header.Set("Authorization", "t")
		done := make(chan int)
		h := fix.handler(t)
		go func() {
			w := httptest.NewRecorder()
			defer func() {
				_ = recover() // http.ErrAbortHandler: there is nobody to answer
				done <- w.Code
			}()
			h.ServeHTTP(w, r)
		}()
		<-entered
		leave()
		<-done
		left <- errors.New("ended by the test")
	}
}

// What time-outs of a function look like: the bound of the call ends it.
func TestAuthorizerTimeout(t *testing.T) {
	fix := guarded(authFunction(func(ctx context.Context, _ integration.LambdaRequest) (integration.LambdaResponse, error) {
		at, _ := ctx.Deadline()
		if left := time.Until(at); left > maxAuthorizerTime || left < maxAuthorizerTime-10*time.Second {
			t.Errorf("%s are left", left)
		}
		return integration.LambdaResponse{}, integration.ErrTimeout
	}), nil)
	var rec *Record
	fix.observe = func(r *Record) { rec = r }
	got := fix.do(t, "GET /pets", "", "Authorization", "t")
	if got.status != 500 || got.body != `{"message":null}` || !strings.Contains(rec.Reason, "timeout") {
		t.Errorf("%d %s, %s", got.status, got.body, rec.Reason)
	}
}

// A definition that cannot be used closes its methods.
func TestUnusableLambdaAuthorizers(t *testing.T) {
	for name, change := range map[string]func(*snapshot.Authorizer){
		"no URI":     func(a *snapshot.Authorizer) { a.URI = "" },
		"URI of SQS": func(a *snapshot.Authorizer) { a.URI = "arn:aws:apigateway:us-east-1:sqs:path/1/q" },
		"stage variable": func(a *snapshot.Authorizer) {
			a.URI = strings.Replace(authURI, ":auth/", ":${stageVariables.none}/", 1)
		},
		"no token":       func(a *snapshot.Authorizer) { a.IdentitySource = "" },
		"two tokens":     func(a *snapshot.Authorizer) { a.IdentitySource = "method.request.header.A,method.request.header.B" },
		"token in query": func(a *snapshot.Authorizer) { a.IdentitySource = "method.request.querystring.a" },
		"body":           func(a *snapshot.Authorizer) { a.Type, a.IdentitySource = "REQUEST", "method.request.body" },
		"path":           func(a *snapshot.Authorizer) { a.Type, a.IdentitySource = "REQUEST", "method.request.path.id" },
		"expression":     func(a *snapshot.Authorizer) { a.ValidationExpression = "(" },
		"another type":   func(a *snapshot.Authorizer) { a.Type = "JWT" },
	} {
		got := guarded(saying(saysPolicy(statement("Allow", "*"))), change).do(t, "GET /pets", "", "Authorization", "t")
		if got.status != 500 || got.body != `{"message":null}` || got.get("x-amzn-ErrorType") != "AuthorizerConfigurationException" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

func TestAuthorizerCredentials(t *testing.T) {
	l := &fakeLambda{answer: integration.LambdaResponse{Payload: []byte(saysPolicy(statement("Allow", "*")))}}
	fix := guarded(l, func(a *snapshot.Authorizer) {
		a.Credentials = "arn:aws:iam::123456789012:role/${stageVariables.role}"
		a.URI = strings.Replace(authURI, ":auth/", ":${stageVariables.fn}:live/", 1)
	})
	fix.vars = map[string]string{"role": "invoker", "fn": "gate"}
	if got := fix.do(t, "GET /pets", "", "Authorization", "t"); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
	if l.last.Credentials != "arn:aws:iam::123456789012:role/invoker" || l.last.QualifiedARN() != "arn:aws:lambda:us-east-1:123456789012:function:gate:live" {
		t.Errorf("%s under %q", l.last.QualifiedARN(), l.last.Credentials)
	}
}

// The path that policies see is the one that was matched: a slash at its end, or in excess at its
// beginning, must not lead around a policy.
func TestPoliciesSeeTheMatchedPath(t *testing.T) {
	fix := guarded(saying(saysPolicy(statement("Allow", "*"), statement("Deny", testARN+"/GET/pets"), statement("Deny", testARN+"/GET/admin/a//b"))), nil)
	for path, status := range map[string]int{
		"/pets": 403, "/pets/": 403, "//pets": 403, "//pets/": 403, "/pets/7": 200, "/pets//": 403, "/": 200,
		"/admin/a//b": 403, "/admin/a//b/": 403, "/admin/a/b": 200, "/admin/%61//b": 200,
	} {
		r := httptest.NewRequest("GET", "http://"+testDomain+"/", nil)
		r.Header.Set("Authorization", "t")
		w := httptest.NewRecorder()
		fix.pipeline(t).Serve(w, r, fix.stage(t), target(path))
		if path == "/pets//" {
			// "/pets//" is not "/pets": it matches nothing, or something else.
			if w.Code == http.StatusOK {
				t.Errorf("%s: %d", path, w.Code)
			}
			continue
		}
		if w.Code != status {
			t.Errorf("%s: %d, want %d", path, w.Code, status)
		}
	}
}
