package jwt

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAlgorithms(t *testing.T) {
	ids := []string{"p256", "p384", "p521", "rsa", "ed"}
	var keys []string
	for _, id := range ids {
		keys = append(keys, jwk(id))
	}
	i := newIssuer(t, keys...)
	c := newClock()
	for alg, id := range map[string]string{
		"RS256": "rsa", "RS384": "rsa", "RS512": "rsa", "PS256": "rsa", "PS384": "rsa", "PS512": "rsa",
		"ES256": "p256", "ES384": "p384", "ES512": "p521", "EdDSA": "ed",
	} {
		token := raw(id, alg, `{"alg":"`+alg+`","kid":"`+id+`","typ":"JWT"}`, i.claims())
		ring := NewKeyring(Options{AllowLoopback: true, Now: c.now})
		all := i.on(t, ring)
		got, err := all.Verify(t.Context(), token)
		if err != nil {
			t.Errorf("%s: %v", alg, err)
			continue
		}
		if got.Algorithm().String() != alg || got.KeyID() != id || got.Subject() != "user" || got.Issuer() != i.URL {
			t.Errorf("%s: %s %s %s %s", alg, got.Algorithm(), got.KeyID(), got.Subject(), got.Issuer())
		}
		// What one verifier has seen is no more to another that does not allow the algorithm.
		a, _ := ParseAlgorithm(alg)
		others := slices.DeleteFunc(everyAlgorithm(), func(b Algorithm) bool { return a == b })
		narrow := i.on(t, ring, func(c *Config) { c.Algorithms = others })
		if r := reason(t, narrow, token); r != BadAlgorithm {
			t.Errorf("%s where it is not allowed: %q", alg, r)
		}
	}
	// HTTP API spec, 11: RSA only.
	http := i.verifier(t, c, func(c *Config) { c.Algorithms = HTTPAlgorithms })
	_, err := http.Verify(t.Context(), raw("p256", "ES256", es256, i.claims()))
	var e *Error
	if !errors.As(err, &e) || e.Description != "signing method ES256 is invalid" {
		t.Error(err)
	}
}

func TestAcceptedClaims(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	v := i.verifier(t, c, func(c *Config) { c.Audiences = []string{"other", "api"} })
	for name, members := range map[string][]string{
		"plain":                           {},
		"a list of audiences":             {"aud", `["x","api"]`},
		"client_id in place of aud":       {"aud", "", "client_id", `"api"`},
		"a fraction in exp":               {"exp", "99999999999.5"},
		"an exponent in exp":              {"exp", "1e12"},
		"valid from now on":               {"nbf", "1756728000"},
		"issued now":                      {"iat", "1756728000"},
		"no iat":                          {"iat", ""},
		"a subject that is no string":     {"sub", "7"},
		"an escaped name":                 {"x", `"\u0061\ud83d\ude00"`},
		"scope of a type that nobody has": {"scope", "1"},
	} {
		if r := reason(t, v, raw("p256", "ES256", es256, i.claims(members...))); r != "" {
			t.Errorf("%s: %s", name, r)
		}
	}
	for _, typ := range []string{"JWT", "jwt", "at+jwt", "application/at+jwt", "Bearer"} {
		if r := reason(t, v, raw("p256", "ES256", `{"alg":"ES256","kid":"p256","typ":"`+typ+`"}`, i.claims())); r != "" {
			t.Errorf("typ %s: %s", typ, r)
		}
	}
}

func TestLeeway(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	v := i.verifier(t, c, func(c *Config) { c.Leeway = 10 * time.Second })
	for _, m := range []struct {
		claim, value string
		want         Reason
	}{
		{"exp", "1756727991", ""}, {"exp", "1756727990", Expired},
		{"nbf", "1756728010", ""}, {"nbf", "1756728011", NotYetValid},
		{"iat", "1756728010", ""}, {"iat", "1756728011", UsedTooEarly},
	} {
		if r := reason(t, v, raw("p256", "ES256", es256, i.claims(m.claim, m.value))); r != m.want {
			t.Errorf("%s %s: %q, want %q", m.claim, m.value, r, m.want)
		}
	}
}

// A token that was seen before is judged again by its times and by the audience of the verifier.
func TestSeenBefore(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	ring := NewKeyring(Options{AllowLoopback: true, Now: c.now})
	v := i.on(t, ring)
	token := raw("p256", "ES256", es256, i.claims("exp", "1756728060"))
	first, err := v.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := v.Verify(t.Context(), token); err != nil || again != first {
		t.Errorf("verified anew: %v", err)
	}
	if r := reason(t, i.on(t, ring, func(c *Config) { c.Audiences = []string{"other"} }), token); r != BadAudience {
		t.Errorf("for another audience: %q", r)
	}
	other := newIssuer(t, jwk("p256b", "kid", "p256"))
	if r := reason(t, i.on(t, ring, func(c *Config) { c.Issuers[0].JWKSURI = other.URL + "/jwks.json" }), token); r != BadSignature {
		t.Errorf("with the keys of somebody else: %q", r)
	}
	c.advance(time.Minute)
	if r := reason(t, v, token); r != Expired {
		t.Errorf("after its time: %q", r)
	}
}

