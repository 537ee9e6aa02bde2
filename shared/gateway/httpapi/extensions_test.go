package httpapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// Validation by the models of the API, an extension.
func TestValidation(t *testing.T) {
	f := fixture{routes: []snapshot.Route{lambdaRoute("POST /pets", "2.0")}, lambda: answering(`"in"`)}
	f.api.Models = map[string]string{"Pet": `{"type":"object","required":["name"]}`}
	f.routes[0].RequestModels = map[string]string{"application/json": "Pet"}
	f.routes[0].RequiredParameters = []string{"request.header.X-A", "request.querystring.q"}
	for _, c := range []struct {
		target, header, body string
		status               int
		want                 string
	}{
		{"/pets", "X-B: 1", `{"name":1}`, 400, `{"message":"Missing required request parameters: [X-A, q]"}`},
		{"/pets?q=1", "X-A: 1", `{}`, 400, `{"message":"Invalid request body"}`},
		{"/pets?q=1", "X-A: 1\nContent-Type: application/json; charset=utf-8", `{"name":"x"}`, 200, `in`},
		{"/pets?q=1", "X-A: 1\nContent-Type: text/plain", `{}`, 200, `in`},
	} {
		w := serve(t, f.handler(t), raw(t, "POST "+c.target+" HTTP/1.1\nHost: h\n"+c.header+"\n\n"+c.body))
		if w.Code != c.status || w.Body.String() != c.want {
			t.Errorf("%s %s: %d %s", c.header, c.body, w.Code, w.Body)
		}
	}
}

