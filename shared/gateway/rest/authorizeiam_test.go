package rest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/sigv4"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// iamKeys are the access keys of a test: that of alice, whose policy the test sets.
type iamKeys struct {
	key  *sigv4.Key
	who  *accesskey.Principal
	fail error
}

func (k iamKeys) Find(_ context.Context, id string) (*sigv4.Key, *accesskey.Principal, error) {
	switch {
	case k.fail != nil:
		return nil, nil, k.fail
	case k.who != nil && id == k.who.Caller.AccessKey:
		return k.key, k.who, nil
	}
	return nil, nil, sigv4.ErrUnknownKey
}

const aliceKey = "AKIAIOSFODNN7EXAMPLE"

const aliceARN = "arn:aws:iam::123456789012:user/blue/alice"

// alice has one inline policy with the given statement, or none.
func alice(t testing.TB, statement string) iamKeys {
	u := &accesskey.User{Name: "alice", Path: "/blue/", ID: "AIDAEXAMPLE", Account: "123456789012", Tags: []accesskey.Tag{{Key: "Team", Value: "blue"}}}
	if statement != "" {
		u.Policies = map[string]string{"invoke": `{"Version":"2012-10-17","Statement":` + statement + `}`}
	}
	who, err := accesskey.NewUser(u, &accesskey.Key{ID: aliceKey})
	if err != nil {
		t.Fatal(err)
	}
	return iamKeys{key: &sigv4.Key{Secret: "secret"}, who: who}
}

func allow(resource string) string {
	return `{"Sid":"Pets","Effect":"Allow","Action":"execute-api:Invoke","Resource":"` + resource + `"}`
}

