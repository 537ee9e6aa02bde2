package httpapi

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

const iam = "AWS_IAM"

// users are those of the facts of 13.
var users = []harness.User{
	{Name: "allowed", Sessions: true, Policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:us-east-1:123456789012:*/prod/*"}]}`},
	{Name: "narrow", Policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*:*:*/prod/GET/13-a-policy-for-the-real-path/7"}]}`},
	{Name: "denied", Policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"execute-api:Invoke","Resource":"*"}]}`},
	{Name: "nobody"},
	{Name: "inactive", Inactive: true, Policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`},
}

// signs signs as a user, in a way that change says.
func signs(user string, change ...func(*harness.Signature)) preparation {
	return func(ctx context.Context, r *harness.Request, p *harness.Place) error {
		s := harness.Signature{By: p.Credentials(user)}
		for _, c := range change {
			c(&s)
		}
		return p.Sign(ctx, r, s)
	}
}

func section13() []fact {
	f := func(name string, prepare preparation, w want) fact {
		return fact{name: name, section: "13", auth: iam, in: function(), prepare: prepare, want: w, noCall: w.Status != 200}
	}
	tag := func(f fact) fact { f.tag = "unconfirmed"; return f }
	then := func(p preparation, change func(*harness.Request)) preparation {
		return func(ctx context.Context, r *harness.Request, place *harness.Place) error {
			if err := p(ctx, r, place); err != nil {
				return err
			}
			change(r)
			return nil
		}
	}
	event := func(name string, in *sdk.CreateIntegrationInput, e obj) fact {
		one := f(name, signs("allowed"), ok)
		one.in, one.event, one.fn = in, e, reply
		return one
	}
	posted := f("a signed body", signs("allowed"), ok)
	posted.do, posted.body = "POST <>", "hello"
	changed := f("a body that was changed", then(signs("allowed"), func(r *harness.Request) { r.Body = "hullo" }), forbidden)
	changed.do, changed.body = "POST <>", "hello"
	path := f("a policy for the real path", signs("narrow"), ok)
	path.key, path.do = "GET <>/{id}", "GET <>/7"
	other := f("a policy for another path", signs("narrow"), forbidden)
	hidden := fact{name: "the signature does not reach the backend", section: "13", tag: "unconfirmed", auth: iam, in: backend(), prepare: signs("allowed"), want: ok, seen: got("Authorization", harness.Absent)}
	logged := fact{name: "the caller in a mapping", section: "13", auth: iam, in: backend(mapped("append:header.X-Arn", "$context.identity.userArn")), prepare: signs("allowed"), want: ok, seen: got("X-Arn", "arn:aws:iam::123456789012:user/allowed")}
	return []fact{
		f("a user who is allowed", signs("allowed"), ok),
		f("temporary credentials", signs("allowed session"), ok),
		tag(f("expired credentials", signs("allowed expired"), forbidden)),
		f("a signed query", signs("allowed", func(s *harness.Signature) { s.Query = true }), ok),
		tag(f("no signature", nil, forbidden)),
		tag(f("a signature for another service", signs("allowed", func(s *harness.Signature) { s.Service = "s3" }), forbidden)),
		tag(f("a signature for another region", signs("allowed", func(s *harness.Signature) { s.Region = "eu-west-1" }), forbidden)),
		tag(f("an old signature", signs("allowed", func(s *harness.Signature) { s.Ago = 10 * time.Minute }), forbidden)),
		tag(f("another secret", signs("allowed", func(s *harness.Signature) { s.By.SecretAccessKey = "x" }), forbidden)),
		tag(f("an unknown key", signs("allowed", func(s *harness.Signature) { s.By.AccessKeyID = "AKIAUNKNOWN" }), forbidden)),
		tag(f("an inactive key", signs("inactive"), forbidden)),
		tag(f("a user who is denied", signs("denied"), forbidden)),
		tag(f("a user without policies", signs("nobody"), forbidden)),
		tag(f("a path that was changed", then(signs("allowed"), func(r *harness.Request) { r.Target += "?a=1" }), forbidden)),
		posted, tag(changed), path, tag(other), hidden, logged,
		event("the caller in format 2.0", function(), obj{"requestContext/authorizer": harness.Keys{"iam"},
			"requestContext/authorizer/iam": harness.Keys{"accessKey", "accountId", "callerId", "cognitoIdentity", "principalOrgId", "userArn", "userId"}}),
		event("members of the caller in format 2.0", function(), obj{"requestContext/authorizer/iam/accountId": "123456789012", "requestContext/authorizer/iam/userArn": "arn:aws:iam::123456789012:user/allowed",
			"requestContext/authorizer/iam/cognitoIdentity": harness.Null, "requestContext/authorizer/iam/accessKey": harness.Match("AKIA.*")}),
		event("the caller in format 1.0", function1(), obj{"requestContext/identity/accountId": "123456789012", "requestContext/identity/userArn": "arn:aws:iam::123456789012:user/allowed",
			"requestContext/identity/accessKey": harness.Match("AKIA.*"), "requestContext/identity/caller": harness.Present, "requestContext/identity/user": harness.Present}),
	}
}