func TestSeveralIssuers(t *testing.T) {
	one, two, c := newIssuer(t, jwk("p256")), newIssuer(t, jwk("rsa", "kid", "p256")), newClock()
	v := one.verifier(t, c, func(c *Config) { c.Issuers = append(c.Issuers, Issuer{Name: two.URL}) })
	rs := `{"alg":"RS256","kid":"p256"}`
	for name, m := range map[string]struct {
		token string
		want  Reason
	}{
		"the first":                       {raw("p256", "ES256", es256, one.claims()), ""},
		"the second":                      {raw("rsa", "RS256", rs, two.claims()), ""},
		"the first, by the second's key":  {raw("rsa", "RS256", rs, one.claims()), UnknownKey},
		"the second, by the first's key":  {raw("p256", "ES256", es256, two.claims()), UnknownKey},
		"a third, by a key of the second": {raw("rsa", "RS256", rs, one.claims("iss", `"https://x"`)), BadIssuer},
	} {
		if r := reason(t, v, m.token); r != m.want {
			t.Errorf("%s: %q, want %q", name, r, m.want)
		}
	}
}

func TestKeyIDOptional(t *testing.T) {
	i, c := newIssuer(t, jwk("p256"), jwk("rsa"), jwk("rsa2")), newClock()
	ring := NewKeyring(Options{AllowLoopback: true, Now: c.now})
	lax, strict := i.on(t, ring, func(c *Config) { c.KeyIDOptional = true }), i.on(t, ring)
	only := raw("p256", "ES256", `{"alg":"ES256"}`, i.claims())
	if r := reason(t, lax, only); r != "" {
		t.Errorf("the only key of its kind: %s", r)
	}
	if r := reason(t, strict, only); r != UnknownKey {
		t.Errorf("seen before by a laxer verifier: %q", r)
	}
	if r := reason(t, lax, raw("rsa", "RS256", `{"alg":"RS256"}`, i.claims())); r != UnknownKey {
		t.Errorf("one of two keys: %q", r)
	}
}