const anyMethod = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/*"

// iamCall is a request to GET or POST /pets/{id} with AWS_IAM; the zero value is signed by alice.
type iamCall struct {
	keys     Keys
	policy   string // the resource policy
	edit     func(*http.Request)
	unsigned bool
	service  string
	region   string
	token    string
	at       time.Time
	caller   *edge.Caller
	method   snapshot.Method
	lambda   *fakeLambda
}

func (c iamCall) do(t *testing.T) (answer, *Record) {
	t.Helper()
	m := c.method
	if m.HTTPMethod == "" {
		m = mock("/pets/{id}", "ANY")
	}
	m.AuthorizationType = "AWS_IAM"
	var rec *Record
	f := fixture{api: snapshot.API{Policy: c.policy}, methods: []snapshot.Method{m}, observe: func(r *Record) { rec = r }}
	if c.lambda != nil {
		f.lambda = c.lambda
	}
	p, s := f.pipeline(t), f.stage(t)
	p.c.Keys = c.keys
	r := httptest.NewRequest("POST", "http://"+testDomain+"/prod/pets/7?a=1", strings.NewReader("body"))
	r.RemoteAddr = "203.0.113.9:4711"
	if !c.unsigned {
		service, region, at := "execute-api", "us-east-1", testTime
		if c.service != "" {
			service = c.service
		}
		if c.region != "" {
			region = c.region
		}
		if !c.at.IsZero() {
			at = c.at
		}
		sum := sha256.Sum256([]byte("body"))
		credentials := aws.Credentials{AccessKeyID: aliceKey, SecretAccessKey: "secret", SessionToken: c.token}
		if err := signer.NewSigner().SignHTTP(t.Context(), credentials, r, hex.EncodeToString(sum[:]), service, region, at); err != nil {
			t.Fatal(err)
		}
	}
	if c.edit != nil {
		c.edit(r)
	}
	if c.caller != nil {
		r = r.WithContext(edge.NewContext(r.Context(), &edge.Info{SourceIP: "203.0.113.9", Caller: c.caller}))
	}
	w := httptest.NewRecorder()
	tg := target("/pets/7")
	p.Serve(w, r, s, tg)
	b, _ := io.ReadAll(w.Result().Body)
	return answer{status: w.Code, header: w.Header(), body: string(b)}, rec
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// The rows of REST data plane spec, 11.5.
func TestIAMRefusals(t *testing.T) {
	good := alice(t, allow(anyMethod))
	bearer := sha256.Sum256([]byte("Bearer x"))
	expired := alice(t, allow(anyMethod))
	expired.key = &sigv4.Key{Secret: "secret", SessionToken: "token", Expires: testTime}
	const arn = "arn:aws:execute-api:us-east-1:********9012:a1b2c3d4e5/prod/POST/pets/7"
	const denied = "User: " + aliceARN + " is not authorized to perform: execute-api:Invoke on resource: " + arn
	for _, c := range []struct {
		name      string
		call      iamCall
		status    int
		errorType string
		kind      ResponseType
		message   string // the whole one, or its beginning if it ends with "..."
	}{
		{"no Authorization", iamCall{unsigned: true}, 403, "MissingAuthenticationTokenException", MissingAuthenticationToken, "Missing Authentication Token"},
		{"not key=value", iamCall{edit: header("Authorization", "Bearer x")}, 403, "IncompleteSignatureException", Default4XX,
			"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + base64.StdEncoding.EncodeToString(bearer[:]) + "'."},
		{"parts missing", iamCall{unsigned: true, edit: header("Authorization", "AWS4-HMAC-SHA256 a=b")}, 403, "IncompleteSignatureException", Default4XX,
			"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 a=b"},
		{"unknown access key", iamCall{keys: iamKeys{}}, 403, "UnrecognizedClientException", Default4XX, "The security token included in the request is invalid."},
		{"no key store", iamCall{keys: noKeys{}}, 403, "UnrecognizedClientException", Default4XX, "The security token included in the request is invalid."},
		{"wrong signature", iamCall{edit: header("Content-Type", "text/plain"), keys: wrongSecret(good)}, 403, "InvalidSignatureException", InvalidSignature,
			"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'POST\n/prod/pets/7\na=1\n..."},
		{"old", iamCall{at: testTime.Add(-6 * time.Minute)}, 403, "InvalidSignatureException", InvalidSignature,
			"Signature expired: 20200304T190917Z is now earlier than 20200304T191017Z (20200304T191517Z - 5 min.)"},
		{"early", iamCall{at: testTime.Add(6 * time.Minute)}, 403, "InvalidSignatureException", InvalidSignature,
			"Signature not yet current: 20200304T192117Z is still later than 20200304T192017Z (20200304T191517Z + 5 min.)"},
		{"wrong Region", iamCall{region: "eu-west-1"}, 403, "InvalidSignatureException", InvalidSignature, "Credential should be scoped to a valid region. "},
		{"wrong service", iamCall{service: "lambda"}, 403, "InvalidSignatureException", InvalidSignature, "Credential should be scoped to correct service: 'execute-api'. "},
		{"expired credentials", iamCall{keys: expired, token: "token"}, 403, "ExpiredTokenException", ExpiredToken, "The security token included in the request is expired"},
		{"no policy", iamCall{keys: alice(t, "")}, 403, "AccessDeniedException", AccessDenied, denied + " because no identity-based policy allows the execute-api:Invoke action"},
		{"another method", iamCall{keys: alice(t, allow("arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/GET/pets/*"))}, 403, "AccessDeniedException", AccessDenied,
			denied + " because no identity-based policy allows the execute-api:Invoke action"},
		{"denied", iamCall{keys: alice(t, `[`+allow(anyMethod)+`,{"Effect":"Deny","Action":"execute-api:*","Resource":"arn:aws:execute-api:*:*:*/*/*/pets/7"}]`)}, 403, "AccessDeniedException", AccessDenied, denied + " with an explicit deny"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.call.keys == nil {
				c.call.keys = good
			}
			got, rec := c.call.do(t)
			var body map[string]string
			if err := json.Unmarshal([]byte(got.body), &body); err != nil || len(body) != 1 {
				t.Fatalf("body %s", got.body)
			}
			key := "message"
			if c.kind == AccessDenied {
				key = "Message"
			}
			message, ok := body[key]
			want, part := strings.CutSuffix(c.message, "...")
			if got.status != c.status || got.get("x-amzn-ErrorType") != c.errorType || rec.ResponseType != c.kind || !ok || message != want && (!part || !strings.HasPrefix(message, want)) {
				t.Errorf("%d %s %s %s, want %d %s %s %s", got.status, got.get("x-amzn-ErrorType"), rec.ResponseType, got.body, c.status, c.errorType, c.kind, c.message)
			}
		})
	}
	got, _ := iamCall{keys: iamKeys{fail: errors.New("the table is gone")}}.do(t)
	if got.status != 500 || got.body != `{"message":"Internal server error"}` {
		t.Errorf("a key store that fails: %d %s", got.status, got.body)
	}
}

func wrongSecret(k iamKeys) iamKeys {
	k.key = &sigv4.Key{Secret: "another"}
	return k
}

// Tables A and B of REST data plane spec, 2.1, with a caller of the API's account whom the store
// knows and callers whom the front door has admitted.
func TestIAMWithResourcePolicy(t *testing.T) {
	resource := func(effect, principal string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","Principal":` + principal + `,"Action":"execute-api:Invoke","Resource":"` + anyMethod + `"}}`
	}
	const nobody = `{"AWS":"arn:aws:iam::123456789012:user/nobody"}`
	other := &edge.Caller{AccessKey: "ASIAX", AccountID: "210987654321", CallerID: "AROAX:s", UserID: "AROAX:s", UserARN: "arn:aws:sts::210987654321:assumed-role/Partner/s"}
	same := &edge.Caller{AccessKey: "AKIAX", AccountID: "123456789012", CallerID: "AIDAX", UserID: "AIDAX", UserARN: "arn:aws:iam::123456789012:user/bob"}
	for _, c := range []struct {
		name     string
		identity string
		policy   string
		caller   *edge.Caller
		want     int
		ending   string
	}{
		{"allow, none", allow(anyMethod), "", nil, 200, ""},
		{"allow, allow", allow(anyMethod), resource("Allow", `"*"`), nil, 200, ""},
		{"allow, silent", allow(anyMethod), resource("Allow", nobody), nil, 200, ""},
		{"allow, deny", allow(anyMethod), resource("Deny", `"*"`), nil, 403, " with an explicit deny"},
		{"silent, allow", "", resource("Allow", `{"AWS":"`+aliceARN+`"}`), nil, 200, ""},
		{"silent, silent", "", resource("Allow", nobody), nil, 403, " because no identity-based policy allows the execute-api:Invoke action"},
		{"silent, deny", "", resource("Deny", `"*"`), nil, 403, " with an explicit deny"},
		{"deny, allow", `{"Effect":"Deny","Action":"*","Resource":"*"}`, resource("Allow", `"*"`), nil, 403, " with an explicit deny"},
		{"admitted, none", "", "", same, 200, ""},
		{"admitted, silent", "", resource("Allow", nobody), same, 200, ""},
		{"admitted, deny", "", resource("Deny", `"*"`), same, 403, " with an explicit deny"},
		{"other account, none", "", "", other, 200, ""},
		{"other account, allow", "", resource("Allow", `{"AWS":"arn:aws:iam::210987654321:role/Partner"}`), other, 200, ""},
		{"other account, its root", "", resource("Allow", `{"AWS":"210987654321"}`), other, 200, ""},
		{"other account, silent", "", resource("Allow", nobody), other, 403, " because no resource-based policy allows the execute-api:Invoke action"},
		{"other account, deny", "", resource("Deny", `"*"`), other, 403, " with an explicit deny"},
	} {
		t.Run(c.name, func(t *testing.T) {
			call := iamCall{keys: alice(t, c.identity), policy: c.policy, caller: c.caller, unsigned: c.caller != nil}
			got, _ := call.do(t)
			if got.status != c.want || !strings.HasSuffix(strings.TrimSuffix(got.body, `"}`), c.ending) {
				t.Errorf("%d %s, want %d and %q", got.status, got.body, c.want, c.ending)
			}
		})
	}
}

// Condition keys that only IAM callers have (REST data plane spec, 2.2).
func TestIAMConditionKeys(t *testing.T) {
	for condition, want := range map[string]int{
		`"StringEquals":{"aws:username":"alice"}`:                                  200,
		`"StringEquals":{"aws:userid":"AIDAEXAMPLE"}`:                              200,
		`"StringEquals":{"aws:PrincipalTag/team":"blue"}`:                          200,
		`"StringEquals":{"aws:PrincipalTag/Team":"red"}`:                           403,
		`"StringEquals":{"aws:PrincipalAccount":"123456789012"}`:                   200,
		`"StringEquals":{"aws:PrincipalType":"User"}`:                              200,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/*/a*"}`:     200,
		`"StringEquals":{"aws:PrincipalOrgID":"o-1"}`:                              403,
		`"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}`:                            200,
		`"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}`:                           403,
		`"Bool":{"aws:SecureTransport":"true"}`:                                    200,
		`"DateLessThan":{"aws:CurrentTime":"2020-03-04T19:15:18Z"}`:                200,
		`"Null":{"aws:TokenIssueTime":"true","aws:MultiFactorAuthPresent":"true"}`: 200,
	} {
		statement := `{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*","Condition":{` + condition + `}}`
		if got, _ := (iamCall{keys: alice(t, statement)}).do(t); got.status != want {
			t.Errorf("%s: %d, want %d", condition, got.status, want)
		}
	}
}

