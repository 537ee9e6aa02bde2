package httpapi

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// reachable is a route for facts about the control plane alone.
var reachable = map[string]*sdk.CreateIntegrationInput{"GET /reachable": function()}

// conformance are all facts and their APIs; issuers is the address of the issuers of tokens.
func conformance(issuers string) *table {
	which := maps.Clone(all("GET /", "GET /which", "GET /prod/inner", "GET /other/inner"))
	which["GET /which1"] = function1()
	changing := all("GET /which")
	changing["GET /mapped"] = backend(mapped("append:header.X-New", "new"))
	t := &table{apis: map[string]api{
		"roots":             {routes: which, stages: []string{"$default", "a-B_9"}},
		"mapped":            {routes: which, stages: []string{"$default", "deep"}, finish: mapDomain},
		"disabled":          {disabled: true},
		"section 2":         {routes: routing},
		"greedy":            {routes: all("GET /{proxy+}")},
		"default":           {routes: all("$default", "GET /x", "GET /g/{proxy+}")},
		"default http":      {routes: map[string]*sdk.CreateIntegrationInput{"$default": backend()}},
		"section 3":         closedAPI,
		"section 9":         {routes: reachable},
		"section 10":        {routes: reachable},
		"section 14":        {routes: reachable},
		"section 15":        {routes: reachable},
		"section 17":        {routes: reachable},
		"section 19":        {routes: reachable},
		"section 11":        jwtAPI(issuers),
		"section 12":        lambdaAPI,
		"authorizers":       {routes: reachable, authorizers: lambdaAPI.authorizers[:1]},
		"variables":         {variables: map[string]string{"path": "from-stage", "function": "conformance"}},
		"changing":          {routes: changing, auto: true},
		"changing by hand":  {routes: all("GET /which")},
		"changing settings": {routes: all("GET /which")},
		"throttled":         throttledAPI,
		"logged":            {log: logFormat()},
	}}
	maps.Copy(t.apis, corsAPIs)
	t.facts = slices.Concat(section01(), section02(), section03(), section04(), section05(), section06(), section07(), section08(), section09(), section10(),
		section11(issuers), section12(), section13(), section14(), section15(), section16(), section17(), section19())
	return t
}

func TestConformance(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs executables")
	}
	facts := conformance(serveIssuer(t))
	s := &harness.Suite{Deploy: facts.deploy, Table: true, Users: users, VPCLinks: []string{listener + "={{host}}"},
		Environment: map[string]string{"AWS_ENDPOINT_URL_STS": serveRoles(t)}}
	for i := range facts.facts {
		s.Cases = append(s.Cases, facts.facts[i].kase())
	}
	s.Run(t)
}

// serveRoles gives away the credentials of roles.
func serveRoles(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>`+
			`<SessionToken>token</SessionToken><Expiration>`+time.Now().Add(time.Hour).UTC().Format(time.RFC3339)+`</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestTheTable checks that the table covers the specification.
func TestTheTable(t *testing.T) {
	facts := conformance("http://127.0.0.1").facts
	if len(facts) < 400 {
		t.Errorf("there are %d cases, want 400", len(facts))
	}
	names, sections := map[string]bool{}, map[string]int{}
	for i := range facts {
		f := &facts[i]
		name := f.section + f.path()
		if names[name] {
			t.Errorf("%s is there twice", name)
		}
		names[name] = true
		sections[f.section]++
		if f.section == "" || f.name == "" {
			t.Errorf("case %d has no name or no section", i)
		}
	}
	for _, s := range strings.Fields("1 2 3 4 5 6 7 8 9 9.1 9.2 9.3 9.4 10 11 12 13 14 15 16 17 19") {
		if sections[s] == 0 {
			t.Errorf("no case is from section %s", s)
		}
		t.Logf("section %s: %d cases", s, sections[s])
	}
	t.Logf("%d cases", len(facts))
}
