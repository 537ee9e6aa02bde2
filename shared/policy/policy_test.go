package policy

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestActionsAndResources(t *testing.T) {
	for _, c := range []struct {
		elements, action, resource string
		want                       bool
	}{
		{`"Action":"execute-api:Invoke","Resource":"*"`, invoke, petARN, true},
		{`"Action":"EXECUTE-API:invoke","Resource":"*"`, invoke, petARN, true},
		{`"Action":"execute-api:*","Resource":"*"`, invoke, petARN, true},
		{`"Action":"execute-api:I*","Resource":"*"`, "execute-api:InvalidateCache", petARN, true},
		{`"Action":"execute-api:Invok?","Resource":"*"`, invoke, petARN, true},
		{`"Action":"*:*","Resource":"*"`, invoke, petARN, true},
		{`"Action":"*","Resource":"*"`, "execute-api:ManageConnections", petARN, true},
		{`"Action":"execute-api:InvalidateCache","Resource":"*"`, invoke, petARN, false},
		{`"Action":["s3:*","execute-api:Invoke"],"Resource":"*"`, invoke, petARN, true},
		{`"Action":"lambda:*","Resource":"*"`, invoke, petARN, false},
		{`"NotAction":"execute-api:InvalidateCache","Resource":"*"`, invoke, petARN, true},
		{`"NotAction":["s3:*","execute-api:invoke"],"Resource":"*"`, invoke, petARN, false},
		{`"NotAction":"*","Resource":"*"`, invoke, petARN, false},
		{`"Action":"*","Resource":"` + testAPI + `/prod/GET/pets"`, invoke, petARN, true},
		{`"Action":"*","Resource":"` + testAPI + `/prod/GET/pets"`, invoke, petARN + "/", false},
		{`"Action":"*","Resource":"` + testAPI + `/prod/GET/"`, invoke, testAPI + "/prod/GET/", true},
		{`"Action":"*","Resource":["` + testAPI + `/dev/*","` + testAPI + `/prod/*/pets"]`, invoke, petARN, true},
		{`"Action":"*","Resource":"` + testAPI + `/*/GET/*"`, invoke, petARN + "/1/2/3", true},
		{`"Action":"*","Resource":"` + testAPI + `/*/POST/*"`, invoke, petARN, false},
		{`"Action":"*","Resource":"arn:aws:execute-api:us-east-1:123456789012:abc/*"`, invoke, petARN, false},
		{`"Action":"*","Resource":"arn:aws:execute-api:*:*:xyz/*"`, invoke, petARN, false},
		{`"Action":"*","Resource":"` + testAPI + `/prod/GET/${aws:username}/*"`, invoke, testAPI + "/prod/GET/bob/x", true},
		{`"Action":"*","Resource":"` + testAPI + `/prod/GET/${aws:username}/*"`, invoke, testAPI + "/prod/GET/eve/x", false},
		{`"Action":"*","Resource":"` + testAPI + `/prod/GET/${aws:star}"`, invoke, petARN, false},
		{`"Action":"*","Resource":"` + testAPI + `/prod/GET/${aws:none}"`, invoke, petARN, false},
		{`"Action":"*","Resource":"` + testAPI + `/prod/GET/${aws:none, 'pets'}"`, invoke, petARN, true},
		{`"Action":"*","NotResource":"` + testAPI + `/prod/GET/health"`, invoke, petARN, true},
		{`"Action":"*","NotResource":["` + testAPI + `/prod/GET/health","` + testAPI + `/prod/GET/p*"]`, invoke, petARN, false},
		{`"Action":"*","NotResource":"*"`, invoke, petARN, false},
	} {
		r := &Request{Action: c.action, Resource: c.resource, Context: conditionContext(conditionCase{})}
		document := identity(`{"Effect":"Allow",` + c.elements + `}`)
		expect(t, c.elements, document, r, pick(c.want, Allow, ImplicitDeny), pick(c.want, 0, -1), "")
		document = identity(`[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny",` + c.elements + `}]`)
		expect(t, "Deny "+c.elements, document, r, pick(c.want, ExplicitDeny, Allow), pick(c.want, 1, 0), "")
	}
	// A variable without a value in NotResource neither grants nor spares.
	elements := `"Action":"*","NotResource":"` + testAPI + `/prod/GET/${aws:none}"`
	r := &Request{Action: invoke, Resource: petARN}
	expect(t, elements, identity(`{"Effect":"Allow",`+elements+`}`), r, ImplicitDeny, -1, "")
	expect(t, elements, identity(`{"Effect":"Deny",`+elements+`}`), r, ExplicitDeny, 0, "")
}

