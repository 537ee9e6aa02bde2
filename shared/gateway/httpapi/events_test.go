package httpapi

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// golden is a request and the events that it becomes, written from the HTTP API spec, 5 to 7.
type golden struct {
	Request, Route, Stage string
	Variables             map[string]string
	Mappings              map[string]string
	Caller                *edge.Caller
	ClientCert            *struct {
		ClientCertPem, SubjectDN, IssuerDN, SerialNumber string
		Validity                                         struct{ NotBefore, NotAfter string }
	}
	Authorization *struct {
		PrincipalID string
		Context     json.RawMessage
		Claims      map[string]any
		Scopes      []string
	}
	Version1, Version2 json.RawMessage
}

const allowAll = `{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"*"}]}`

func (g *golden) fixture(t *testing.T, version string, i *issuer, replace *strings.Replacer) (fixture, *lambdas) {
	l := &lambdas{answers: map[string]string{petsARN: `""`}}
	f := fixture{routes: []snapshot.Route{lambdaRoute(g.Route, version)}, vars: g.Variables, lambda: l}
	if version == "1.0" {
		l.answers[petsARN] = `{"statusCode":200}`
	}
	if g.Stage != defaultStage {
		f.stage = g.Stage
	}
	for target, source := range g.Mappings {
		f.routes[0].Integration.RequestParameters = append(f.routes[0].Integration.RequestParameters, snapshot.Mapping{Target: target, Source: source})
	}
	// The order of keys is that of the compiled definition.
	sortMappings(f.routes[0].Integration.RequestParameters)
	if g.Caller != nil || g.ClientCert != nil {
		f.info = &edge.Info{SourceIP: "203.0.113.9", Caller: g.Caller}
		if g.Caller != nil {
			f.routes[0].AuthorizationType = "AWS_IAM"
		}
		if c := g.ClientCert; c != nil {
			f.info.ClientCert = &edge.ClientCert{PEM: c.ClientCertPem, SubjectDN: c.SubjectDN, IssuerDN: c.IssuerDN, SerialNumber: c.SerialNumber, NotBefore: c.Validity.NotBefore, NotAfter: c.Validity.NotAfter}
		}
	}
	switch a := g.Authorization; {
	case a == nil:
	case a.Claims != nil:
		i.protect(&f, a.Scopes...)
		*replace = *strings.NewReplacer("ISSUER", i.url, "TOKEN", i.token(t, a.Claims))
	default:
		context := ""
		if a.Context != nil {
			context = `,"context":` + string(a.Context)
		}
		doc := snapshot.RouteAuthorizer{Type: "REQUEST", URI: guardARN, PayloadFormatVersion: "2.0", IdentitySource: []string{"$request.header.X-Who"}}
		l.answers[guardARN] = `{"isAuthorized":true` + context + `}`
		if doc.SimpleResponses = a.PrincipalID == ""; !doc.SimpleResponses {
			l.answers[guardARN] = `{"principalId":"` + a.PrincipalID + `","policyDocument":` + allowAll + context + `}`
		}
		f.api.Authorizers = map[string]snapshot.RouteAuthorizer{"g": doc}
		f.routes[0].AuthorizationType, f.routes[0].AuthorizerID = "CUSTOM", "g"
	}
	return f, l
}

func sortMappings(m []snapshot.Mapping) {
	for i := range m {
		for j := i; j > 0 && m[j].Target < m[j-1].Target; j-- {
			m[j], m[j-1] = m[j-1], m[j]
		}
	}
}

func decode(t *testing.T, text []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func TestGoldenEvents(t *testing.T) {
	files, err := filepath.Glob("testdata/events/*.json")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	i := newIssuer(t)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var g golden
		if err := json.Unmarshal(text, &g); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for version, want := range map[string]json.RawMessage{"1.0": g.Version1, "2.0": g.Version2} {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".json")+"/"+version, func(t *testing.T) {
				replace := strings.NewReplacer()
				f, l := g.fixture(t, version, i, replace)
				if w := serve(t, f.handler(t), raw(t, replace.Replace(g.Request))); w.Code != 200 {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
				got := l.events[len(l.events)-1].Payload
				if diff := cmp.Diff(decode(t, []byte(replace.Replace(string(want)))), decode(t, got)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				checkMemberOrder(t, want, got)
				if version == "2.0" {
					checkLossless(t, got, &events.APIGatewayV2HTTPRequest{})
				} else {
					checkLossless(t, got, &events.APIGatewayProxyRequest{})
				}
			})
		}
	}
}

// checkMemberOrder compares the order of the event's own members.
func checkMemberOrder(t *testing.T, want, got []byte) {
	t.Helper()
	if w, g := members(t, want), members(t, got); !cmp.Equal(w, g) {
		t.Errorf("members %q, want %q", g, w)
	}
}

func members(t *testing.T, object []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name.(string))
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// checkLossless tells whether the types that functions written in Go use hold the whole event: what
// they write again is the event, but for members that are empty.
func checkLossless(t *testing.T, event []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(event, into); err != nil {
		t.Fatalf("aws-lambda-go: %v", err)
	}
	again, err := json.Marshal(into)
	if err != nil {
		t.Fatal(err)
	}
	if lost := missing("", decode(t, event), decode(t, again)); lost != nil {
		t.Errorf("aws-lambda-go loses %q", lost)
	}
}

// unmodelled are members for which the types of aws-lambda-go have no field, by event format 1.0.
var unmodelled = map[string]bool{
	".version": true, ".requestContext.domainPrefix": true,
	".requestContext.identity.principalOrgId": true, ".requestContext.identity.clientCert": true,
}

// missing returns the paths of the values in a that b does not have.
func missing(path string, a, b any) []string {
	object, isObject := a.(map[string]any)
	if !isObject {
		if a == nil || a == "" || a == false || cmp.Equal(a, b) || unmodelled[path] {
			return nil
		}
		if list, ok := a.([]any); ok && len(list) == 0 {
			return nil
		}
		return []string{path}
	}
	if unmodelled[path] {
		return nil
	}
	other, _ := b.(map[string]any)
	var lost []string
	for name, v := range object {
		lost = append(lost, missing(path+"."+name, v, other[name])...)
	}
	return lost
}
