package httpapi

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

func jwtAuthorizer(name, issuer, source string, audience ...string) sdk.CreateAuthorizerInput {
	return sdk.CreateAuthorizerInput{Name: &name, AuthorizerType: types.AuthorizerTypeJwt, IdentitySource: []string{source},
		JwtConfiguration: &types.JWTConfiguration{Issuer: &issuer, Audience: audience}}
}

// jwtAPI is the API of the facts of 11, whose tokens the issuers at an address make.
func jwtAPI(issuers string) api {
	const header = "$request.header.Authorization"
	return api{log: "jwt $context.requestId $context.path [$context.authorizer.error] [$context.authorizer.claims.sub] [$context.authorizer.principalId]", authorizers: []sdk.CreateAuthorizerInput{
		jwtAuthorizer("jwt", issuers+"/good", header, "other", "client"),
		jwtAuthorizer("query", issuers+"/good", "$request.querystring.token", "client"),
		jwtAuthorizer("nowhere", issuers+"/nowhere", header, "client"),
		jwtAuthorizer("no-keys", issuers+"/no-keys", header, "client"),
		jwtAuthorizer("long", issuers+"/long", header, "client"),
	}}
}

func section11(issuers string) []fact {
	good := issuers + "/good"
	token := func(changes ...any) string { return sealed(claimsOf(good, changes...), ownKey(), "RS256", "one") }
	bearer := func(t string) []string { return []string{"Authorization: Bearer " + t} }
	f := func(name string, w want, head ...string) fact {
		return fact{name: name, section: "11", in: function(), auth: "jwt", head: head, want: w, noCall: w.Status != 200}
	}
	passes := func(name string, changes ...any) fact { return f(name, ok, bearer(token(changes...))...) }
	sees := func(name string, event obj, changes ...any) fact {
		one := passes(name, changes...)
		one.event = event
		return one
	}
	invalid := func(description any) want {
		var challenge any = harness.Match(`Bearer scope="" error="invalid_token" error_description="[^"]+"`)
		if text, ok := description.(string); ok {
			challenge = `Bearer scope="" error="invalid_token" error_description="` + text + `"`
		}
		return with(unauthorized, "Www-Authenticate", challenge)
	}
	fails := func(name string, description any, changes ...any) fact {
		return f(name, invalid(description), bearer(token(changes...))...)
	}
	scoped := func(f fact, scopes ...string) fact { f.scopes = scopes; return f }
	old := func(f fact) fact {
		f.in, f.fn = function1(), reply
		return f
	}
	tag := func(tag string, f fact) fact { f.tag = tag; return f }
	auth := func(name string, f fact) fact { f.auth = name; return f }
	logs := func(line string, f fact) fact { f.log = []string{line}; return f }
	now := time.Now()
	out := []fact{
		passes("a good token"),
		f("a token without the prefix", ok, "Authorization: "+token()),
		tag("unconfirmed", f("the prefix in another case", ok, "Authorization: bEaReR "+token())),
		auth("query", fact{name: "a token in the query", section: "11", in: function(), do: "GET <>?token=" + token(), want: ok}),
		auth("query", f("no token in the query", with(unauthorized, "Www-Authenticate", "Bearer"))),
		f("no token", with(unauthorized, "Www-Authenticate", "Bearer")),
		f("an empty token", with(unauthorized, "Www-Authenticate", "Bearer"), "Authorization: "),
		logs("11-no-token-in-the-log [missing: token not provided]", f("no token in the log", unauthorized)),
		f("two segments", invalid("token contains an invalid number of segments"), bearer("a.b")...),
		f("one segment", invalid("token contains an invalid number of segments"), bearer("abc")...),
		logs("[invalid_token: token contains an invalid number of segments]", f("one segment in the log", unauthorized, bearer("abc")...)),
		f("segments that are no base64", invalid(nil), bearer("a!.b!.c!")...),
		f("the algorithm ES256", invalid("signing method ES256 is invalid"), bearer(sealed(claimsOf(good), ownKey(), "ES256", "one"))...),
		f("the algorithm HS256", invalid("signing method HS256 is invalid"), bearer(sealed(claimsOf(good), ownKey(), "HS256", "one"))...),
		f("no algorithm", invalid("signing method none is invalid"), bearer(sealed(claimsOf(good), ownKey(), "none", "one"))...),
		tag("unconfirmed", f("an unknown key", invalid(nil), bearer(sealed(claimsOf(good), ownKey(), "RS256", "two"))...)),
		tag("unconfirmed", f("a foreign signature", invalid(nil), bearer(sealed(claimsOf(good), foreignKey(), "RS256", "one"))...)),
		fails("another issuer", "issuer does not match", "iss", issuers+"/other"),
		fails("an issuer with a slash", "issuer does not match", "iss", good+"/"),
		fails("no issuer", "issuer does not match", "iss", nil),
		fails("another audience", "the token does not have a valid audience", "aud", "else"),
		fails("no audience", "the token does not have a valid audience", "aud", nil),
		passes("a list of audiences", "aud", list{"else", "client"}),
		passes("the second configured audience", "aud", "other"),
		passes("the client in place of an audience", "aud", nil, "client_id", "client"),
		fails("the client beside an audience does not count", "the token does not have a valid audience", "aud", "else", "client_id", "client"),
		tag("unconfirmed", fails("an expired token", harness.Present, "exp", now.Add(-time.Minute).Unix())),
		tag("unconfirmed", fails("a token of the future", harness.Present, "nbf", now.Add(10*time.Minute).Unix())),
		tag("unconfirmed", fails("a token issued in the future", harness.Present, "iat", now.Add(10*time.Minute).Unix())),
		passes("nbf in the past", "nbf", now.Add(-time.Minute).Unix()),
		passes("token_use does not count", "token_use", "id"),
		scoped(passes("a scope of the route", "scope", "a b c"), "x", "b"),
		scoped(passes("a scope as scp", "scp", "b"), "b"),
		scoped(passes("a scope in a list of scp", "scp", list{"a", "b"}), "b"),
		scoped(f("no scope of the route", forbidden, bearer(token("scope", "a"))...), "b"),
		scoped(f("no scopes at all", forbidden, bearer(token())...), "b"),
		tag("unconfirmed", scoped(f("the challenge for a scope", with(forbidden, "Www-Authenticate", harness.Contains(`error="insufficient_scope"`)), bearer(token("scope", "a"))...), "b")),
		auth("nowhere", f("no discovery document", invalid("OIDC discovery endpoint communication error"), bearer(sealed(claimsOf(issuers+"/nowhere"), ownKey(), "RS256", "one"))...)),
		auth("no-keys", f("no key set", invalid("JWKS communication error"), bearer(sealed(claimsOf(issuers+"/no-keys"), ownKey(), "RS256", "one"))...)),
		auth("long", f("a key set that is too long", invalid("JWKS communication error"), bearer(sealed(claimsOf(issuers+"/long"), ownKey(), "RS256", "one"))...)),
		sees("a claim", obj{"requestContext/authorizer/jwt/claims/sub": "7c1d"}),
		sees("members of the authorizer", obj{"requestContext/authorizer": harness.Keys{"jwt"}, "requestContext/authorizer/jwt": harness.Keys{"claims", "scopes"}}),
		sees("a number as a claim", obj{"requestContext/authorizer/jwt/claims/exp": harness.Match(`\d{10}`), "requestContext/authorizer/jwt/claims/n": "1.5"}, "n", 1.5),
		sees("a boolean as a claim", obj{"requestContext/authorizer/jwt/claims/b": "true"}, "b", true),
		sees("a list as a claim", obj{"requestContext/authorizer/jwt/claims/l": "[a b c]"}, "l", list{"a", "b", "c"}),
		sees("a list of one as a claim", obj{"requestContext/authorizer/jwt/claims/l": "[a]"}, "l", list{"a"}),
		sees("an object as a claim", obj{"requestContext/authorizer/jwt/claims/o": harness.JSON(`{"a":[1]}`)}, "o", obj{"a": list{1}}),
		sees("scopes of a route without any", obj{"requestContext/authorizer/jwt/scopes": harness.Null, "requestContext/authorizer/jwt/claims/scope": "a b"}, "scope", "a b"),
		scoped(sees("all scopes of the token", obj{"requestContext/authorizer/jwt/scopes": list{"a", "b"}, "requestContext/authorizer/jwt/claims/scope": "a b"}, "scope", "a b"), "b"),
		old(sees("claims in format 1.0", obj{"requestContext/authorizer/claims/sub": "7c1d", "requestContext/authorizer/scopes": harness.Null})),
		sees("the function sees the token", obj{"headers/authorization": harness.Match("Bearer .*")}),
		logs("11-claims-in-the-log [-] [7c1d]", passes("claims in the log")),
		{name: "a claim in a mapping", section: "11", auth: "jwt", head: bearer(token()), in: backend(mapped("append:header.X-Sub", "$context.authorizer.claims.sub")), want: ok, seen: got("X-Sub", "7c1d")},
	}
	for _, alg := range strings.Fields("RS384 RS512") {
		out = append(out, f("the algorithm "+alg, ok, bearer(sealed(claimsOf(good), ownKey(), alg, "one"))...))
	}
	return out
}

// lambdaAuthorizer is an authorizer of type REQUEST.
func lambdaAuthorizer(name, version string, simple bool, ttl int32, function string, sources ...string) sdk.CreateAuthorizerInput {
	return sdk.CreateAuthorizerInput{Name: &name, AuthorizerType: types.AuthorizerTypeRequest, AuthorizerUri: &function, AuthorizerPayloadFormatVersion: &version,
		EnableSimpleResponses: aws.Bool(simple), AuthorizerResultTtlInSeconds: &ttl, IdentitySource: append([]string{}, sources...)}
}
