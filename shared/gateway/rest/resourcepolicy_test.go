package rest

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// resourceDocument is a resource policy of statements about everybody.
func resourceDocument(statements ...string) string {
	for i, s := range statements {
		statements[i] = strings.Replace(s, `{"Effect"`, `{"Principal":"*","Effect"`, 1)
	}
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// The three things that a policy can say about GET /pets.
var (
	allowsPets = statement("Allow", testARN+"/GET/pets")
	deniesPets = statement("Deny", testARN+"/GET/pets")
	silentPets = statement("Allow", testARN+"/GET/other")
)

const (
	maskedPets   = "arn:aws:execute-api:us-east-1:********9012:a1b2c3d4e5/prod/GET/pets"
	notAllowed   = `{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: ` + maskedPets + `"}`
	explicitDeny = `{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: ` + maskedPets + ` with an explicit deny"}`
)

// REST data plane spec, 2.1: without authorization an Allow is required.
func TestResourcePolicyAlone(t *testing.T) {
	const iam = `{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"execute-api:Invoke","Resource":"*"}`
	for _, c := range []struct {
		name, document string
		status         int
		body           string
	}{
		{"none attached", "", 200, "/pets GET"},
		{"allow", resourceDocument(allowsPets), 200, "/pets GET"},
		{"silent", resourceDocument(silentPets), 403, notAllowed},
		{"deny", resourceDocument(deniesPets), 403, explicitDeny},
		{"deny beats allow", resourceDocument(allowsPets, deniesPets), 403, explicitDeny},
		{"allow for an IAM principal", `{"Statement":` + iam + `}`, 403, notAllowed},
		{"deny for an IAM principal", `{"Statement":[` + strings.Replace(iam, "Allow", "Deny", 1) + `,` + strings.Replace(allowsPets, "{", `{"Principal":"*",`, 1) + `]}`, 200, "/pets GET"},
		{"another action", resourceDocument(strings.Replace(allowsPets, "Invoke", "InvalidateCache", 1)), 403, notAllowed},
	} {
		var rec *Record
		fix := fixture{methods: []snapshot.Method{mock("/pets", "GET")}, api: snapshot.API{Policy: c.document}, observe: func(r *Record) { rec = r }}
		got := fix.do(t, "GET /pets", "")
		if got.status != c.status || got.body != c.body {
			t.Errorf("%s: %d %s", c.name, got.status, got.body)
		}
		if c.status == 403 && (got.get("x-amzn-ErrorType") != "AccessDeniedException" || rec.ResponseType != AccessDenied || rec.Phase != "resource policy" || !strings.HasPrefix(rec.Reason, "resource policy: ")) {
			t.Errorf("%s: %s, %s in %q because %q", c.name, got.get("x-amzn-ErrorType"), rec.ResponseType, rec.Phase, rec.Reason)
		}
	}
}

// REST data plane spec, 2.1, table A in full, with the statement that decides; an explicit deny in
// the resource policy spares the call.
func TestResourcePolicyWithLambdaAuthorizer(t *testing.T) {
	const (
		denied     = `{"Message":"User is not authorized to access this resource"}`
		explicitly = `{"Message":"User is not authorized to access this resource with an explicit deny"}`
		silent     = "no statement allows the request; closest is statement 0: the resource does not match"
	)
	for _, c := range []struct {
		name, authorizer, resource string
		called                     bool
		status                     int
		body, why                  string
	}{
		{"allow, allow", allowsPets, allowsPets, true, 200, "/pets ANY", "identity-based policy: allowed by statement 0"},
		{"allow, silent", allowsPets, silentPets, true, 200, "/pets ANY", "identity-based policy: allowed by statement 0"},
		{"allow, deny", allowsPets, deniesPets, false, 403, explicitDeny, "resource policy: denied by statement 0"},
		{"silent, allow", silentPets, allowsPets, true, 200, "/pets ANY", "resource policy: allowed by statement 0"},
		{"silent, silent", silentPets, silentPets, true, 403, denied, "identity-based policy: " + silent + "; resource policy: " + silent},
		{"silent, deny", silentPets, deniesPets, false, 403, explicitDeny, "resource policy: denied by statement 0"},
		{"deny, allow", deniesPets, allowsPets, true, 403, explicitly, "identity-based policy: denied by statement 0"},
		{"deny, silent", deniesPets, silentPets, true, 403, explicitly, "identity-based policy: denied by statement 0"},
		{"deny, deny", deniesPets, deniesPets, false, 403, explicitDeny, "resource policy: denied by statement 0"},
		{"allow, none", allowsPets, "", true, 200, "/pets ANY", "authorizer: allowed by statement 0"},
		{"silent, none", silentPets, "", true, 403, denied, "authorizer: " + silent},
		{"deny, none", deniesPets, "", true, 403, explicitly, "authorizer: denied by statement 0"},
	} {
		called := false
		fix := guarded(authFunction(func(ctx context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error) {
			called = true
			return saying(saysPolicy(c.authorizer))(ctx, r)
		}), nil)
		if c.resource != "" {
			fix.api.Policy = resourceDocument(c.resource)
		}
		inv, status := fix.invocationOf(t, fix.pipeline(t), fix.stage(t), "GET", "/pets", "Authorization", "t")
		body := inv.writer.(*httptest.ResponseRecorder).Body.String()
		if status != c.status || body != c.body || called != c.called || inv.Authorization.Statement != c.why {
			t.Errorf("%s: %d %s, called %v, because %s", c.name, status, body, called, inv.Authorization.Statement)
		}
	}
	// Who is not identified at all gets to know that first, unless the policy denies everybody.
	for document, want := range map[string]int{resourceDocument(allowsPets): 401, resourceDocument(silentPets): 401, resourceDocument(deniesPets): 403} {
		fix := guarded(saying(saysPolicy(allowsPets)), nil)
		fix.api.Policy = document
		if got := fix.do(t, "GET /pets", ""); got.status != want {
			t.Errorf("without a token, %s: %d %s", document, got.status, got.body)
		}
	}
}

// prepared is an invocation that has come to the authorization.
func prepared(t *testing.T, f fixture, ctx context.Context, path string) *Invocation {
	t.Helper()
	r := httptest.NewRequestWithContext(ctx, "GET", "http://"+testDomain+path, nil)
	r.RemoteAddr = "203.0.113.9:4711"
	inv := &Invocation{Stage: f.stage(t), Target: target(r.URL.EscapedPath()), Request: r, pipeline: f.pipeline(t), writer: httptest.NewRecorder()}
	for _, step := range []func() error{inv.arrive, inv.matchResource} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return inv
}

// REST data plane spec, 2.1: of a user pool's method the resource policy alone decides, after the
// token.
func TestResourcePolicyAfterTheToken(t *testing.T) {
	m := mock("/pets", "GET")
	m.AuthorizationType = "COGNITO_USER_POOLS"
	for _, c := range []struct {
		name, document, want string
	}{
		{"none", "", ""},
		{"allow", resourceDocument(allowsPets), ""},
		{"silent", resourceDocument(silentPets), "User: anonymous is not authorized to perform: execute-api:Invoke on resource: " + maskedPets},
		{"deny", resourceDocument(deniesPets), "User: anonymous is not authorized to perform: execute-api:Invoke on resource: " + maskedPets + " with an explicit deny"},
	} {
		inv := prepared(t, fixture{methods: []snapshot.Method{m}, api: snapshot.API{Policy: c.document}}, t.Context(), "/pets")
		if err := inv.checkResourcePolicy(); err != nil {
			t.Errorf("%s: %v ahead of the token", c.name, err)
		}
		got := ""
		if err := inv.requireResourceAllow(); err != nil {
			got = err.(*Error).Message
		}
		if got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// REST data plane spec, 2.1, tables A and B in full, for callers whom IAM has authenticated.
func TestResourcePolicyWithIAM(t *testing.T) {
	const caller = "arn:aws:iam::123456789012:user/bob"
	parse := func(statement string) *policy.Policy {
		p, err := policy.Parse(`{"Statement":[`+statement+`]}`, policy.IdentityPolicy)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	m := mock("/pets", "GET")
	m.AuthorizationType = "AWS_IAM"
	const allow, implicit, explicit = policy.Allow, policy.ImplicitDeny, policy.ExplicitDeny
	for _, c := range []struct {
		name, identity, resource string
		same, cross              policy.Effect
	}{
		{"allow, allow", allowsPets, allowsPets, allow, allow},
		{"allow, silent", allowsPets, silentPets, allow, implicit},
		{"allow, deny", allowsPets, deniesPets, explicit, explicit},
		{"silent, allow", silentPets, allowsPets, allow, implicit},
		{"silent, silent", silentPets, silentPets, implicit, implicit},
		{"silent, deny", silentPets, deniesPets, explicit, explicit},
		{"deny, allow", deniesPets, allowsPets, explicit, explicit},
		{"deny, silent", deniesPets, silentPets, explicit, explicit},
		{"deny, deny", deniesPets, deniesPets, explicit, explicit},
		{"allow, none", allowsPets, "", allow, allow},
		{"silent, none", silentPets, "", implicit, implicit},
		{"deny, none", deniesPets, "", explicit, explicit},
	} {
		fix := fixture{methods: []snapshot.Method{m}}
		if c.resource != "" {
			fix.api.Policy = strings.Replace(resourceDocument(c.resource), `"Principal":"*"`, `"Principal":{"AWS":"`+caller+`"}`, 1)
		}
		inv := prepared(t, fix, t.Context(), "/pets")
		if err := inv.checkResourcePolicy(); err != nil {
			t.Errorf("%s: %v ahead of the authentication", c.name, err)
		}
		r := inv.policyRequest(policy.Principal{ARN: caller}, nil)
		d := parse(c.identity).Evaluate(&r)
		if same := inv.decideCaller(d, &r, true); same != c.same {
			t.Errorf("%s: %v in the same account", c.name, same)
		}
		if cross := inv.decideCaller(d, &r, false); cross != c.cross || inv.Authorization.Statement == "" {
			t.Errorf("%s: %v from another account, because %q", c.name, cross, inv.Authorization.Statement)
		}
	}
}

func TestUnreadableResourcePolicyClosesTheAPI(t *testing.T) {
	got := fixture{methods: []snapshot.Method{mock("/pets", "GET")}, api: snapshot.API{Policy: `{"Statement":[]}`}}.do(t, "GET /pets", "")
	if got.status != 500 || got.body != `{"message":"Internal server error"}` {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// A method ARN is at most 1600 bytes long where a policy sees it (REST data plane spec, 3.6).
func TestLongPaths(t *testing.T) {
	long := "/admin/" + strings.Repeat("x", maxAuthorizedARN-len(testARN+"/GET/admin/"))
	fix := guarded(saying(saysPolicy(statement("Allow", "*"))), nil)
	if got := fix.do(t, "GET "+long, "", "Authorization", "t"); got.status != 200 {
		t.Errorf("1600 bytes: %d %s", got.status, got.body)
	}
	if got := fix.do(t, "GET "+long+"x", "", "Authorization", "t"); got.status != 414 || got.body != `{"message":"Request URI too long"}` {
		t.Errorf("1601 bytes: %d %s", got.status, got.body)
	}
	open := fixture{methods: []snapshot.Method{mock("/admin/{proxy+}", "GET")}}
	if got := open.do(t, "GET "+long+"x", ""); got.status != 200 {
		t.Errorf("without any policy: %d %s", got.status, got.body)
	}
	open.api.Policy = resourceDocument(statement("Allow", "*"))
	if got := open.do(t, "GET "+long+"x", ""); got.status != 414 {
		t.Errorf("with a resource policy: %d %s", got.status, got.body)
	}
}

// A private API answers those who came through one of its VPC endpoints, if its policy allows.
func TestPrivateAPIs(t *testing.T) {
	everyone := resourceDocument(statement("Allow", "*"))
	fromVPC := resourceDocument(statement("Allow", "*"), `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}}`)
	for _, c := range []struct {
		name      string
		api       snapshot.API
		vpc, vpce string
		status    int
		message   string
	}{
		{"through an endpoint", snapshot.API{Private: true, Policy: everyone}, "vpc-1", "vpce-1", 200, ""},
		{"through one of its endpoints", snapshot.API{Private: true, Policy: everyone, VPCEndpointIDs: []string{"vpce-0", "vpce-1"}}, "vpc-1", "vpce-1", 200, ""},
		{"through another endpoint", snapshot.API{Private: true, Policy: everyone, VPCEndpointIDs: []string{"vpce-0"}}, "vpc-1", "vpce-1", 403, `{"message":"Forbidden"}`},
		{"from outside", snapshot.API{Private: true, Policy: everyone}, "", "", 403, `{"message":"Forbidden"}`},
		{"without a policy", snapshot.API{Private: true}, "vpc-1", "vpce-1", 403, notAllowed},
		{"from the right VPC", snapshot.API{Private: true, Policy: fromVPC}, "vpc-1", "vpce-1", 200, ""},
		{"from the wrong VPC", snapshot.API{Private: true, Policy: fromVPC}, "vpc-2", "vpce-1", 403, explicitDeny},
		{"a public API for one VPC", snapshot.API{Policy: fromVPC}, "", "", 403, explicitDeny},
	} {
		fix := fixture{methods: []snapshot.Method{mock("/pets", "GET")}, api: c.api}
		r := httptest.NewRequest("GET", "http://"+testDomain+"/pets", nil)
		r = r.WithContext(edge.NewContext(t.Context(), &edge.Info{Source: edge.SourceRESTAPI, SourceIP: "10.0.0.1", VPCID: c.vpc, VPCEndpointID: c.vpce}))
		w := httptest.NewRecorder()
		fix.pipeline(t).Serve(w, r, fix.stage(t), target("/pets"))
		if w.Code != c.status || c.message != "" && w.Body.String() != c.message {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
}
