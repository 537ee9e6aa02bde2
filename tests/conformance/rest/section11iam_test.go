package rest

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// signed is a case of AWS_IAM.
func signed(name string, how preparation, w want) guarded {
	return guarded{fact: fact{name: name, section: "11.5", api: "iam", in: says("in"), op: needs("iam"), want: w}, prepare: how}
}

// otherwise signs as the user allowed, in another way.
func otherwise(change func(*harness.Signature)) preparation {
	return func(ctx context.Context, r *harness.Request, p *harness.Place) error {
		s := harness.Signature{By: p.Credentials("allowed")}
		change(&s)
		return p.Sign(ctx, r, s)
	}
}

// after signs as the user allowed and changes the request after that.
func after(change func(*harness.Request)) preparation {
	return func(ctx context.Context, r *harness.Request, p *harness.Place) error {
		if err := by("allowed")(ctx, r, p); err != nil {
			return err
		}
		change(r)
		return nil
	}
}

func refusedSigning(errorType string, message any) want {
	return want{Status: 403, Header: obj{"x-amzn-ErrorType": errorType}, Body: message}
}

// messageLike is a body whose message begins with a text.
func messageLike(start string) any {
	return harness.Match(`\{"message":"` + start + `.*"\}`)
}

const mismatched = `The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key and signing method\. Consult the service documentation for details\.`

func wrongSignature() want {
	return refusedSigning("InvalidSignatureException", messageLike(mismatched))
}

func jsonMessage(text string) any { return refused(0, "", text).Body }