// The resource policy, an extension: anonymous callers need an allow, and a deny spares the call of
// the authorizer.
func TestResourcePolicy(t *testing.T) {
	document := func(effect, resource string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"` + effect + `","Principal":"*","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/` + resource + `"}]}`
	}
	for _, c := range []struct {
		name, policy  string
		status, asked int
		guarded       bool
	}{
		{"allowed", document("Allow", "$default/GET/pets"), 200, 0, false},
		{"not allowed", document("Allow", "$default/POST/*"), 403, 0, false},
		{"denied ahead of the authorizer", document("Deny", "*"), 403, 0, true},
		{"either may allow", document("Allow", "*"), 200, 1, true},
		{"a policy that is none", `{}`, 500, 0, false},
	} {
		l := &lambdas{answers: map[string]string{petsARN: `"in"`, guardARN: `{"isAuthorized":true}`}}
		f := fixture{api: snapshot.HTTPAPI{Policy: c.policy}, routes: []snapshot.Route{lambdaRoute("GET /pets", "2.0")}, lambda: l}
		if c.guarded {
			f.api.Authorizers = map[string]snapshot.RouteAuthorizer{"g": {Type: "REQUEST", URI: guardARN, PayloadFormatVersion: "2.0", SimpleResponses: true}}
			f.routes[0].AuthorizationType, f.routes[0].AuthorizerID = "CUSTOM", "g"
		}
		if w := f.do(t, "GET", "/pets"); w.Code != c.status || l.count(guardARN) != c.asked {
			t.Errorf("%s: %d, asked %d times", c.name, w.Code, l.count(guardARN))
		}
	}
}

type streamer struct{ answer string }

func (s streamer) InvokeStream(context.Context, integration.LambdaRequest) (*integration.LambdaStream, error) {
	if s.answer == "" {
		return nil, &integration.LambdaStreamError{Code: "Unhandled"}
	}
	return &integration.LambdaStream{StatusCode: 200, RequestID: "fn-1", Body: io.NopCloser(strings.NewReader(s.answer))}, nil
}

// Answers that stream, an extension.
func TestStreaming(t *testing.T) {
	nul := strings.Repeat("\x00", 8)
	f := fixture{routes: []snapshot.Route{lambdaRoute("GET /", "2.0")}}
	f.routes[0].Integration.ResponseTransferMode = "STREAM"
	for answer, want := range map[string]string{
		`{"statusCode":201,"headers":{"x-a":"1"},"cookies":["c=1"]}` + nul + "body": "201 body 1 c=1",
		`{}` + nul:            "200   ",
		`no metadata`:         `500 {"message":"Internal Server Error"}  `,
		`{"headers":1}` + nul: `500 {"message":"Internal Server Error"}  `,
		"":                    `500 {"message":"Internal Server Error"}  `,
	} {
		f.configure = func(c *Config) { c.LambdaStream = streamer{answer} }
		w := f.do(t, "GET", "/")
		if got := strings.Join([]string{strings.TrimSpace(statusText(w.Code)), w.Body.String(), w.Header().Get("X-A"), w.Header().Get("Set-Cookie")}, " "); got != want {
			t.Errorf("%q: %q, want %q", answer, got, want)
		}
	}
}

func statusText(code int) string {
	return string(rune('0'+code/100)) + string(rune('0'+code/10%10)) + string(rune('0'+code%10))
}

// The variables of access logs (HTTP API spec, 17).
func TestAccessLog(t *testing.T) {
	i := newIssuer(t)
	var out bytes.Buffer
	f := fixture{routes: []snapshot.Route{lambdaRoute("GET /pets/{id}", "2.0")}, lambda: answering(`{"statusCode":202,"body":"abc"}`), stage: "prod", configure: func(c *Config) { c.AccessLog = &out }}
	i.protect(&f)
	names := "accountId apiId stage routeKey httpMethod path protocol requestId extendedRequestId domainName domainPrefix identity.sourceIp identity.userAgent identity.userArn authorizer.claims.sub authorizer.principalId authorizer.error error.message error.messageString error.responseType integration.status integrationStatus integration.integrationStatus integration.requestId awsEndpointRequestId integrationErrorMessage integration.error integrationLatency status responseLength dataProcessed responseLatency requestTime requestTimeEpoch customDomain.basePathMatched"
	var format []string
	for name := range strings.FieldsSeq(names) {
		format = append(format, "$context."+name)
	}
	f.document = func(s *snapshot.Stage) { s.AccessLog = &snapshot.AccessLog{Format: strings.Join(format, "|")} }
	for _, c := range []struct{ header, want string }{
		{"Authorization: " + i.token(t, map[string]any{"sub": "u1"}), "123456789012|a1b2c3d4e5|prod|GET /pets/{id}|GET|/prod/pets/a b|HTTP/1.1|" + testRequestID + "|" + testRequestID + "|" + testDomain + "|a1b2c3d4e5|203.0.113.9|curl|-|u1|u1|-|-|-|-|202|200|200|fn-1|fn-1|-|-|0|202|3|3|0|04/Mar/2020:19:15:17 +0000|1583349317250|-\n"},
		{"X: y", "123456789012|a1b2c3d4e5|prod|GET /pets/{id}|GET|/prod/pets/a b|HTTP/1.1|" + testRequestID + "|" + testRequestID + "|" + testDomain + "|a1b2c3d4e5|203.0.113.9|curl|-|-|-|missing: token not provided|Unauthorized|\"Unauthorized\"|UNAUTHORIZED|-|-|-|-|-|-|-|-|401|26|26|0|04/Mar/2020:19:15:17 +0000|1583349317250|-\n"},
	} {
		out.Reset()
		f.do(t, "GET", "/prod/pets/a%20b", "User-Agent: curl", c.header)
		if out.String() != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.header, out.String(), c.want)
		}
	}
}

// A backend that breaks off in the middle of an answer that streams must not look complete.
func TestBrokenStream(t *testing.T) {
	f := fixture{routes: []snapshot.Route{lambdaRoute("GET /", "2.0")}, configure: func(c *Config) { c.LambdaStream = broken{} }}
	f.routes[0].Integration.ResponseTransferMode = "STREAM"
	defer func() {
		if recover() == nil {
			t.Error("the answer looks complete")
		}
	}()
	f.do(t, "GET", "/")
}

type broken struct{}

func (broken) InvokeStream(context.Context, integration.LambdaRequest) (*integration.LambdaStream, error) {
	return &integration.LambdaStream{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader("{}"+strings.Repeat("\x00", 8)+"half"), failing{}))}, nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("reset") }
