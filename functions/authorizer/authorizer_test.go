package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

const (
	onREST = "a1b2c3d4e5/local/"
	onHTTP = "a1b2c3d4e5/$default/"
)

// JWT for every kind of event (REST data plane spec, 11.3; HTTP API spec, 12).
func TestTokens(t *testing.T) {
	i := newIssuer(t)
	good := sign(i.URL, `"sub":"minka","aud":"api","scope":"a b","cognito:groups":["x","y"]`)
	for _, c := range []struct {
		name, token, scopes string
		tokenEvent, request string
		simple              string
	}{
		{"good", good, "", "allow " + onREST + "*", "allow " + onREST + "*", "true"},
		{"missing scope", good, "c", "deny " + onREST + "GET/pets/7", "deny " + onREST + "GET/pets/7", "false"},
		{"one of the scopes", good, "c, b", "allow " + onREST + "*", "allow " + onREST + "*", "true"},
		{"another audience", sign(i.URL, `"aud":"other"`), "", "401", "401", "false"},
		{"another issuer", sign("https://example.com", `"aud":"api"`), "", "401", "401", "false"},
		{"no token", "", "", "401", "401", "false"},
		{"changed", good[:len(good)-8] + "AAAAAAAA", "", "401", "401", "false"},
	} {
		a := newAuthorizer(t, nil, map[string]string{"POSTERN_ISSUER": i.URL, "POSTERN_AUDIENCE": "web, api", "POSTERN_SCOPES": c.scopes})
		for event, want := range map[string]string{"token": c.tokenEvent, "request-1.0": c.request, "request-2.0": c.simple} {
			if got := outcome(t, a, sample(t, event, c.token)); got != want {
				t.Errorf("%s, %s: %s, want %s", c.name, event, got, want)
			}
		}
	}
}

func TestContext(t *testing.T) {
	i := newIssuer(t)
	token := sign(i.URL, `"sub":"minka","aud":"api","iat":1506285175,"cognito:groups":["x","y"],"n":7`)
	a := newAuthorizer(t, nil, map[string]string{"POSTERN_ISSUER": i.URL, "POSTERN_AUDIENCE": "api"})
	got, err := a.invoke(t.Context(), sample(t, "request-1.0", token))
	if err != nil {
		t.Fatal(err)
	}
	p := got.(*policyAnswer)
	if p.PrincipalID != "minka" || p.Context["cognito_groups"] != "x,y" || p.Context["n"] != "7" || p.Context["iat"] != "Sun Sep 24 20:32:55 UTC 2017" {
		t.Errorf("%+v", p)
	}
	got, err = a.invoke(t.Context(), sample(t, "request-2.0", token))
	if err != nil {
		t.Fatal(err)
	}
	if c := got.(*simpleAnswer).Context; c["cognito_groups"] != "[x y]" || c["iat"] != "1506285175" {
		t.Errorf("%+v", c)
	}
	// The form is what API Gateway expects, member by member.
	b, _ := json.Marshal(&policyAnswer{PrincipalID: "p", PolicyDocument: policyDocument{"2012-10-17", []statement{{"a", "Allow", "r"}}}})
	if string(b) != `{"principalId":"p","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"a","Effect":"Allow","Resource":"r"}]}}` {
		t.Errorf("%s", b)
	}
}