func section11iam() []guarded {
	unsignedCase := func(name string, w want, lines ...string) guarded {
		g := signed(name, nil, w)
		g.head = lines
		return g
	}
	invalidToken := refusedSigning("UnrecognizedClientException", jsonMessage("The security token included in the request is invalid."))
	invalidToken.Header["x-amzn-ErrorType"] = harness.AnyOf{"UnrecognizedClientException", "AccessDeniedException"}
	post := func(g guarded, head ...string) guarded {
		g.do, g.body, g.head = "POST {}", `{"a":1}`, head
		g.op = needs("iam")
		return g
	}
	const (
		algorithm  = "AWS4-HMAC-SHA256"
		credential = "Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/execute-api/aws4_request"
		needsSig   = "Authorization header requires 'Signature' parameter."
		needsCred  = "Authorization header requires 'Credential' parameter."
		needsHead  = "Authorization header requires 'SignedHeaders' parameter."
		needsDate  = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
	)
	incomplete := func(parts ...string) want {
		return refusedSigning("IncompleteSignatureException", jsonMessage(strings.Join(parts, " ")))
	}
	return append([]guarded{
		signed("a signed request", by("allowed"), body("in")),
		signed("no Authorization", nil, noToken),
		unsignedCase("no key and value", refusedSigning("IncompleteSignatureException", harness.AnyOf{
			jsonMessage("'abc' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer abc'."),
			messageLike(`Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed with SHA-256 and encoded with Base64\): '[A-Za-z0-9+/=]+'\.`)}), "Authorization: Bearer abc"),
		unsignedCase("no signature and no signed headers", incomplete(needsSig, needsHead, "Authorization="+algorithm+" "+credential), "Authorization: "+algorithm+" "+credential, "X-Amz-Date: 20260101T000000Z"),
		unsignedCase("no credential", incomplete(needsCred, "Authorization="+algorithm+" Signature=ab, SignedHeaders=host"), "Authorization: "+algorithm+" Signature=ab, SignedHeaders=host", "X-Amz-Date: 20260101T000000Z"),
		unsignedCase("no date", incomplete(needsDate, "Authorization="+algorithm+" "+credential+", SignedHeaders=host, Signature=ab"), "Authorization: "+algorithm+" "+credential+", SignedHeaders=host, Signature=ab"),
		unsignedCase("nothing but a pair", incomplete(needsCred, needsSig, needsHead, needsDate, "Authorization="+algorithm+" a=b"), "Authorization: "+algorithm+" a=b"),
		signed("an unknown access key", otherwise(func(s *harness.Signature) {
			s.By = aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "x"}
		}), invalidToken),
		signed("an inactive access key", by("inactive"), invalidToken),
		signed("a session", by("allowed session"), body("in")),
		signed("a session without its token", func(ctx context.Context, r *harness.Request, p *harness.Place) error {
			c := p.Credentials("allowed session")
			c.SessionToken = ""
			return p.Sign(ctx, r, harness.Signature{By: c})
		}, invalidToken),
		signed("an expired session", by("allowed expired"), refusedSigning("ExpiredTokenException", jsonMessage("The security token included in the request is expired"))),
		signed("another secret", otherwise(func(s *harness.Signature) { s.By.SecretAccessKey = "x" }), wrongSignature()),
		signed("another path", after(func(r *harness.Request) { r.Target += "/" }), wrongSignature()),
		signed("another query", after(func(r *harness.Request) { r.Target += "?a=1" }), wrongSignature()),
		signed("another signature", after(func(r *harness.Request) {
			r.Header[0] = strings.Replace(r.Header[0], "Signature=", "Signature=0", 1)
		}), wrongSignature()),
		signed("a signed header that changed", func(ctx context.Context, r *harness.Request, p *harness.Place) error {
			r.Header = []string{"X-Amz-Meta-A: 1"}
			if err := by("allowed")(ctx, r, p); err != nil {
				return err
			}
			r.Header[0] = "X-Amz-Meta-A: 2"
			return nil
		}, wrongSignature()),
		signed("signed too long ago", otherwise(func(s *harness.Signature) { s.Ago = 10 * time.Minute }),
			refusedSigning("InvalidSignatureException", messageLike(`Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)`))),
		signed("signed four minutes ago", otherwise(func(s *harness.Signature) { s.Ago = 4 * time.Minute }), body("in")),
		signed("signed in the future", otherwise(func(s *harness.Signature) { s.Ago = -10 * time.Minute }), refusedSigning("InvalidSignatureException", messageLike("Signature not yet current"))),
		signed("another Region", otherwise(func(s *harness.Signature) { s.Region = "eu-west-1" }), refusedSigning("InvalidSignatureException", messageLike(`Credential should be scoped to a valid region`))),
		signed("another service", otherwise(func(s *harness.Signature) { s.Service = "s3" }), refusedSigning("InvalidSignatureException", messageLike(`Credential should be scoped to correct service: 'execute-api'\.`))),
		signed("no permission", by("silent"), userRefused(userARN(harness.Account, "silent"), "GET", " because no identity-based policy allows the execute-api:Invoke action")),
		signed("an explicit deny", by("denied"), userRefused(userARN(harness.Account, "denied"), "GET", " with an explicit deny.*")),
		signed("permission for a reader of this", by("reader"), body("in")),
		signed("a reader of something else", by("reader"), userRefused(userARN(harness.Account, "reader"), "GET", " because no identity-based policy allows the execute-api:Invoke action")),
		post(signed("a reader of this with another method", by("reader"), userRefused(userARN(harness.Account, "reader"), "POST", ".*"))),
		signed("another account without a resource policy", by("foreign-allowed"), body("in")),
		signed("a signed query", otherwise(func(s *harness.Signature) { s.Query = true }), body("in")),
		signed("a query signed with a session", func(ctx context.Context, r *harness.Request, p *harness.Place) error {
			return p.Sign(ctx, r, harness.Signature{By: p.Credentials("allowed session"), Query: true})
		}, body("in")),
		signed("a signed query that expired", otherwise(func(s *harness.Signature) { s.Query, s.Ago = true, 2*time.Minute }), refusedSigning("InvalidSignatureException", messageLike("Signature expired: "))),
		signed("a signed query that changed", func(ctx context.Context, r *harness.Request, p *harness.Place) error {
			err := p.Sign(ctx, r, harness.Signature{By: p.Credentials("allowed"), Query: true})
			r.Target += "&a=1"
			return err
		}, wrongSignature()),
		post(signed("a signed body", by("allowed"), body("in")), "Content-Type: application/json"),
		post(signed("another body", after(func(r *harness.Request) { r.Body = `{"a":2}` }), wrongSignature()), "Content-Type: application/json"),
		post(signed("a body that is not signed", otherwise(func(s *harness.Signature) { s.Payload = "UNSIGNED-PAYLOAD" }), body("in")), "Content-Type: application/json"),
		{fact: fact{name: "a caller that a function URL verified", section: "11.5", api: "iam", in: says("$context.identity.userArn"), op: needs("iam"), want: body(userARN(harness.Account, "dev"))},
			caller: obj{"accessKey": "AKIAIOSFODNN7EXAMPLE", "accountId": harness.Account, "callerId": "AIDAEXAMPLE", "userArn": userARN(harness.Account, "dev"), "userId": "AIDAEXAMPLE"}, proxyOnly: "only a function URL verifies callers"},
		{fact: fact{name: "who calls in a template", section: "11.5", api: "iam", in: says("$context.identity.accountId $context.identity.userArn"), op: needs("iam"), want: body(harness.Account + " " + userARN(harness.Account, "allowed"))}, prepare: by("allowed")},
		{fact: fact{name: "who calls in the event", section: "11.5", api: "iam", in: lambdaProxy(), op: needs("iam"), fn: output{Payload: `{"statusCode":200}`}, want: ok,
			event: obj{"requestContext/identity/userArn": userARN(harness.Account, "allowed"), "requestContext/identity/accountId": harness.Account, "requestContext/identity/accessKey": harness.Present, "requestContext/identity/caller": harness.Present, "requestContext/identity/user": harness.Present}}, prepare: by("allowed")},
	}, responseTypes()...)
}

