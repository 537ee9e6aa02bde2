package rest

import "github.com/postern-gateway/postern/tests/conformance/harness"

// keyCase is a condition of the API "keys", whose caller has no policies of its own.
type keyCase struct {
	name      string
	condition obj
	// iam signs as the user; otherwise the method needs no authorization.
	user string
	head []string
	want bool
	// front is why only a function URL has the key.
	front string
}

var isThere, isMissing = "false", "true"

func null(key, missing string) obj { return obj{"Null": obj{key: missing}} }

// keyCases are the condition keys of 2.2.
var keyCases = []keyCase{
	{name: "current time", condition: obj{"DateGreaterThan": obj{"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, user: "silent", want: true},
	{name: "current time in the past", condition: obj{"DateLessThan": obj{"aws:CurrentTime": "2020-01-01T00:00:00Z"}}},
	{name: "epoch time", condition: obj{"NumericGreaterThan": obj{"aws:EpochTime": "1577836800"}}, want: true},
	{name: "epoch time as a date", condition: obj{"DateGreaterThan": obj{"aws:EpochTime": "1577836800"}}, user: "silent", want: true},
	{name: "a referer", condition: obj{"StringEquals": obj{"aws:Referer": "https://example.com/"}}, user: "silent", head: []string{"Referer: https://example.com/"}, want: true},
	{name: "no referer", condition: null("aws:Referer", isMissing), user: "silent", want: true},
	{name: "no user agent", condition: null("aws:UserAgent", isMissing), want: true},
	{name: "a user agent", condition: obj{"StringLike": obj{"aws:UserAgent": "good*"}}, user: "silent", head: []string{"User-Agent: good/1"}, want: true},
	{name: "secure transport", condition: null("aws:SecureTransport", isThere), want: true},
	{name: "source IP", condition: obj{"IpAddress": obj{"aws:SourceIp": "127.0.0.1"}}, user: "silent", want: true},
	{name: "another source IP", condition: obj{"NotIpAddress": obj{"aws:SourceIp": "127.0.0.0/8"}}, user: "silent"},
	{name: "no source ARN", condition: null("aws:SourceArn", isMissing), want: true},
	{name: "no source VPC", condition: null("aws:SourceVpc", isMissing), want: true},
	{name: "no source VPC endpoint", condition: null("aws:SourceVpce", isMissing), want: true},
	{name: "principal account", condition: obj{"StringEquals": obj{"aws:PrincipalAccount": harness.Account}}, user: "silent", want: true},
	{name: "principal ARN", condition: obj{"ArnLike": obj{"aws:PrincipalArn": "arn:aws:iam::*:user/silent"}}, user: "silent", want: true},
	{name: "another principal ARN", condition: obj{"ArnLike": obj{"aws:PrincipalArn": "arn:aws:iam::*:user/other"}}, user: "silent"},
	{name: "principal type", condition: obj{"StringEquals": obj{"aws:PrincipalType": "User"}}, user: "silent", want: true},
	{name: "principal tag", condition: obj{"StringEquals": obj{"aws:PrincipalTag/team": "blue"}}, user: "silent", want: true},
	{name: "another principal tag", condition: obj{"StringEquals": obj{"aws:PrincipalTag/team": "red"}}, user: "silent"},
	{name: "user name", condition: obj{"StringEquals": obj{"aws:username": "silent"}}, user: "silent", want: true},
	{name: "user ID", condition: obj{"StringLike": obj{"aws:userid": "AIDA*"}}, user: "silent", want: true},
	{name: "token issue time", condition: obj{"DateGreaterThan": obj{"aws:TokenIssueTime": "2020-01-01T00:00:00Z"}}, user: "silent session", want: true},
	{name: "no token issue time", condition: null("aws:TokenIssueTime", isMissing), user: "silent", want: true},
	{name: "multi-factor authentication", condition: obj{"Bool": obj{"aws:MultiFactorAuthPresent": "false"}}, user: "silent session", want: true},
	{name: "multi-factor authentication that was not", condition: obj{"Bool": obj{"aws:MultiFactorAuthPresent": "true"}}, user: "silent session"},
	{name: "no multi-factor age", condition: null("aws:MultiFactorAuthAge", isMissing), user: "silent session", want: true},
	{name: "organization", condition: obj{"StringEquals": obj{"aws:PrincipalOrgID": "o-example"}}, front: "only a function URL knows organizations", want: true},
	{name: "anonymous has no account", condition: null("aws:PrincipalAccount", isMissing), want: true},
	{name: "anonymous has no ARN", condition: null("aws:PrincipalArn", isMissing), want: true},
	{name: "anonymous has no name", condition: null("aws:username", isMissing), want: true},
}

func (k *keyCase) fact() fact {
	f := fact{name: "key " + k.name, section: "2.2", api: "keys", in: says("in"), head: k.head, want: body("in")}
	if k.user != "" || k.front != "" {
		f.op = needs("iam")
	}
	return f
}

// keysPolicy allows each method by its condition.
var keysPolicy = func() obj {
	var all []any
	for i := range keyCases {
		f := keyCases[i].fact()
		all = append(all, statement("Allow", f.resource()[1:], keyCases[i].condition))
	}
	return policyDocument(all...)
}()

func conditionKeys() []guarded {
	var all []guarded
	for i := range keyCases {
		k := &keyCases[i]
		g := guarded{fact: k.fact(), proxyOnly: k.front}
		user := "anonymous"
		if k.user != "" {
			g.prepare, user = by(k.user), userARN(harness.Account, "silent")
		}
		if k.front != "" {
			// The front door verified the caller, whose own policies are not known and who is of
			// another account: without the resource policy's allow it is refused.
			g.caller = obj{"accessKey": "AKIAIOSFODNN7EXAMPLE", "accountId": otherAccount, "callerId": "AIDAEXAMPLE", "userArn": userARN(otherAccount, "dev"), "userId": "AIDAEXAMPLE", "principalOrgId": "o-example"}
		}
		if !k.want {
			g.want = userRefused(user, "GET", ".*")
		}
		all = append(all, g)
	}
	return all
}
