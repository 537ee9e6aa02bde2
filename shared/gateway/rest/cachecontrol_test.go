package rest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// Callers ask for a new entry of a stage that wants authorization for it.
func TestInvalidation(t *testing.T) {
	statement := func(actions string) string {
		return `{"Effect":"Allow","Action":` + actions + `,"Resource":"` + anyMethod + `"}`
	}
	resourcePolicy := func(effect string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"` + anyMethod + `"},
			{"Effect":"` + effect + `","Principal":{"AWS":"` + aliceARN + `"},"Action":"execute-api:InvalidateCache","Resource":"` + anyMethod + `"}]}`
	}
	const invoke, both = `"execute-api:Invoke"`, `["execute-api:Invoke","execute-api:InvalidateCache"]`
	for _, c := range []struct {
		name     string
		strategy string
		// statement is the policy of alice, who then signs; policy is the resource policy.
		statement, policy string
		caller            *edge.Caller
		want              string // the answer's number, or "403"
		warns             bool
	}{
		{"allowed by the caller's policy", "FAIL_WITH_403", statement(both), "", nil, "2", false},
		{"allowed to invoke only, 403", "FAIL_WITH_403", statement(invoke), "", nil, "403", false},
		{"allowed to invoke only, warned", "SUCCEED_WITH_RESPONSE_HEADER", statement(invoke), "", nil, "1", true},
		{"allowed to invoke only, silent", "SUCCEED_WITHOUT_RESPONSE_HEADER", statement(invoke), "", nil, "1", false},
		{"allowed to invoke only, no strategy", "", statement(invoke), "", nil, "1", true},
		{"every action", "FAIL_WITH_403", statement(`"execute-api:*"`), "", nil, "2", false},
		{"allowed by the resource policy", "FAIL_WITH_403", statement(invoke), resourcePolicy("Allow"), nil, "2", false},
		{"denied by the resource policy", "FAIL_WITH_403", statement(both), resourcePolicy("Deny"), nil, "403", false},
		{"admitted by a front door", "FAIL_WITH_403", "", "", &edge.Caller{AccountID: "123456789012", UserARN: aliceARN}, "2", false},
		{"of another account", "SUCCEED_WITH_RESPONSE_HEADER", "", "", &edge.Caller{AccountID: "210987654321", UserARN: "arn:aws:iam::210987654321:user/bob"}, "1", true},
		{"anonymous, 403", "FAIL_WITH_403", "", "", nil, "403", false},
		{"anonymous, warned", "SUCCEED_WITH_RESPONSE_HEADER", "", "", nil, "1", true},
		{"anonymous, silent", "SUCCEED_WITHOUT_RESPONSE_HEADER", "", "", nil, "1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			authorization := "NONE"
			if c.statement != "" || c.caller != nil {
				authorization = "AWS_IAM"
			}
			f := newCaching(t, everyMethod(func(s *snapshot.MethodSetting) { s.CacheControlStrategy = c.strategy }), nil, func(backend string) []snapshot.Method {
				m := httpMethod("HTTP_PROXY", "/a", "GET", backend)
				m.AuthorizationType = authorization
				return []snapshot.Method{m}
			})
			f.api.Policy = c.policy
			configure := f.configure
			f.configure = func(p *Config) {
				configure(p)
				p.Keys = alice(t, c.statement)
			}
			f.serve = underStage(t, f.fixture)
			call := func(headers ...string) answer {
				r := httptest.NewRequest("GET", "http://"+testDomain+"/prod/a", nil)
				r.RemoteAddr = "203.0.113.9:4711"
				for i := 0; i < len(headers); i += 2 {
					r.Header.Add(headers[i], headers[i+1])
				}
				if c.statement != "" {
					const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
					if err := signer.NewSigner().SignHTTP(context.Background(), aws.Credentials{AccessKeyID: aliceKey, SecretAccessKey: "secret"}, r, emptyHash, "execute-api", "us-east-1", f.now); err != nil {
						t.Fatal(err)
					}
				}
				if c.caller != nil {
					r = r.WithContext(edge.NewContext(r.Context(), &edge.Info{SourceIP: "203.0.113.9", Caller: c.caller}))
				}
				return f.send(r)
			}
			if a := call(); a.body != "1" {
				t.Fatalf("first: %d %s", a.status, a.body)
			}
			a := call("Cache-Control", "max-age=0")
			if got := map[bool]string{true: a.body, false: "403"}[a.status == http.StatusOK]; got != c.want {
				t.Errorf("got %d %s, want %s", a.status, a.body, c.want)
			}
			if a.status == http.StatusForbidden && a.get("x-amzn-ErrorType") != "AccessDeniedException" {
				t.Errorf("error type %q", a.get("x-amzn-ErrorType"))
			}
			warning := a.get("Warning")
			if (warning != "") != c.warns || c.warns && !strings.HasPrefix(warning, "199 ") {
				t.Errorf("warning %q", warning)
			}
			after := "1"
			if c.want == "2" {
				after = "2"
			}
			if a := call(); a.body != after || a.get("Warning") != "" {
				t.Errorf("afterwards: %d %s, warning %q", a.status, a.body, a.get("Warning"))
			}
		})
	}
}

// underStage serves requests whose path names the stage, as it is signed.
func underStage(t *testing.T, f fixture) http.Handler {
	p, s := f.pipeline(t), f.stage(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.Serve(w, r, s, target(strings.TrimPrefix(r.URL.EscapedPath(), "/prod")))
	})
}
