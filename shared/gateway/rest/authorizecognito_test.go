package rest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/snapshot"
)

const (
	poolID     = "us-east-1_AbCdEfGhI"
	poolARN    = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/" + poolID
	poolIssuer = "https://cognito-idp.us-east-1.amazonaws.com/" + poolID
)

var poolKey = sync.OnceValue(func() *rsa.PrivateKey { k, _ := rsa.GenerateKey(rand.Reader, 2048); return k })

// userPool is a pool whose tokens are good at testTime.
type userPool struct {
	*httptest.Server
	fails bool
}

func newUserPool(t testing.TB) *userPool {
	p := &userPool{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.fails || r.URL.Path != "/"+poolID+"/.well-known/jwks.json" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = fmt.Fprintf(w, `{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"k","e":"AQAB","n":%q}]}`, base64.RawURLEncoding.EncodeToString(poolKey().N.Bytes()))
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *userPool) keyring() *jwt.Keyring {
	return jwt.NewKeyring(jwt.Options{UserPoolEndpoint: p.URL, Now: func() time.Time { return testTime }})
}

// poolToken signs claims, which get issuer and times unless they say otherwise.
func poolToken(claims string) string {
	all := claims
	for _, c := range []struct{ name, value string }{{"iss", `"` + poolIssuer + `"`}, {"exp", "1583352917"}, {"iat", "1506285175"}} {
		if !strings.Contains(claims, `"`+c.name+`"`) {
			all += `,"` + c.name + `":` + c.value
		}
	}
	b := base64.RawURLEncoding
	signed := b.EncodeToString([]byte(`{"alg":"RS256","kid":"k"}`)) + "." + b.EncodeToString([]byte("{"+all+"}"))
	sum := sha256.Sum256([]byte(signed))
	s, _ := rsa.SignPKCS1v15(nil, poolKey(), crypto.SHA256, sum[:])
	return signed + "." + b.EncodeToString(s)
}

const (
	idClaims     = `"sub":"u1","aud":"client1","token_use":"id","email_verified":true,"cognito:groups":["a","b"],"auth_time":1506285175`
	accessClaims = `"sub":"u1","client_id":"client1","token_use":"access","scope":"pets.read openid"`
)

// REST data plane spec, 11.4.
func TestCognito(t *testing.T) {
	pool := newUserPool(t)
	const unauthorized, expired = `{"message":"Unauthorized"}`, `{"message":"The incoming token has expired"}`
	id, access := poolToken(idClaims), poolToken(accessClaims)
	for _, c := range []struct {
		name       string
		scopes     []string
		expression string
		header     string
		status     int
		body       string
	}{
		{"ID token", nil, "", id, 200, "/a GET"},
		{"ID token with Bearer", nil, "", "Bearer " + id, 200, "/a GET"},
		{"access token without scopes", nil, "", access, 401, unauthorized},
		{"access token with a scope of the method", []string{"pets.write", "pets.read"}, "", access, 200, "/a GET"},
		{"access token without the scope", []string{"pets.write"}, "", access, 401, unauthorized},
		{"scopes are whole words", []string{"pets"}, "", access, 401, unauthorized},
		{"ID token where there are scopes", []string{"pets.read"}, "", id, 401, unauthorized},
		{"ID token with a scope", []string{"pets.read"}, "", poolToken(idClaims + `,"scope":"pets.read"`), 401, unauthorized},
		{"token of no use", nil, "", poolToken(`"sub":"u1","aud":"client1"`), 401, unauthorized},
		{"no header", nil, "", "", 401, unauthorized},
		{"no token", nil, "", "hello", 401, unauthorized},
		{"changed", nil, "", id[:len(id)-8] + "AAAAAAAA", 401, unauthorized},
		{"another pool", nil, "", poolToken(idClaims + `,"iss":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Zzzzzzzzz"`), 401, unauthorized},
		{"expired", nil, "", poolToken(idClaims + `,"exp":1583349317`), 401, expired},
		{"not yet valid", nil, "", poolToken(idClaims + `,"nbf":1583349318`), 401, unauthorized},
		{"audience matches", nil, "client[0-9]", id, 200, "/a GET"},
		{"audience matches in part", nil, "client", id, 401, unauthorized},
		{"an access token has no audience", []string{"pets.read"}, ".*", access, 401, unauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			var rec *Record
			f := cognitoFixture(poolARN, c.expression, c.scopes)
			f.observe = func(r *Record) { rec = r }
			h := f.cognitoHandler(t, pool.keyring())
			r := httptest.NewRequest("GET", "http://"+testDomain+"/a", nil)
			if c.header != "" {
				r.Header.Set("Authorization", c.header)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, c.status, c.body)
			}
			if c.status == 401 && (exact(w.Header(), "x-amzn-ErrorType") != "UnauthorizedException" || rec.ResponseType != Unauthorized || rec.Reason == "") {
				t.Errorf("%v, %s: %s", w.Header(), rec.ResponseType, rec.Reason)
			}
		})
	}
}