// The function is told who calls and gets the body that was read for its hash, but not what signed
// the request (REST data plane spec, 3.1 and 5.1).
func TestIAMCallerReachesTheFunction(t *testing.T) {
	l := returning(`{"statusCode":200}`)
	got, rec := iamCall{keys: alice(t, allow(anyMethod)), method: lambdaMethod("/pets/{id}", "ANY"), lambda: l}.do(t)
	if got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	var event struct {
		Headers        map[string]string
		Body           string
		RequestContext struct{ Identity map[string]any }
	}
	if err := json.Unmarshal(l.last.Payload, &event); err != nil {
		t.Fatal(err)
	}
	id := event.RequestContext.Identity
	if id["userArn"] != aliceARN || id["accessKey"] != aliceKey || id["accountId"] != "123456789012" || id["caller"] != "AIDAEXAMPLE" || id["user"] != "AIDAEXAMPLE" {
		t.Errorf("identity %v", id)
	}
	if _, there := event.Headers["Authorization"]; there || event.Body != "body" || event.Headers["X-Amz-Date"] == "" {
		t.Errorf("headers %v, body %q", event.Headers, event.Body)
	}
	if rec == nil {
		t.Fatal("no record")
	}
}

// A presigned address works like a signed header.
func TestIAMPresigned(t *testing.T) {
	p, s := fixture{methods: []snapshot.Method{iamMethod()}}.pipeline(t), fixture{methods: []snapshot.Method{iamMethod()}}.stage(t)
	p.c.Keys = alice(t, allow(anyMethod))
	r := httptest.NewRequest("GET", "http://"+testDomain+"/prod/pets/7?X-Amz-Expires="+strconv.Itoa(600), nil)
	uri, _, err := signer.NewSigner().PresignHTTP(t.Context(), aws.Credentials{AccessKeyID: aliceKey, SecretAccessKey: "secret"}, r,
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "execute-api", "us-east-1", testTime.Add(-9*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	p.Serve(w, httptest.NewRequest("GET", uri, nil), s, target("/pets/7"))
	if w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func iamMethod() snapshot.Method {
	m := mock("/pets/{id}", "GET")
	m.AuthorizationType = "AWS_IAM"
	return m
}

func BenchmarkIAM(b *testing.B) {
	f := fixture{methods: []snapshot.Method{iamMethod()}}
	p, s := f.pipeline(b), f.stage(b)
	p.c.Keys = alice(b, allow(anyMethod))
	r := benchmarkRequest("GET", "/prod/pets/7")
	if err := signer.NewSigner().SignHTTP(b.Context(), aws.Credentials{AccessKeyID: aliceKey, SecretAccessKey: "secret"}, r,
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "execute-api", "us-east-1", testTime); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		w := &discard{header: http.Header{}}
		p.Serve(w, r, s, target("/pets/7"))
	}
}