func TestScopes(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	v := i.verifier(t, c)
	for name, m := range map[string]struct {
		claim, value string
		want         []string
	}{
		"words":          {"scope", `"pets.read  pets.write"`, []string{"pets.read", "pets.write"}},
		"a list in scp":  {"scp", `["a","b c"]`, []string{"a", "b c"}},
		"words in scp":   {"scp", `"a b"`, []string{"a", "b"}},
		"nothing":        {"x", "1", nil},
		"empty":          {"scope", `""`, nil},
		"a list":         {"scope", `["a"]`, nil},
		"numbers in scp": {"scp", `[1]`, nil},
	} {
		got, err := v.Verify(t.Context(), raw("p256", "ES256", es256, i.claims(m.claim, m.value)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m.want, got.Scopes()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if err := got.CheckScopes(nil); err != nil {
			t.Errorf("%s: no scope is asked for: %v", name, err)
		}
		err = got.CheckScopes([]string{"zzz", "b"})
		if want := slices.Contains(m.want, "b"); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// HTTP API spec, 4 and 11.
func TestChallenges(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	v := i.verifier(t, c)
	gone := newIssuer(t)
	gone.set(func() { gone.status = 500 })
	half := newIssuer(t)
	half.set(func() { half.keys = "" })
	for name, m := range map[string]struct {
		v                *Verifier
		token            string
		challenge, inLog string
	}{
		"missing":   {v, "", "Bearer", "missing: token not provided"},
		"segments":  {v, "abc", `Bearer scope="" error="invalid_token" error_description="token contains an invalid number of segments"`, "invalid_token: token contains an invalid number of segments"},
		"issuer":    {v, raw("p256", "ES256", es256, i.claims("iss", `"https://x"`)), `Bearer scope="" error="invalid_token" error_description="issuer does not match"`, "invalid_token: issuer does not match"},
		"audience":  {v, raw("p256", "ES256", es256, i.claims("aud", `"x"`)), `Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"`, "invalid_token: the token does not have a valid audience"},
		"discovery": {gone.verifier(t, c), raw("p256", "ES256", es256, gone.claims()), `Bearer scope="" error="invalid_token" error_description="OIDC discovery endpoint communication error"`, "invalid_token: OIDC discovery endpoint communication error"},
		"keys":      {half.verifier(t, c), raw("p256", "ES256", es256, half.claims()), `Bearer scope="" error="invalid_token" error_description="JWKS communication error"`, "invalid_token: JWKS communication error"},
		"quotes":    {v, raw("p256", "ES256", `{"alg":"\"\r\nX: y\\\u00e9","kid":"p256"}`, i.claims()), `Bearer scope="" error="invalid_token" error_description="signing method ???X: y?? is invalid"`, "invalid_token: signing method ???X: y?? is invalid"},
	} {
		_, err := m.v.Verify(t.Context(), m.token)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if e.Challenge() != m.challenge || e.LogText() != m.inLog || e.HTTPStatus() != 401 {
			t.Errorf("%s: %d %s\n%s", name, e.HTTPStatus(), e.Challenge(), e.LogText())
		}
		if want := name == "discovery" || name == "keys"; e.Dependency() != want {
			t.Errorf("%s: dependency %v", name, e.Dependency())
		}
	}
	e := &Error{Reason: MissingScope, Scopes: []string{"a", "b"}}
	if e.HTTPStatus() != 403 || e.Challenge() != `Bearer scope="a b" error="insufficient_scope"` {
		t.Errorf("%d %s", e.HTTPStatus(), e.Challenge())
	}
}

// HTTP API spec, 5; REST data plane spec, 5.1.
func TestPrintedClaims(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	got, err := i.verifier(t, c).Verify(t.Context(), raw("p256", "ES256", es256, `{"iss":"`+i.URL+`","aud":"api","exp":1787996002,"iat":1506285175,"auth_time":1506285175,`+
		`"email_verified":true,"cognito:groups":["a","b c"],"one":["a"],"none":[],"null":null,"n":1.50,"address":{"street": "x", "no": [1, 2]},"mixed":[1,true,{"a": 1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	same := map[string]string{"iss": i.URL, "aud": "api", "auth_time": "1506285175", "email_verified": "true", "n": "1.50", "address": `{"street":"x","no":[1,2]}`}
	http := map[string]string{"exp": "1787996002", "iat": "1506285175", "cognito:groups": "[a b c]", "one": "[a]", "none": "[]", "mixed": `[1 true {"a":1}]`}
	rest := map[string]string{"exp": "Sat Aug 29 09:33:22 UTC 2026", "iat": "Sun Sep 24 20:32:55 UTC 2017", "cognito:groups": "a,b c", "one": "a", "none": "", "mixed": `1,true,{"a":1}`}
	for k, v := range same {
		http[k], rest[k] = v, v
	}
	if diff := cmp.Diff(http, got.HTTPClaims()); diff != "" {
		t.Errorf("HTTP APIs: %s", diff)
	}
	if diff := cmp.Diff(rest, got.RESTClaims()); diff != "" {
		t.Errorf("REST APIs: %s", diff)
	}
	var names []string
	for name := range got.Claims() {
		names = append(names, name)
	}
	if s := strings.Join(names, " "); !strings.HasPrefix(s, "iss aud exp iat auth_time email_verified cognito:groups") {
		t.Errorf("out of order: %s", s)
	}
}

func TestTokenFromHeader(t *testing.T) {
	for value, want := range map[string]string{
		"": "", "abc": "abc", "Bearer abc": "abc", "bearer abc": "abc", "BEARER   abc ": "abc", "Bearer": "Bearer", "Bearer ": "Bearer", "Basic abc": "Basic abc",
	} {
		if got := TokenFromHeader(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

const poolARN = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI"

func TestUserPools(t *testing.T) {
	i, c := newIssuer(t, jwk("rsa"), jwk("p256")), newClock()
	v, err := NewKeyring(Options{UserPoolEndpoint: i.URL + "/", Now: c.now}).UserPools([]string{poolARN})
	if err != nil {
		t.Fatal(err)
	}
	rs := `{"alg":"RS256","kid":"rsa"}`
	for name, m := range map[string]struct {
		token string
		want  Reason
	}{
		"as Cognito names it":      {raw("rsa", "RS256", rs, i.claims("iss", `"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"`)), ""},
		"as the endpoint names it": {raw("rsa", "RS256", rs, i.claims("iss", `"`+i.URL+`/us-east-1_AbCdEfGhI"`)), ""},
		"another pool":             {raw("rsa", "RS256", rs, i.claims("iss", `"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Zzzzzzzzz"`)), BadIssuer},
		"another algorithm":        {raw("p256", "ES256", es256, i.claims("iss", `"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"`)), BadAlgorithm},
	} {
		if r := reason(t, v, m.token); r != m.want {
			t.Errorf("%s: %q, want %q", name, r, m.want)
		}
	}
	if n := i.discoveries.Load(); n != 0 {
		t.Errorf("%d discoveries: a pool's keys have a known address", n)
	}
	for _, arns := range [][]string{nil, {""}, {"pool"}, {poolARN, "x"}, {"arn:aws:cognito-idp:evil.example.com/:1:userpool/x_y"}, {"arn:aws:cognito-idp:us-east-1:1:userpool/../x_y"}} {
		if _, err := NewKeyring(Options{}).UserPools(arns); err == nil {
			t.Errorf("%q are taken for user pools", arns)
		}
	}
}
