package rest

import (
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// What this build does not have must never let a request through.
func TestUnsupportedAccessControlFailsClosed(t *testing.T) {
	for name, change := range map[string]func(*snapshot.Method){
		"no type at all": func(m *snapshot.Method) { m.AuthorizationType = "" },
		"API key":        func(m *snapshot.Method) { m.APIKeyRequired = true },
	} {
		m := mock("/a", "GET")
		change(&m)
		var rec *Record
		got := fixture{methods: []snapshot.Method{m}, observe: func(r *Record) { rec = r }}.do(t, "GET /a", "")
		if got.status != 500 || rec.ResponseType != APIConfigurationError || rec.Phase != "authorization" && rec.Phase != "API key" {
			t.Errorf("%s: %d, %s in phase %q", name, got.status, rec.ResponseType, rec.Phase)
		}
	}
}

func TestUnservableDefinitionsFailClosed(t *testing.T) {
	for name, change := range map[string]func(*snapshot.Method){
		"AWS integration": func(m *snapshot.Method) { m.Integration.Type = "AWS" },
		"broken template": func(m *snapshot.Method) { m.Integration.RequestTemplates[0].Text = "#if($a" },
		"broken response": func(m *snapshot.Method) { m.Integration.Responses[0].Templates[0].Text = "#foreach($x in" },
		"bad mapping": func(m *snapshot.Method) {
			m.Integration.RequestParameters = []snapshot.Mapping{{Target: "x", Source: "y"}}
		},
		"bad pattern":       func(m *snapshot.Method) { m.Integration.Responses[0].SelectionPattern = "(" },
		"bad status":        func(m *snapshot.Method) { m.Integration.Responses[0].StatusCode = "20x" },
		"content handling":  func(m *snapshot.Method) { m.Integration.ContentHandling = "CONVERT" },
		"bad required name": func(m *snapshot.Method) { m.RequiredParameters = []string{"method.request.body"} },
		"bad Lambda URI":    func(m *snapshot.Method) { m.Integration.Type, m.Integration.URI = "AWS_PROXY", "arn:x" },
		"bad HTTP URI":      func(m *snapshot.Method) { m.Integration.Type, m.Integration.URI = "HTTP", "nowhere" },
		"fatal mapped header": func(m *snapshot.Method) {
			m.Integration.RequestParameters = []snapshot.Mapping{{Target: "integration.request.header.content-length", Source: "'1'"}}
		},
	} {
		m := mock("/a", "GET")
		change(&m)
		got := fixture{methods: []snapshot.Method{m}}.do(t, "GET /a", "")
		if got.status != 500 || got.body != `{"message": "Internal server error"}` || got.get("x-amzn-ErrorType") != "InternalServerErrorException" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}