// HTTP APIs know no "Unauthorized"; without simple responses they read policies.
func TestPoliciesOfHTTPAPIs(t *testing.T) {
	i := newIssuer(t)
	a := newAuthorizer(t, nil, map[string]string{"POSTERN_ISSUER": i.URL, "POSTERN_AUDIENCE": "api", "POSTERN_SIMPLE_RESPONSES": "false"})
	good := sign(i.URL, `"aud":"api"`)
	for _, c := range []struct {
		event json.RawMessage
		want  string
	}{
		{sample(t, "request-2.0", good), "allow " + onHTTP + "*"},
		{sample(t, "request-2.0", ""), "deny " + onHTTP + "GET/pets/7"},
		{sample(t, "request-2.0", "", "$default/GET/pets/7", "$default/$default"), "deny " + onHTTP + "$default"},
		{sample(t, "request-1.0", "", `"type": "REQUEST"`, `"type": "REQUEST", "version": "1.0"`), "deny " + onREST + "GET/pets/7"},
	} {
		if got := outcome(t, a, c.event); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// A path with wildcards must not become a policy that allows others.
func TestWildcardsInPaths(t *testing.T) {
	a := newAuthorizer(t, nil, map[string]string{"POSTERN_POLICY": `{"Statement":{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"*"}}`})
	got := outcome(t, a, sample(t, "token", "", "GET/pets/7", "GET/*/${x}?"))
	if got != "allow "+onREST+"GET/${*}/${$}{x}${?}" {
		t.Error(got)
	}
}

func TestResourcePolicy(t *testing.T) {
	const from = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*:*:*/*/GET/pets/*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}]}`
	a := newAuthorizer(t, nil, map[string]string{"POSTERN_POLICY": from})
	for _, c := range []struct {
		event json.RawMessage
		want  string
	}{
		{sample(t, "request-1.0", ""), "allow " + onREST + "GET/pets/7"},
		{sample(t, "request-2.0", ""), "true"},
		{sample(t, "request-1.0", "", "203.0.113.7", "198.51.100.7"), "deny " + onREST + "GET/pets/7"},
		{sample(t, "request-2.0", "", "203.0.113.7", "198.51.100.7"), "false"},
		{sample(t, "request-1.0", "", "GET/pets/7", "POST/pets/7"), "deny " + onREST + "POST/pets/7"},
		{sample(t, "token", ""), "deny " + onREST + "GET/pets/7"}, // shows no address
	} {
		if got := outcome(t, a, c.event); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestDefinitions(t *testing.T) {
	i := newIssuer(t)
	const pool = "us-east-1_AbCdEfGhI"
	db := newTable(t)
	cognito := func(path, method string, scopes ...string) snapshot.Method {
		return snapshot.Method{ResourcePath: path, HTTPMethod: method, AuthorizationType: "COGNITO_USER_POOLS", AuthorizerID: "c", AuthorizationScopes: scopes}
	}
	api := snapshot.API{
		ID: "shop", Authorizers: map[string]snapshot.Authorizer{"c": {Type: "COGNITO_USER_POOLS", IdentitySource: "method.request.header.Authorization",
			ProviderARNs: []string{"arn:aws:cognito-idp:us-east-1:123456789012:userpool/" + pool}}},
		Policy: `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:us-east-1:123456789012:shop/prod/*"},
			{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:us-east-1:123456789012:shop/prod/*/closed"}]}`,
	}
	db.deploy(t, api,
		cognito("/pets/{id}", "GET"), cognito("/pets/{id}", "PUT", "pets.write"),
		snapshot.Method{ResourcePath: "/open", HTTPMethod: "GET", AuthorizationType: "NONE"},
		snapshot.Method{ResourcePath: "/closed", HTTPMethod: "GET", AuthorizationType: "NONE"},
		snapshot.Method{ResourcePath: "/keyed", HTTPMethod: "ANY", AuthorizationType: "NONE", APIKeyRequired: true},
		snapshot.Method{ResourcePath: "/signed", HTTPMethod: "GET", AuthorizationType: "AWS_IAM"},
	)
	db.putKey(keyValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	db.putPlan("p1", myPlan)
	a := newAuthorizer(t, db, map[string]string{"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": i.URL})
	const issuer = "https://cognito-idp.us-east-1.amazonaws.com/" + pool
	id := sign(issuer, `"sub":"u","aud":"client","token_use":"id"`)
	access := sign(issuer, `"sub":"u","client_id":"client","token_use":"access","scope":"pets.write"`)
	for _, c := range []struct{ name, request, token, want string }{
		{"ID token", "GET/pets/7", id, "allow " + onREST + "GET/pets/7"},
		{"access token without scopes", "GET/pets/7", access, "401"},
		{"access token", "PUT/pets/7", access, "allow " + onREST + "PUT/pets/7"},
		{"ID token where there are scopes", "PUT/pets/7", id, "401"},
		{"no token", "GET/pets/7", "", "401"},
		{"no authorization", "GET/open", "", "allow " + onREST + "GET/open"},
		{"denied by the resource policy", "GET/closed", "", "deny " + onREST + "GET/closed"},
		{"no such method", "DELETE/open", "", "deny " + onREST + "DELETE/open"},
		{"no key", "GET/keyed", "", "deny " + onREST + "GET/keyed"},
		{"signature", "GET/signed", "", "error: authorization type AWS_IAM of GET /signed cannot be decided by a Lambda authorizer: only NONE and COGNITO_USER_POOLS can"},
	} {
		event := sample(t, "request-1.0", c.token, "GET/pets/7", c.request, `"stageVariables": {}`, `"stageVariables": {"posternApi": "shop", "posternStage": "prod"}`)
		if got := outcome(t, a, event); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	keyed := json.RawMessage(strings.Replace(string(withKey(t, "request-2.0", keyValue)), `"pathParameters"`, `"stageVariables": {"posternApi": "shop", "posternStage": "prod"}, "pathParameters"`, 1))
	keyed = json.RawMessage(strings.Replace(string(keyed), "GET/pets/7", "POST/keyed", 1))
	if got := outcome(t, a, keyed); got != "true" {
		t.Errorf("with a key: %s", got)
	}
	if got := outcome(t, a, sample(t, "request-1.0", "")); !strings.HasPrefix(got, "error: the stage names no definition") {
		t.Error(got)
	}
	if got := outcome(t, a, sample(t, "request-1.0", "", `"stageVariables": {}`, `"stageVariables": {"posternApi": "gone"}`)); !strings.HasPrefix(got, "error: stage local of API gone") {
		t.Error(got)
	}
}

func TestBrokenEvents(t *testing.T) {
	a := newAuthorizer(t, nil, map[string]string{"POSTERN_ISSUER": "https://id.example.com", "POSTERN_AUDIENCE": "api"})
	for _, event := range []string{``, `null`, `[]`, `{}`, `{"type":"TOKEN"}`, `{"type":"TOKEN","methodArn":"arn:aws:lambda:a:b:c"}`, `{"type":"TOKEN","methodArn":"arn:aws:execute-api:r:1:api"}`,
		`{"type":"REQUEST","version":"3.0"}`, `{"type":"other"}`, `{"version":"2.0","routeKey":"$default"}`} {
		if got := outcome(t, a, json.RawMessage(event)); !strings.HasPrefix(got, "error: ") {
			t.Errorf("%s: %s", event, got)
		}
	}
}

func FuzzInvoke(f *testing.F) {
	a := newAuthorizer(f, nil, map[string]string{"POSTERN_ISSUER": "https://id.example.com", "POSTERN_AUDIENCE": "api"})
	for _, name := range []string{"token", "request-1.0", "request-2.0"} {
		f.Add([]byte(sample(f, name, "x.y.z")))
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		// No key can be fetched, so that nothing may be allowed.
		if got := outcome(t, a, event); got == "true" || strings.HasPrefix(got, "allow") {
			t.Errorf("%s: %s", event, got)
		}
	})
}
