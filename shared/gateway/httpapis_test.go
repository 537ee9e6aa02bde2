package gateway

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/eventsource"
	"github.com/postern-gateway/postern/shared/gateway/httpapi"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// httpSource holds the stages of one HTTP API under the id "http1", and the type of "http2", which has
// none.
type httpSource struct {
	stages  map[string]bool
	looks   int
	disable bool
}

func (s *httpSource) Stage(_ context.Context, apiID, stage string) (snapshot.Stage, error) {
	s.looks++
	if apiID != "http1" || !s.stages[stage] {
		return snapshot.Stage{}, ErrNoStage
	}
	return snapshot.Stage{APIID: apiID, Name: stage, DeploymentID: "d", AccountID: "123456789012"}, nil
}

func (s *httpSource) Snapshot(context.Context, string, string) ([]byte, error) {
	route := func(key string) snapshot.Route {
		return snapshot.Route{Key: key, AuthorizationType: "NONE", Integration: snapshot.RouteIntegration{Type: "AWS_PROXY", URI: "arn:aws:lambda:us-east-1:123456789012:function:f", PayloadFormatVersion: "2.0"}}
	}
	return snapshot.BuildHTTP(snapshot.HTTPAPI{ID: "http1", DisableExecuteAPIEndpoint: s.disable}, []snapshot.Route{route("ANY /pets"), route("ANY /pets/{id}"), route("GET /")})
}

func (s *httpSource) Protocol(_ context.Context, apiID string) (string, error) {
	if strings.HasPrefix(apiID, "http") {
		return snapshot.ProtocolHTTP, nil
	}
	return "", nil
}

// echoing answers with the parts of the event that tell how the request was addressed.
type echoing struct{}

func (echoing) Invoke(_ context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error) {
	var e struct {
		RawPath, RouteKey, RawQueryString, Body string
		Cookies                                 []string
		RequestContext                          struct{ Stage, DomainName string }
	}
	if err := json.Unmarshal(r.Payload, &e); err != nil {
		return integration.LambdaResponse{}, err
	}
	text := strings.Join([]string{e.RequestContext.Stage, e.RouteKey, e.RawPath, e.RawQueryString, strings.Join(e.Cookies, ";"), e.Body}, "|")
	answer, err := json.Marshal(map[string]any{"statusCode": 200, "cookies": []string{"a=1", "b=2"}, "body": text})
	return integration.LambdaResponse{StatusCode: 200, Payload: answer}, err
}

func httpGateway(source *httpSource, domains *Domains, keyInPath bool) *Gateway {
	log := slog.New(slog.DiscardHandler)
	g := New(NewStages(source, "us-east-1", time.Now, log), domains, nil, rest.New(rest.Config{}), log)
	g.ServeHTTPAPIs(httpapi.New(httpapi.Config{Lambda: echoing{}, MappingKeyInPath: keyInPath}))
	return g
}

// HTTP API spec, 1.
func TestStagesOfHTTPAPIs(t *testing.T) {
	const notFound, forbidden = `404 {"message":"Not Found"}`, `403 {"message":"Forbidden"}`
	both, named := map[string]bool{"$default": true, "prod": true}, map[string]bool{"prod": true}
	for _, c := range []struct {
		stages       map[string]bool
		host, target string
		want         string
	}{
		{both, "http1", "/pets?x=1", "200 $default|ANY /pets|/pets|x=1||"},
		{both, "http1", "/prod/pets", "200 prod|ANY /pets|/prod/pets|||"},
		{both, "http1", "/prod", "200 prod|GET /|/prod|||"},
		{both, "http1", "/", "200 $default|GET /|/|||"},
		{both, "http1", "/$default/pets", notFound},
		{both, "http1", "/other/pets", notFound},
		{named, "http1", "/prod/pets/7", "200 prod|ANY /pets/{id}|/prod/pets/7|||"},
		{named, "http1", "/pets", notFound},
		{named, "http1", "/", notFound},
		{named, "http2", "/x", notFound},
		{named, "rest1", "/x", forbidden},
		{named, "rest1", "/", forbidden},
	} {
		g := httpGateway(&httpSource{stages: c.stages}, nil, false)
		r := httptest.NewRequest("GET", c.target, nil)
		r.Host = c.host + ".execute-api.us-east-1.amazonaws.com"
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if got := strings.TrimSpace(http.StatusText(w.Code)); got == "" {
			t.Errorf("%s: no status", c.target)
		}
		if got := itoa(w.Code) + " " + w.Body.String(); got != c.want {
			t.Errorf("%s%s: %s, want %s", c.host, c.target, got, c.want)
		}
	}
	g := httpGateway(&httpSource{stages: both, disable: true}, nil, false)
	r := httptest.NewRequest("GET", "/pets", nil)
	r.Host = "http1.execute-api.localhost"
	w := httptest.NewRecorder()
	if g.ServeHTTP(w, r); w.Code != 404 {
		t.Errorf("a disabled endpoint: %d", w.Code)
	}
}

func itoa(code int) string {
	return string([]byte{byte('0' + code/100), byte('0' + code/10%10), byte('0' + code%10)})
}

type oneDomain []snapshot.DomainMapping

func (oneDomain) Domains(context.Context) ([]string, error) { return []string{"api.example.com"}, nil }
func (d oneDomain) Domain(context.Context, string) (snapshot.Domain, error) {
	return snapshot.Domain{Name: "api.example.com", Mappings: d}, nil
}