const (
	user    = "arn:aws:iam::123456789012:user/team/bob"
	session = "arn:aws:sts::123456789012:assumed-role/Deploy/run-1"
	role    = "arn:aws:iam::123456789012:role/ci/Deploy"
	root    = "arn:aws:iam::123456789012:root"
)

func TestPrincipals(t *testing.T) {
	for _, c := range []struct {
		principal string
		who       Principal
		want      bool
	}{
		{`"*"`, Principal{}, true},
		{`"*"`, Principal{ARN: user}, true},
		{`{"AWS":"*"}`, Principal{}, true},
		{`{"AWS":"*"}`, Principal{Service: "events.amazonaws.com"}, true},
		{`{"AWS":"` + user + `"}`, Principal{}, false},
		{`{"AWS":"` + user + `"}`, Principal{ARN: user}, true},
		{`{"AWS":"arn:aws:iam::123456789012:user/bob"}`, Principal{ARN: user}, false},
		{`{"AWS":"arn:aws:iam::123456789012:user/TEAM/bob"}`, Principal{ARN: user}, false},
		{`{"AWS":"123456789012"}`, Principal{ARN: user}, true},
		{`{"AWS":"123456789012"}`, Principal{ARN: session}, true},
		{`{"AWS":"` + root + `"}`, Principal{ARN: user}, true},
		{`{"AWS":"` + root + `"}`, Principal{ARN: root}, true},
		{`{"AWS":"210987654321"}`, Principal{ARN: user}, false},
		{`{"AWS":"123456789012"}`, Principal{}, false},
		{`{"AWS":["210987654321","123456789012"]}`, Principal{ARN: user}, true},
		{`{"AWS":"` + role + `"}`, Principal{ARN: session}, true},
		{`{"AWS":"` + role + `"}`, Principal{ARN: role}, true},
		{`{"AWS":"arn:aws:iam::123456789012:role/deploy"}`, Principal{ARN: session}, false},
		{`{"AWS":"arn:aws:iam::210987654321:role/Deploy"}`, Principal{ARN: session}, false},
		{`{"AWS":"` + session + `"}`, Principal{ARN: session}, true},
		{`{"AWS":"arn:aws:sts::123456789012:assumed-role/Deploy/run-2"}`, Principal{ARN: session}, false},
		{`{"AWS":"AIDAJQABLZS4A3QDU576Q"}`, Principal{ARN: user, UserID: "AIDAJQABLZS4A3QDU576Q"}, true},
		{`{"AWS":"AROAJQABLZS4A3QDU576Q"}`, Principal{ARN: session, UserID: "AROAJQABLZS4A3QDU576Q:run-1"}, true},
		{`{"AWS":"AIDAJQABLZS4A3QDU576Q"}`, Principal{ARN: user}, false},
		{`{"Service":"events.amazonaws.com"}`, Principal{Service: "events.amazonaws.com"}, true},
		{`{"Service":"events.amazonaws.com"}`, Principal{Service: "sns.amazonaws.com"}, false},
		{`{"Service":"*"}`, Principal{Service: "sns.amazonaws.com"}, true},
		{`{"Service":"*"}`, Principal{ARN: user}, false},
		{`{"Service":"sns.amazonaws.com","AWS":"123456789012"}`, Principal{ARN: user}, true},
		{`{"Federated":"accounts.example.com"}`, Principal{Federated: "accounts.example.com"}, true},
		{`{"Federated":"accounts.example.com"}`, Principal{}, false},
		{`{"CanonicalUser":"79a59d"}`, Principal{CanonicalUser: "79a59d"}, true},
		{`{"CanonicalUser":"79a59d"}`, Principal{CanonicalUser: "79a59e"}, false},
	} {
		r := &Request{Principal: c.who, Action: invoke, Resource: petARN}
		name := fmt.Sprintf("%s %+v", c.principal, c.who)
		rest := `"Action":"*","Resource":"*"`
		expect(t, name, identity(`{"Effect":"Allow","Principal":`+c.principal+`,`+rest+`}`), r,
			pick(c.want, Allow, ImplicitDeny), pick(c.want, 0, -1), "")
		expect(t, "not "+name, identity(`{"Effect":"Allow","NotPrincipal":`+c.principal+`,`+rest+`}`), r,
			pick(c.want, ImplicitDeny, Allow), pick(c.want, -1, 0), "")
		expect(t, "deny "+name, identity(`[{"Effect":"Allow","Principal":"*",`+rest+`},{"Effect":"Deny","Principal":`+c.principal+`,`+rest+`}]`), r,
			pick(c.want, ExplicitDeny, Allow), pick(c.want, 1, 0), "")
	}
}