// responseTypes are the gateway response types of refusals, which the API "types" answers.
func responseTypes() []guarded {
	kind := func(status int, name, scheme string, how preparation, head ...string) guarded {
		return guarded{fact: fact{name: "type " + name, section: "11.5", api: "types", in: says("in"), op: needs(scheme), head: head, want: want{Status: status, Body: name}}, prepare: how}
	}
	metered := func(g guarded, p plan, settings []string) guarded {
		p.keys, g.head = []key{{name: g.name}}, withKey(g.name)
		g.plans, g.settings = []plan{p}, settings
		if p.quota > 0 {
			g.before = []guarded{{fact: fact{head: g.head, want: ok}}}
		}
		return g
	}
	named := func(g guarded, name string) guarded { g.name = name; return g }
	broken := kind(500, "AUTHORIZER_CONFIGURATION_ERROR", "token", nil, tokenHead...)
	broken.authorizer = output{Payload: "null"}
	return []guarded{
		kind(403, "MISSING_AUTHENTICATION_TOKEN", "iam", nil),
		named(kind(403, "DEFAULT_4XX", "iam", nil, "Authorization: Bearer abc"), "type of no key and value"),
		named(kind(403, "DEFAULT_4XX", "iam", nil, "Authorization: AWS4-HMAC-SHA256 a=b"), "type of missing parts"),
		named(kind(403, "DEFAULT_4XX", "iam", by("inactive")), "type of an unknown access key"),
		kind(403, "INVALID_SIGNATURE", "iam", after(func(r *harness.Request) { r.Target += "?a=1" })),
		named(kind(403, "INVALID_SIGNATURE", "iam", otherwise(func(s *harness.Signature) { s.Ago = 10 * time.Minute })), "type of clock skew"),
		named(kind(403, "INVALID_SIGNATURE", "iam", otherwise(func(s *harness.Signature) { s.Service = "s3" })), "type of a wrong scope"),
		kind(403, "EXPIRED_TOKEN", "iam", by("allowed expired")),
		kind(403, "ACCESS_DENIED", "iam", by("silent")),
		kind(401, "UNAUTHORIZED", "token", nil),
		named(kind(401, "UNAUTHORIZED", "pool", nil, "Authorization: "+issued("id", "exp", int64(1600000000))), "type of an expired token"),
		broken,
		kind(403, "INVALID_API_KEY", "key", nil),
		metered(kind(429, "QUOTA_EXCEEDED", "key", nil), plan{quota: 1}, nil),
		metered(kind(429, "THROTTLED", "key", nil), plan{}, blocked),
	}
}