// Custom domains: the key is stripped for matching, and events show the stage unless it is
// "$default", or the key if so configured (HTTP API spec, 1).
func TestDomainsOfHTTPAPIs(t *testing.T) {
	source := oneDomain{{BasePath: "v1", APIID: "http1", Stage: "prod"}, {BasePath: "v2", APIID: "http1", Stage: "$default"}}
	for _, c := range []struct {
		keyInPath    bool
		target, want string
	}{
		{false, "/v1/pets", "200 prod|ANY /pets|/prod/pets|||"},
		{false, "/v2/pets", "200 $default|ANY /pets|/pets|||"},
		{true, "/v1/pets", "200 prod|ANY /pets|/v1/pets|||"},
		{true, "/v2/pets", "200 $default|ANY /pets|/v2/pets|||"},
		{false, "/v3/pets", `404 {"message":"Not Found"}`},
	} {
		domains := NewDomains(source, time.Now, slog.New(slog.DiscardHandler))
		g := httpGateway(&httpSource{stages: map[string]bool{"$default": true, "prod": true}}, domains, c.keyInPath)
		r := httptest.NewRequest("GET", c.target, nil)
		r.Host = "api.example.com"
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if got := itoa(w.Code) + " " + w.Body.String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.target, got, c.want)
		}
	}
}

// Stages that do not exist never push out those that do.
func TestUnknownStagesDoNotEvict(t *testing.T) {
	source := &httpSource{stages: map[string]bool{"$default": true}}
	now := time.Unix(1000, 0)
	stages := NewStages(source, "us-east-1", func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if _, err := stages.find(t.Context(), stageKey{apiID: "http1", stage: "$default"}, nil); err != nil {
		t.Fatal(err)
	}
	for i := range maxStages + 10 {
		_, _ = stages.find(t.Context(), stageKey{apiID: "http1", stage: time.Duration(i).String()}, nil)
	}
	looks := source.looks
	if _, err := stages.find(t.Context(), stageKey{apiID: "http1", stage: "$default"}, nil); err != nil || source.looks != looks {
		t.Errorf("%v, looked again: %v", err, source.looks != looks)
	}
	if _, err := stages.Get(t.Context(), "http1", "$default", nil); err == nil {
		t.Error("an HTTP API passed for a REST API")
	}
}

// Every event source serves HTTP APIs.
func TestEventSourcesOfHTTPAPIs(t *testing.T) {
	g := httpGateway(&httpSource{stages: map[string]bool{"$default": true}}, nil, false)
	const want = "$default|ANY /pets/{id}|/pets/a b|q=1|c=1|hi"
	const host = "http1.execute-api.localhost"
	headers := map[string]string{"host": host, "content-type": "text/plain", "cookie": "c=1", "x-forwarded-for": "203.0.113.9", "x-forwarded-port": "443", "x-forwarded-proto": "https"}
	without := map[string]string{"host": host, "content-type": "text/plain"}
	type object = map[string]any
	v2 := func(domain string) object {
		return object{"version": "2.0", "routeKey": "$default", "rawPath": "/pets/a%20b", "rawQueryString": "q=1", "cookies": []string{"c=1"}, "headers": without, "body": "hi", "isBase64Encoded": false,
			"requestContext": object{"accountId": "123456789012", "apiId": "x", "domainName": domain, "stage": "$default", "requestId": "r", "routeKey": "$default", "timeEpoch": 1,
				"http": object{"method": "POST", "path": "/pets/a%20b", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.9", "userAgent": ""}}}
	}
	managed := v2("x.execute-api.us-east-1.amazonaws.com")
	managed["rawPath"] = "/pets/a b" // decoded by the API in front
	managed["stageVariables"] = object{"posternApi": "http1", "posternStage": "$default"}
	v1 := object{"version": "1.0", "resource": "/{proxy+}", "path": "/pets/a%20b", "httpMethod": "POST", "headers": headers, "queryStringParameters": object{"q": "1"}, "multiValueQueryStringParameters": object{"q": []string{"1"}},
		"stageVariables": object{"posternApi": "http1", "posternStage": "$default"}, "body": "hi", "isBase64Encoded": false,
		"requestContext": object{"accountId": "123456789012", "apiId": "x", "stage": "$default", "requestId": "r", "httpMethod": "POST", "path": "/pets/a%20b", "protocol": "HTTP/1.1", "resourcePath": "/{proxy+}", "domainName": "x.execute-api.us-east-1.amazonaws.com", "requestTimeEpoch": 1, "identity": object{"sourceIp": "203.0.113.9"}}}
	alb := object{"requestContext": object{"elb": object{"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/x/1"}}, "httpMethod": "POST", "path": "/pets/a%20b", "queryStringParameters": object{"q": "1"}, "headers": headers, "body": "hi", "isBase64Encoded": false}
	for name, event := range map[string]object{"function URL": v2("abc.lambda-url.us-east-1.on.aws"), "HTTP API": managed, "HTTP API, format 1.0": v1, "ALB": alb} {
		payload, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := eventsource.Lambda(g, eventsource.Options{Buffered: true, Logger: slog.New(slog.DiscardHandler)})(t.Context(), payload)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			StatusCode int
			Body       string
		}
		if err := json.Unmarshal(text, &got); err != nil || got.StatusCode != 200 || got.Body != want {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
	s := httptest.NewServer(eventsource.NetHTTP(g))
	defer s.Close()
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/_aws/execute-api/http1/pets/a%20b?q=1", strings.NewReader("hi"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/plain")
	r.Header.Set("Cookie", "c=1")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if body, _ := io.ReadAll(res.Body); string(body) != want || len(res.Header["Set-Cookie"]) != 2 || res.Header.Get("Apigw-Requestid") == "" {
		t.Errorf("net/http: %d %s %v", res.StatusCode, body, res.Header)
	}
}