// Deny with NotPrincipal spares who is listed together with the account and the role
// (IAM user guide, NotPrincipal).
func TestDenyNotPrincipal(t *testing.T) {
	for _, c := range []struct {
		principal string
		who       Principal
		spared    bool
	}{
		{`"*"`, Principal{}, true},
		{`{"AWS":["` + user + `","` + root + `"]}`, Principal{ARN: user}, true},
		{`{"AWS":["` + user + `","` + root + `"]}`, Principal{ARN: root}, true},
		{`{"AWS":["` + user + `","` + root + `"]}`, Principal{ARN: "arn:aws:iam::123456789012:user/eve"}, false},
		{`{"AWS":["` + user + `","` + root + `"]}`, Principal{}, false},
		{`{"AWS":"` + user + `"}`, Principal{ARN: user}, false},
		{`{"AWS":"` + root + `"}`, Principal{ARN: user}, false},
		{`{"AWS":["` + session + `","` + role + `","` + root + `"]}`, Principal{ARN: session}, true},
		{`{"AWS":["` + role + `","` + root + `"]}`, Principal{ARN: session}, false},
		{`{"AWS":["` + session + `","` + role + `"]}`, Principal{ARN: session}, false},
		{`{"Service":"events.amazonaws.com"}`, Principal{Service: "events.amazonaws.com"}, true},
		{`{"Service":"events.amazonaws.com"}`, Principal{Service: "sns.amazonaws.com"}, false},
	} {
		rest := `"Action":"*","Resource":"*"`
		document := identity(`[{"Effect":"Allow","Principal":"*",` + rest + `},{"Sid":"D","Effect":"Deny","NotPrincipal":` + c.principal + `,` + rest + `}]`)
		r := &Request{Principal: c.who, Action: invoke, Resource: petARN}
		expect(t, fmt.Sprintf("%s %+v", c.principal, c.who), document, r,
			pick(c.spared, Allow, ExplicitDeny), pick(c.spared, 0, 1), pick(c.spared, "", "D"))
	}
}