// Pools that do not exist, and keys that cannot be read, are the operator's fault.
func TestCognitoMisconfigured(t *testing.T) {
	pool, broken := newUserPool(t), newUserPool(t)
	broken.fails = true
	for name, c := range map[string]struct {
		arn, expression string
		pools           UserPools
		id              string
	}{
		"keys unreachable":        {poolARN, "", broken.keyring(), "auth1"},
		"no pool":                 {"pool", "", pool.keyring(), "auth1"},
		"nothing configured":      {poolARN, "", nil, "auth1"},
		"a broken expression":     {poolARN, "(", pool.keyring(), "auth1"},
		"the authorizer is gone":  {poolARN, "", pool.keyring(), "other"},
		"a variable not in stage": {"${stageVariables.none}", "", pool.keyring(), "auth1"},
	} {
		var rec *Record
		f := cognitoFixture(c.arn, c.expression, nil)
		f.methods[0].AuthorizerID = c.id
		f.observe = func(r *Record) { rec = r }
		r := httptest.NewRequest("GET", "http://"+testDomain+"/a", nil)
		r.Header.Set("Authorization", poolToken(idClaims))
		w := httptest.NewRecorder()
		f.cognitoHandler(t, c.pools).ServeHTTP(w, r)
		if w.Code != 500 || w.Body.String() != `{"message":null}` || rec.ResponseType != AuthorizerConfigurationError || exact(w.Header(), "x-amzn-ErrorType") != "AuthorizerConfigurationException" {
			t.Errorf("%s: %d %s, %s: %s", name, w.Code, w.Body, rec.ResponseType, rec.Reason)
		}
	}
}

// Claims are shown as strings (REST data plane spec, 5.1).
func TestCognitoClaims(t *testing.T) {
	pool := newUserPool(t)
	f := cognitoFixture("${stageVariables.pool}", "", nil)
	f.vars = map[string]string{"pool": poolARN}
	f.api.Authorizers["auth1"] = snapshot.Authorizer{Type: "COGNITO_USER_POOLS", IdentitySource: "method.request.header.X-Token", ProviderARNs: []string{"${stageVariables.pool}"}}
	p := f.pipeline(t)
	p.c.UserPools = pool.keyring()
	r := httptest.NewRequest("GET", "http://"+testDomain+"/a", nil)
	r.Header.Set("X-Token", poolToken(idClaims))
	inv := &Invocation{Stage: f.stage(t), Target: target("/a"), Request: r, pipeline: p, writer: httptest.NewRecorder()}
	if err := inv.run(); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"sub": "u1", "aud": "client1", "token_use": "id", "email_verified": "true", "cognito:groups": "a,b", "auth_time": "1506285175",
		"iss": poolIssuer, "exp": "Wed Mar 04 20:15:17 UTC 2020", "iat": "Sun Sep 24 20:32:55 UTC 2017",
	}
	if diff := cmp.Diff(want, inv.Authorization.Claims); diff != "" {
		t.Error(diff)
	}
	if z := inv.Authorization; !z.Called || z.Status != 200 {
		t.Errorf("%+v", z)
	}
}

func cognitoFixture(arn, expression string, scopes []string) fixture {
	m := mock("/a", "GET")
	m.AuthorizationType, m.AuthorizerID, m.AuthorizationScopes = "COGNITO_USER_POOLS", "auth1", scopes
	return fixture{methods: []snapshot.Method{m}, api: snapshot.API{Authorizers: map[string]snapshot.Authorizer{
		"auth1": {Type: "COGNITO_USER_POOLS", IdentitySource: "method.request.header.Authorization", ValidationExpression: expression, ProviderARNs: []string{arn}},
	}}}
}

func (f fixture) cognitoHandler(t testing.TB, pools UserPools) http.Handler {
	p, s := f.pipeline(t), f.stage(t)
	p.c.UserPools = pools
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.Serve(w, r, s, target(r.URL.EscapedPath())) })
}
