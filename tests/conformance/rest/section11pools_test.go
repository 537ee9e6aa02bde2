package rest

import (
	"strings"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// tokenOf is a method of a user pool and a token.
func tokenOf(name, scheme, header string, w want, scopes ...any) guarded {
	return guarded{fact: fact{name: name, section: "11.4", api: "pools", in: says("in"), op: obj{"security": list{obj{scheme: append(list{}, scopes...)}}}, head: []string{"Authorization: " + header}, want: w}}
}

func section11pools() []guarded {
	expired := refused(401, "UnauthorizedException", "The incoming token has expired")
	past := claimsOf("id")["iat"].(int64) - 3600
	return []guarded{
		tokenOf("an ID token", "pool", issued("id"), body("in")),
		tokenOf("an ID token after Bearer", "pool", "Bearer "+issued("id"), body("in")),
		tokenOf("an access token without scopes", "pool", issued("access", "scope", "pets/read"), unauthorized),
		tokenOf("an access token with a scope", "pool", issued("access", "scope", "other pets/read"), body("in"), "pets/read", "pets/write"),
		tokenOf("an access token without the scope", "pool", issued("access", "scope", "pets/list"), unauthorized, "pets/read", "pets/write"),
		tokenOf("an access token with part of a scope", "pool", issued("access", "scope", "pets/readonly"), unauthorized, "pets/read"),
		tokenOf("an access token without any scope", "pool", issued("access"), unauthorized, "pets/read"),
		tokenOf("an ID token with scopes", "pool", issued("id", "scope", "pets/read"), unauthorized, "pets/read"),
		{fact: fact{name: "no token", section: "11.4", api: "pools", in: says("in"), op: needs("pool"), want: unauthorized}},
		tokenOf("an empty token", "pool", "", unauthorized),
		tokenOf("a token that is none", "pool", "abc", unauthorized),
		tokenOf("another pool", "pool", issued("id", "iss", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other"), unauthorized),
		tokenOf("another issuer", "pool", issued("id", "iss", "https://example.com/"+pool), unauthorized),
		tokenOf("another key", "pool", sealed(claimsOf("id"), foreignKey(), "one"), unauthorized),
		tokenOf("an unknown key identifier", "pool", sealed(claimsOf("id"), poolKey(), "two"), unauthorized),
		tokenOf("no signature", "pool", unsigned(issued("id")), unauthorized),
		tokenOf("changed claims", "pool", changed(issued("id")), unauthorized),
		tokenOf("an unknown use", "pool", issued("refresh"), unauthorized),
		tokenOf("an expired ID token", "pool", issued("id", "exp", past), expired),
		tokenOf("an expired access token", "pool", issued("access", "exp", past, "scope", "pets/read"), expired, "pets/read"),
		tokenOf("the keys cannot be had", "broken", issued("id", "iss", "https://cognito-idp.us-east-1.amazonaws.com/"+brokenPool), want{Status: 500, Body: harness.JSON(`{"message":null}`),
			Header: obj{"x-amzn-ErrorType": harness.AnyOf{"AuthorizerConfigurationException", "AuthorizerFailureException"}}}),
		tokenOf("the audience fits", "audience", issued("id"), body("in")),
		tokenOf("the audience does not fit", "other", issued("id"), unauthorized),
		tokenOf("an access token has no audience", "audience", issued("access", "scope", "pets/read"), unauthorized, "pets/read"),
		{fact: fact{name: "a claim in a template", section: "11.4", api: "pools", in: says("$context.authorizer.claims.sub $context.authorizer.claims.aud"), op: needs("pool"), head: []string{"Authorization: " + issued("id")}, want: body("7c1d client")}},
		{fact: fact{name: "the map of claims prints empty", section: "11.4", api: "pools", in: says("[$context.authorizer.claims]"), op: needs("pool"), head: []string{"Authorization: " + issued("id")}, want: body("[]")}},
		{fact: fact{name: "a claim in a mapping", section: "11.4", api: "pools", in: httpCustom(maps("header.X-Sub", "context.authorizer.claims.sub")), op: needs("pool"), do: "GET {}", head: []string{"Authorization: " + issued("id")}, want: ok, seen: got("X-Sub", "7c1d")}},
		{fact: fact{name: "the claims in the event", section: "11.4", api: "pools", in: lambdaProxy(), op: needs("pool"), head: []string{"Authorization: " + issued("id")}, fn: output{Payload: `{"statusCode":200}`}, want: ok,
			event: obj{"requestContext/authorizer/claims/sub": "7c1d", "requestContext/authorizer/claims/aud": "client", "requestContext/authorizer/claims/token_use": "id"}}},
		{fact: fact{name: "the time of a claim in the event", section: "11.4", tag: "unconfirmed", api: "pools", in: lambdaProxy(), op: needs("pool"), head: []string{"Authorization: " + issued("id", "iat", int64(1506293555))}, fn: output{Payload: `{"statusCode":200}`}, want: ok,
			event: obj{"requestContext/authorizer/claims/iat": "Sun Sep 24 22:52:35 UTC 2017"}}},
	}
}

// changed is a token with another subject under the same signature.
func changed(token string) string {
	parts := strings.Split(token, ".")
	other := strings.Split(issued("id", "sub", "other"), ".")
	return parts[0] + "." + other[1] + "." + parts[2]
}