// The usual policy of a private API (domains and edge spec).
func TestPrivateAPI(t *testing.T) {
	document, err := Expand(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"},
		{"Sid":"OnlyOurEndpoint","Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*",
		 "Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}]}`, testAPI)
	if err != nil {
		t.Fatal(err)
	}
	from := func(vpce string) *Request {
		return &Request{Action: invoke, Resource: petARN, Context: Keys(map[string]Value{"aws:SourceVpce": One(vpce)})}
	}
	expect(t, "our endpoint", document, from("vpce-1"), Allow, 0, "")
	expect(t, "another endpoint", document, from("vpce-2"), ExplicitDeny, 1, "OnlyOurEndpoint")
	expect(t, "no endpoint", document, &Request{Action: invoke, Resource: petARN}, ExplicitDeny, 1, "OnlyOurEndpoint")
	expect(t, "another API", document, &Request{Action: invoke, Resource: strings.Replace(petARN, "abc", "xyz", 1)}, ImplicitDeny, -1, "")
}

func TestReasons(t *testing.T) {
	p, err := Parse(identity(`[
		{"Sid":"Read","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"execute-api:Invoke","Resource":"`+testAPI+`/prod/GET/*",
		 "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}},
		{"Effect":"Deny","Principal":"*","Action":"*","Resource":"`+testAPI+`/prod/GET/secret"}]`), ResourcePolicy)
	if err != nil {
		t.Fatal(err)
	}
	inside := Keys(map[string]Value{"aws:SourceIp": One("10.0.0.1")})
	const silent = "no statement allows the request; closest is statement 0 (Read): "
	for _, c := range []struct {
		r    Request
		want string
	}{
		{Request{Principal{ARN: user}, invoke, petARN, inside}, "allowed by statement 0 (Read)"},
		{Request{Principal{ARN: user}, invoke, testAPI + "/prod/GET/secret", inside}, "denied by statement 1"},
		{Request{Principal{ARN: user}, "execute-api:InvalidateCache", petARN, inside}, silent + "the action does not match"},
		{Request{Principal{ARN: user}, invoke, testAPI + "/prod/POST/pets", inside}, silent + "the resource does not match"},
		{Request{Principal{}, invoke, petARN, inside}, silent + "the principal does not match"},
		{Request{Principal{ARN: user}, invoke, petARN, nil}, silent + "the condition IpAddress on aws:sourceip is not met"},
	} {
		if got := p.Evaluate(&c.r).Reason(); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
	var none *Policy
	if d := none.Evaluate(&Request{}); d.Effect != ImplicitDeny || d.Statement != -1 || d.Reason() != "no statement allows the request" {
		t.Errorf("no policy: %+v, %s", d, d.Reason())
	}
}

// REST data plane spec, 2.1, tables A and B in full.
func TestTables(t *testing.T) {
	const (
		allow, silent, deny = Allow, ImplicitDeny, ExplicitDeny
	)
	for _, c := range []struct{ identity, resource, a, b Effect }{
		{allow, allow, Allow, Allow},
		{allow, silent, Allow, ImplicitDeny},
		{allow, deny, ExplicitDeny, ExplicitDeny},
		{silent, allow, Allow, ImplicitDeny},
		{silent, silent, ImplicitDeny, ImplicitDeny},
		{silent, deny, ExplicitDeny, ExplicitDeny},
		{deny, allow, ExplicitDeny, ExplicitDeny},
		{deny, silent, ExplicitDeny, ExplicitDeny},
		{deny, deny, ExplicitDeny, ExplicitDeny},
	} {
		i, r := Decision{Effect: c.identity, Statement: 1}, Decision{Effect: c.resource, Statement: 2}
		a, b := SameAccount(i, r), CrossAccount(i, r)
		if a.Effect != c.a || b.Effect != c.b {
			t.Errorf("%v with %v: %v and %v, want %v and %v", c.identity, c.resource, a.Effect, b.Effect, c.a, c.b)
		}
	}
	for _, c := range []struct {
		got  Combined
		want string
	}{
		{SameAccount(Decision{Effect: Allow}, Decision{}), "identity-based policy: allowed by statement 0"},
		{SameAccount(Decision{}, Decision{Effect: Allow}), "resource policy: allowed by statement 0"},
		{SameAccount(Decision{Effect: Allow}, Decision{Effect: ExplicitDeny, Statement: 3}), "resource policy: denied by statement 3"},
		{SameAccount(Decision{Effect: ExplicitDeny}, Decision{Effect: Allow}), "identity-based policy: denied by statement 0"},
		{CrossAccount(Decision{Effect: Allow}, Decision{}), "resource policy: no statement allows the request"},
		{CrossAccount(Decision{}, Decision{Effect: Allow}), "identity-based policy: no statement allows the request"},
		{CrossAccount(Decision{}, Decision{}), "identity-based policy: no statement allows the request; resource policy: no statement allows the request"},
	} {
		if got := c.got.Reason(); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

// TestDenyWins draws policies and requests, and looks at every statement alone to know what the
// whole must say.
func TestDenyWins(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) string {
		s := fmt.Sprintf(`{"Effect":%q,%q:%q,%q:%q`,
			rapid.SampledFrom([]string{"Allow", "Deny"}).Draw(t, "effect"),
			rapid.SampledFrom([]string{"Action", "NotAction"}).Draw(t, "a"),
			rapid.SampledFrom([]string{"*", "execute-api:*", "execute-api:Invoke", "s3:*"}).Draw(t, "action"),
			rapid.SampledFrom([]string{"Resource", "NotResource"}).Draw(t, "r"),
			rapid.SampledFrom([]string{"*", testAPI + "/prod/*", testAPI + "/dev/*", petARN}).Draw(t, "resource"))
		if rapid.Bool().Draw(t, "conditional") {
			s += fmt.Sprintf(`,"Condition":{%q:{"test:key":%q}}`,
				rapid.SampledFrom([]string{"StringEquals", "StringNotLike", "ForAllValues:StringLike", "Null"}).Draw(t, "operator"),
				rapid.SampledFrom([]string{"true", "false"}).Draw(t, "value"))
		}
		return s + "}"
	})
	parse := func(t *rapid.T, statements ...string) *Policy {
		p, err := Parse(identity("["+strings.Join(statements, ",")+"]"), IdentityPolicy)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	rapid.Check(t, func(t *rapid.T) {
		statements := rapid.SliceOfN(draw, 1, 6).Draw(t, "statements")
		r := &Request{
			Action:   rapid.SampledFrom([]string{invoke, "s3:GetObject"}).Draw(t, "request action"),
			Resource: rapid.SampledFrom([]string{petARN, testAPI + "/dev/GET/"}).Draw(t, "request resource"),
			Context:  conditionContext(conditionCase{request: one(rapid.SampledFrom([]string{"true", "x", ""}).Draw(t, "request value"))}),
		}
		want := Decision{Statement: -1}
		for i, s := range statements {
			alone := parse(t, s).Evaluate(r)
			if alone.Effect == ExplicitDeny && want.Effect != ExplicitDeny || alone.Effect == Allow && want.Effect == ImplicitDeny {
				want = Decision{Effect: alone.Effect, Statement: i}
			}
		}
		got := parse(t, statements...).Evaluate(r)
		if got.Effect != want.Effect || got.Statement != want.Statement {
			t.Fatalf("%v by %d, want %v by %d", got.Effect, got.Statement, want.Effect, want.Statement)
		}
		at := rapid.IntRange(0, len(statements)).Draw(t, "place of another Allow")
		more := append(append(append([]string{}, statements[:at]...), `{"Effect":"Allow","Action":"*","Resource":"*"}`), statements[at:]...)
		after := parse(t, more...).Evaluate(r)
		if (after.Effect == ExplicitDeny) != (got.Effect == ExplicitDeny) {
			t.Fatalf("%v became %v by another Allow", got.Effect, after.Effect)
		}
	})
}

// BenchmarkEvaluate decides by the last of 20 statements, the others failing at different parts.
func BenchmarkEvaluate(b *testing.B) {
	var statements []string
	for i := range 19 {
		statements = append(statements, fmt.Sprintf(`{"Effect":%q,"Principal":"*","Action":"execute-api:Invoke","Resource":"%s/prod/*/private-%d/*",
			"Condition":{"IpAddress":{"aws:SourceIp":["10.%d.0.0/16","2001:db8::/32"]}}}`, pick(i%2 == 0, "Deny", "Allow"), testAPI, i, i))
	}
	statements = append(statements, `{"Effect":"Allow","Principal":"*","Action":"execute-api:*","Resource":"`+testAPI+`/*/GET/*",
		"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"},"StringLike":{"aws:UserAgent":"*curl*"},"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}}`)
	benchmark(b, "["+strings.Join(statements, ",")+"]")
}

func BenchmarkEvaluateVariable(b *testing.B) {
	benchmark(b, `{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"`+testAPI+`/*/GET/${aws:username}*"}`)
}

func benchmark(b *testing.B, statements string) {
	p, err := Parse(identity(statements), ResourcePolicy)
	if err != nil {
		b.Fatal(err)
	}
	r := &Request{Action: invoke, Resource: petARN, Context: Keys(map[string]Value{
		"aws:SourceIp": One("192.0.2.7"), "aws:UserAgent": One("curl/8.5.0"), "aws:CurrentTime": One("2026-01-02T03:04:05Z"), "aws:username": One("pet")})}
	b.ReportAllocs()
	for b.Loop() {
		if p.Evaluate(r).Effect != Allow {
			b.Fatal("not allowed")
		}
	}
}
