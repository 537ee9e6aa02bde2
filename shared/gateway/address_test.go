package gateway

import (
	"net/http"
	"testing"

	"github.com/postern-gateway/postern/shared/edge"
)

func noDefault() (string, string, bool) { return "", "", false }

func onlyPets() (string, string, bool) { return "petsapi", "local", true }

func TestResolve(t *testing.T) {
	cases := []struct {
		name, host, target string
		info               *edge.Info
		byDefault          Default
		want               *address // nil: no stage answers
	}{
		// REST data plane spec, 1.1 and 1.3.
		{"execute-api host", "abc.execute-api.localhost:8080", "/prod/pets?x=1", nil, noDefault,
			&address{apiID: "abc", stage: "prod", path: "/pets", contextPath: "/prod/pets", domain: "abc.execute-api.localhost", executeAPI: true}},
		{"any domain below execute-api", "abc.execute-api.eu-central-1.amazonaws.com", "/prod/", nil, noDefault,
			&address{apiID: "abc", stage: "prod", path: "/", contextPath: "/prod/", domain: "abc.execute-api.eu-central-1.amazonaws.com", executeAPI: true}},
		{"VPC endpoint alias", "abc-vpce-0123.execute-api.eu-central-1.amazonaws.com", "/prod/x", nil, noDefault,
			&address{apiID: "abc", stage: "prod", path: "/x", contextPath: "/prod/x", domain: "abc-vpce-0123.execute-api.eu-central-1.amazonaws.com", executeAPI: true}},
		{"stage alone", "abc.execute-api.localhost", "/prod", nil, noDefault,
			&address{apiID: "abc", stage: "prod", path: "/", contextPath: "/prod", domain: "abc.execute-api.localhost", executeAPI: true}},
		{"slashes before the stage", "abc.execute-api.localhost", "//prod/abc", nil, noDefault,
			&address{apiID: "abc", stage: "prod", path: "/abc", contextPath: "/prod/abc", domain: "abc.execute-api.localhost", executeAPI: true}},
		{"slashes after the stage", "abc.execute-api.localhost", "/prod//static", nil, noDefault,
			&address{apiID: "abc", stage: "prod", path: "/static", contextPath: "/prod//static", domain: "abc.execute-api.localhost", executeAPI: true}},
		{"slashes inside", "abc.execute-api.localhost", "/prod/abc//x/", nil, noDefault,
			&address{apiID: "abc", stage: "prod", path: "/abc//x/", contextPath: "/prod/abc//x/", domain: "abc.execute-api.localhost", executeAPI: true}},
		{"escapes stay", "abc.execute-api.localhost", "/prod/a%2Fb@x/%zz", nil, noDefault,
			&address{apiID: "abc", stage: "prod", path: "/a%2Fb@x/%zz", contextPath: "/prod/a%2Fb@x/%zz", domain: "abc.execute-api.localhost", executeAPI: true}},
		{"bare host without stage", "abc.execute-api.localhost", "/", nil, onlyPets,
			&address{apiID: "abc", path: "/", contextPath: "/", domain: "abc.execute-api.localhost", executeAPI: true}},
		{"path form", "127.0.0.1:8080", "/_aws/execute-api/abc/prod/pets", nil, noDefault,
			&address{apiID: "abc", stage: "prod", path: "/pets", contextPath: "/prod/pets", domain: "127.0.0.1", executeAPI: true}},
		{"path form without stage", "127.0.0.1:8080", "/_aws/execute-api/abc", nil, onlyPets,
			&address{apiID: "abc", path: "/", contextPath: "/", domain: "127.0.0.1", executeAPI: true}},
		{"path form without API", "127.0.0.1:8080", "/_aws/execute-api/", nil, onlyPets, nil},
		{"the only API", "127.0.0.1:8080", "//pets", nil, onlyPets,
			&address{apiID: "petsapi", stage: "local", path: "/pets", contextPath: "/pets", domain: "127.0.0.1"}},
		{"no API is the only one", "127.0.0.1:8080", "/pets", nil, noDefault, nil},
		{"IPv6 host", "[::1]:8080", "/pets", nil, onlyPets,
			&address{apiID: "petsapi", stage: "local", path: "/pets", contextPath: "/pets", domain: "::1"}},
		{"managed stage that names the API", "xyz.execute-api.us-east-1.amazonaws.com", "/pets", &edge.Info{Stage: "blue", StageVariables: map[string]string{"posternApi": "abc", "posternStage": "prod"}}, noDefault,
			&address{apiID: "abc", stage: "prod", path: "/pets", contextPath: "/blue/pets", domain: "xyz.execute-api.us-east-1.amazonaws.com"}},
		{"managed stage that names the API only", "xyz.execute-api.us-east-1.amazonaws.com", "/pets", &edge.Info{Stage: "blue", StageVariables: map[string]string{"posternApi": "abc"}}, onlyPets,
			&address{apiID: "abc", stage: "blue", path: "/pets", contextPath: "/blue/pets", domain: "xyz.execute-api.us-east-1.amazonaws.com"}},
		{"managed stage and the only API", "xyz.execute-api.us-east-1.amazonaws.com", "/pets", &edge.Info{Stage: "$default"}, onlyPets,
			&address{apiID: "petsapi", stage: "local", path: "/pets", contextPath: "/pets", domain: "xyz.execute-api.us-east-1.amazonaws.com"}},
		{"managed stage without an API", "xyz.execute-api.us-east-1.amazonaws.com", "/pets", &edge.Info{Stage: "blue"}, noDefault, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := &http.Request{Method: "GET", Host: c.host, RequestURI: c.target, Header: http.Header{}}
			if c.info != nil {
				r = r.WithContext(edge.NewContext(t.Context(), c.info))
			}
			got, ok := resolve(r, c.byDefault)
			if ok != (c.want != nil) {
				t.Fatalf("resolved = %v, want %v", ok, c.want != nil)
			}
			if c.want == nil {
				return
			}
			got.variables = nil // shown by TestManagedStageVariables
			if got.apiID != c.want.apiID || got.stage != c.want.stage || got.path != c.want.path ||
				got.contextPath != c.want.contextPath || got.domain != c.want.domain || got.executeAPI != c.want.executeAPI {
				t.Errorf("resolve() = %+v, want %+v", got, *c.want)
			}
		})
	}
}

func TestManagedStageVariables(t *testing.T) {
	variables := map[string]string{"posternApi": "abc", "backend": "b.example.com"}
	r := &http.Request{Method: "GET", Host: "h", RequestURI: "/", Header: http.Header{}}
	r = r.WithContext(edge.NewContext(t.Context(), &edge.Info{Stage: "s", StageVariables: variables}))
	a, ok := resolve(r, noDefault)
	if !ok || a.variables["backend"] != "b.example.com" {
		t.Errorf("the stage's variables did not come along: %+v", a)
	}
}
