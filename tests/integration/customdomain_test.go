package integration

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

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/eventsource"
	"github.com/postern-gateway/postern/shared/gateway"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// echo is a Lambda function that answers what it sees of the path.
type echo struct{}

func (echo) Invoke(_ context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error) {
	var event struct {
		Path           string `json:"path"`
		Resource       string `json:"resource"`
		RequestContext struct {
			Path, DomainName, Stage string
		} `json:"requestContext"`
	}
	if err := json.Unmarshal(r.Payload, &event); err != nil {
		return integration.LambdaResponse{}, err
	}
	c := event.RequestContext
	body := strings.Join([]string{event.Path, c.Path, event.Resource, c.DomainName, c.Stage}, " ")
	answer, err := json.Marshal(map[string]any{"statusCode": 200, "body": body})
	return integration.LambdaResponse{Payload: answer}, err
}

// plane is both planes on one store, wired as the local process wires them.
type plane struct {
	t       *testing.T
	control http.Handler
	data    *httptest.Server
}

func newPlane(t *testing.T) *plane {
	t.Helper()
	db, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	source := gateway.StoreSource{Reader: db}
	stages := gateway.NewStages(source, "us-east-1", time.Now, log)
	domains := gateway.NewDomains(source, time.Now, log)
	service := controlplane.New(controlplane.Config{
		Store: db, Account: "123456789012", Region: "us-east-1",
		StageChanged: stages.Forget, DomainChanged: domains.Forget,
	})
	control, err := wire.NewMux([]wire.Service{apigateway.Service}, service.Endpoints()...)
	if err != nil {
		t.Fatal(err)
	}
	pipeline := rest.New(rest.Config{Lambda: echo{}})
	data := httptest.NewServer(eventsource.NetHTTP(gateway.New(stages, domains, nil, pipeline, log)))
	t.Cleanup(data.Close)
	return &plane{t: t, control: control, data: data}
}

// call makes a control-plane request that must succeed.
func (p *plane) call(method, path, body string) map[string]any {
	p.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	p.control.ServeHTTP(w, r)
	if w.Code/100 != 2 {
		p.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	var out map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			p.t.Fatal(err)
		}
	}
	return out
}

type response struct {
	Status          int
	Body, ErrorType string
}

// get makes a data-plane request that names a host.
func (p *plane) get(host, path string) response {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.data.URL+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Host = host
	res, err := p.data.Client().Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response{res.StatusCode, string(b), res.Header.Get("x-amzn-ErrorType")}
}

func (p *plane) expect(host, path string, want response) {
	p.t.Helper()
	if diff := cmp.Diff(want, p.get(host, path)); diff != "" {
		p.t.Errorf("%s%s (-want +got):\n%s", host, path, diff)
	}
}

func TestCustomDomain(t *testing.T) {
	p := newPlane(t)
	const definition = `{"openapi":"3.0.1","info":{"title":"pets","version":"1"},"paths":{"/pets":{"get":{"x-amazon-apigateway-integration":{
		"type":"aws_proxy","httpMethod":"POST","uri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:echo/invocations"}}}}}`
	id := p.call("POST", "/restapis?mode=import", definition)["id"].(string)
	p.call("POST", "/restapis/"+id+"/deployments", `{"stageName":"prod"}`)

	const domain = "api.example.com"
	forbidden := response{403, `{"message":"Forbidden"}`, "ForbiddenException"}
	echoed := func(words string) response { return response{Status: 200, Body: words} }
	p.expect(domain, "/v1/pets", forbidden) // nobody's name yet

	p.call("POST", "/domainnames", `{"domainName":"`+domain+`","regionalCertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/c","endpointConfiguration":{"types":["REGIONAL"]}}`)
	p.expect(domain, "/v1/pets", forbidden)
	p.expect(domain, "/ping", response{Status: 200, Body: "healthy"})
	p.expect(domain, "/sping", response{Status: 200, Body: "healthy"})

	mappings := "/domainnames/" + domain + "/basepathmappings"
	p.call("POST", mappings, `{"restApiId":"`+id+`","stage":"prod","basePath":"v1"}`)
	p.expect(domain, "/v1/pets", echoed("/v1/pets /v1/pets /pets api.example.com prod"))
	p.expect(domain, "/pets", forbidden)
	p.expect(domain, "/_aws/execute-api/"+id+"/prod/pets", forbidden)

	p.call("POST", mappings, `{"restApiId":"`+id+`"}`)
	p.expect(domain, "/prod/pets", echoed("/pets /prod/pets /pets api.example.com prod"))
	p.expect(domain, "/v1/pets", echoed("/v1/pets /v1/pets /pets api.example.com prod"))
	p.expect(domain, "/nope/pets", forbidden)
	p.call("PATCH", mappings+"/(none)", `{"patchOperations":[{"op":"replace","path":"/stage","value":"prod"}]}`)
	p.expect(domain, "/pets", echoed("/pets /pets /pets api.example.com prod"))

	// The API's own endpoint is another one, and can be disabled.
	own := id + ".execute-api.us-east-1.amazonaws.com"
	p.expect(own, "/prod/pets", echoed("/pets /prod/pets /pets "+own+" prod"))
	p.call("PATCH", "/restapis/"+id, `{"patchOperations":[{"op":"replace","path":"/disableExecuteApiEndpoint","value":"true"}]}`)
	p.call("POST", "/restapis/"+id+"/deployments", `{"stageName":"prod"}`)
	p.expect(own, "/prod/pets", forbidden)
	p.expect(domain, "/pets", echoed("/pets /pets /pets api.example.com prod"))

	p.call("PATCH", "/domainnames/"+domain, `{"patchOperations":[{"op":"replace","path":"/routingMode","value":"ROUTING_RULE_ONLY"}]}`)
	p.expect(domain, "/pets", forbidden)
	p.call("PATCH", "/domainnames/"+domain, `{"patchOperations":[{"op":"replace","path":"/routingMode","value":"BASE_PATH_MAPPING_ONLY"}]}`)
	p.expect(domain, "/pets", echoed("/pets /pets /pets api.example.com prod"))

	p.call("DELETE", "/domainnames/"+domain, "")
	p.expect(domain, "/pets", forbidden)
	p.expect(domain, "/ping", forbidden)
}
