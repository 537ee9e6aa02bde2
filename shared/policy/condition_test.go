package policy

import (
	"fmt"
	"strings"
	"testing"
)

const (
	invoke = "execute-api:Invoke"
	petARN = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets"
)

// conditionCase is a condition on the key "test:key" and whether it is met. The cases follow the
// tables of the IAM user guide (condition operators, multivalued context keys).
type conditionCase struct {
	operator, values string // the values as JSON
	request          *Value // nil: the key is missing
	want             bool
}

func one(s string) *Value     { v := One(s); return &v }
func many(s ...string) *Value { v := Many(s...); return &v }

var conditionCases = []conditionCase{
	{"StringEquals", `"johndoe"`, one("johndoe"), true},
	{"StringEquals", `"johndoe"`, one("JohnDoe"), false},
	{"StringEquals", `"john*"`, one("johndoe"), false},
	{"StringEquals", `"john*"`, one("john*"), true},
	{"StringEquals", `["a","b"]`, one("b"), true},
	{"StringEquals", `["a","b"]`, one("c"), false},
	{"StringEquals", `[]`, one("c"), false},
	{"StringEquals", `""`, one(""), true},
	{"StringEquals", `"johndoe"`, nil, false},
	{"StringEquals", `7`, one("7"), true},
	{"StringEquals", `true`, one("true"), true},
	{"StringEquals", `"${aws:username}"`, one("bob"), true},
	{"StringEquals", `"${aws:username}"`, one("eve"), false},
	{"StringEquals", `"${aws:none}"`, one("bob"), false},
	{"StringEquals", `"${aws:none, 'bob'}"`, one("bob"), true},
	{"StringEquals", `"${*}"`, one("*"), true},
	{"StringEquals", `["${aws:none}","bob"]`, one("bob"), true},
	{"StringNotEquals", `"johndoe"`, one("johndoe"), false},
	{"StringNotEquals", `"johndoe"`, one("JohnDoe"), true},
	{"StringNotEquals", `["a","b"]`, one("b"), false},
	{"StringNotEquals", `["a","b"]`, one("c"), true},
	{"StringNotEquals", `[]`, one("c"), true},
	{"StringNotEquals", `"johndoe"`, nil, true},
	{"StringNotEquals", `"${aws:username}"`, one("bob"), false},
	{"StringNotEquals", `"${aws:none}"`, one("bob"), true},
	{"StringEqualsIgnoreCase", `"johndoe"`, one("JohnDoe"), true},
	{"StringEqualsIgnoreCase", `"johndoe"`, one("JohnDo"), false},
	{"StringEqualsIgnoreCase", `"john*"`, one("johndoe"), false},
	{"StringEqualsIgnoreCase", `"${aws:username}!"`, one("BOB!"), true},
	{"StringEqualsIgnoreCase", `"${aws:none}"`, one(""), false},
	{"StringEqualsIgnoreCase", `""`, one(""), true},
	{"StringEqualsIgnoreCase", `"johndoe"`, nil, false},
	{"StringNotEqualsIgnoreCase", `"johndoe"`, one("JohnDoe"), false},
	{"StringNotEqualsIgnoreCase", `"johndoe"`, one("JohnDo"), true},
	{"StringNotEqualsIgnoreCase", `["x","JOHNDOE"]`, one("JohnDoe"), false},
	{"StringNotEqualsIgnoreCase", `"johndoe"`, nil, true},
	{"StringLike", `"john*"`, one("johndoe"), true},
	{"StringLike", `"john*"`, one("john"), true},
	{"StringLike", `"john*"`, one("John"), false},
	{"StringLike", `"j?hn"`, one("john"), true},
	{"StringLike", `"j?hn"`, one("jhn"), false},
	{"StringLike", `"j?hn"`, one("jöhn"), true},
	{"StringLike", `"*/b/*"`, one("a/a/b/c/c"), true},
	{"StringLike", `["a*","b*"]`, one("bx"), true},
	{"StringLike", `"a${*}"`, one("ab"), false},
	{"StringLike", `"a${*}"`, one("a*"), true},
	{"StringLike", `"${aws:username}/*"`, one("bob/x"), true},
	{"StringLike", `"${aws:star}"`, one("anything"), false},
	{"StringLike", `"*"`, nil, false},
	{"StringNotLike", `"john*"`, one("johndoe"), false},
	{"StringNotLike", `"john*"`, one("jane"), true},
	{"StringNotLike", `["a*","b*"]`, one("bx"), false},
	{"StringNotLike", `"*"`, nil, true},
	{"StringNotLike", `"${aws:none}*"`, one("x"), true},

	{"NumericEquals", `"10"`, one("10"), true},
	{"NumericEquals", `10`, one("10.0"), true},
	{"NumericEquals", `"1.5"`, one("1.50"), true},
	{"NumericEquals", `"10"`, one("11"), false},
	{"NumericEquals", `["1","2"]`, one("2"), true},
	{"NumericEquals", `"-3"`, one("-3"), true},
	{"NumericEquals", `"9007199254740993"`, one("9007199254740992"), false},
	{"NumericEquals", `"10"`, one("ten"), false},
	{"NumericEquals", `"10"`, one(""), false},
	{"NumericEquals", `"10"`, nil, false},
	{"NumericNotEquals", `"10"`, one("10"), false},
	{"NumericNotEquals", `"10"`, one("11"), true},
	{"NumericNotEquals", `["1","2"]`, one("2"), false},
	{"NumericNotEquals", `"10"`, one("ten"), true},
	{"NumericNotEquals", `"10"`, nil, true},
	{"NumericLessThan", `"10"`, one("9.99"), true},
	{"NumericLessThan", `"10"`, one("10"), false},
	{"NumericLessThan", `"10"`, one("11"), false},
	{"NumericLessThan", `["1","5"]`, one("3"), true},
	{"NumericLessThan", `"10"`, nil, false},
	{"NumericLessThanEquals", `"10"`, one("10"), true},
	{"NumericLessThanEquals", `"10"`, one("9"), true},
	{"NumericLessThanEquals", `"10"`, one("10.1"), false},
	{"NumericLessThanEquals", `"10"`, nil, false},
	{"NumericGreaterThan", `"10"`, one("11"), true},
	{"NumericGreaterThan", `"10"`, one("10"), false},
	{"NumericGreaterThan", `"10"`, one("9"), false},
	{"NumericGreaterThan", `"10"`, nil, false},
	{"NumericGreaterThanEquals", `"10"`, one("10"), true},
	{"NumericGreaterThanEquals", `"10"`, one("9"), false},
	{"NumericGreaterThanEquals", `"-1"`, one("0"), true},
	{"NumericGreaterThanEquals", `"10"`, nil, false},

	{"DateEquals", `"2020-04-01T00:00:00Z"`, one("2020-04-01T00:00:00Z"), true},
	{"DateEquals", `"2020-04-01T00:00:00Z"`, one("1585699200"), true},
	{"DateEquals", `"1585699200"`, one("2020-04-01T02:00:00+02:00"), true},
	{"DateEquals", `"2020-04-01"`, one("2020-04-01T00:00Z"), true},
	{"DateEquals", `"2020-04"`, one("2020-04-01"), true},
	{"DateEquals", `"2020"`, one("2020-01-01T00:00:00.000Z"), true},
	{"DateEquals", `"2020-04-01T00:00:00"`, one("2020-04-01T00:00:00Z"), true},
	{"DateEquals", `1585699200`, one("2020-04-01T00:00:01Z"), false},
	{"DateEquals", `"2020-04-01T00:00:00Z"`, one("yesterday"), false},
	{"DateEquals", `"2020-04-01T00:00:00Z"`, nil, false},
	{"DateNotEquals", `"2020-04-01T00:00:00Z"`, one("2020-04-01T00:00:00Z"), false},
	{"DateNotEquals", `"2020-04-01T00:00:00Z"`, one("2020-04-02T00:00:00Z"), true},
	{"DateNotEquals", `"2020-04-01T00:00:00Z"`, nil, true},
	{"DateLessThan", `"2020-06-30T23:59:59Z"`, one("2020-06-30T23:59:58Z"), true},
	{"DateLessThan", `"2020-06-30T23:59:59Z"`, one("2020-06-30T23:59:59Z"), false},
	{"DateLessThan", `"2020-06-30T23:59:59Z"`, one("2020-07-01T01:00:00+02:00"), true},
	{"DateLessThan", `"2020-06-30T23:59:59Z"`, nil, false},
	{"DateLessThanEquals", `"2020-06-30T23:59:59Z"`, one("2020-06-30T23:59:59Z"), true},
	{"DateLessThanEquals", `"2020-06-30T23:59:59Z"`, one("2020-06-30T23:59:59.1Z"), false},
	{"DateLessThanEquals", `"2020-06-30T23:59:59Z"`, nil, false},
	{"DateGreaterThan", `"2020-04-01T00:00:00Z"`, one("2020-04-01T00:00:01Z"), true},
	{"DateGreaterThan", `"2020-04-01T00:00:00Z"`, one("2020-04-01T00:00:00Z"), false},
	{"DateGreaterThan", `"2020-04-01T00:00:00Z"`, nil, false},
	{"DateGreaterThanEquals", `"2020-04-01T00:00:00Z"`, one("2020-04-01T00:00:00Z"), true},
	{"DateGreaterThanEquals", `"2020-04-01T00:00:00Z"`, one("1585699199"), false},
	{"DateGreaterThanEquals", `"2020-04-01T00:00:00Z"`, nil, false},

	{"Bool", `"true"`, one("true"), true},
	{"Bool", `"true"`, one("false"), false},
	{"Bool", `"false"`, one("false"), true},
	{"Bool", `true`, one("true"), true},
	{"Bool", `"True"`, one("true"), true},
	{"Bool", `["true","false"]`, one("false"), true},
	{"Bool", `"false"`, one("maybe"), false},
	{"Bool", `"false"`, nil, false},
	{"Bool", `"true"`, nil, false},

	{"BinaryEquals", `"QmluYXJ5VmFsdWVJbkJhc2U2NA=="`, one("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), true},
	{"BinaryEquals", `"QmluYXJ5VmFsdWVJbkJhc2U2NA=="`, one("ASIAIOSFODNN7EXAMPLE"), false},
	{"BinaryEquals", `["AAE=","AAI="]`, one("AAI="), true},
	{"BinaryEquals", `"AAE="`, one("not base64!"), false},
	{"BinaryEquals", `"AAE="`, nil, false},

	{"IpAddress", `"203.0.113.0/24"`, one("203.0.113.1"), true},
	{"IpAddress", `"203.0.113.0/24"`, one("198.51.100.1"), false},
	{"IpAddress", `"203.0.113.7"`, one("203.0.113.7"), true},
	{"IpAddress", `"203.0.113.7"`, one("203.0.113.8"), false},
	{"IpAddress", `"203.0.113.99/24"`, one("203.0.113.1"), true},
	{"IpAddress", `["10.0.0.0/8","2001:DB8:1234:5678::/64"]`, one("2001:db8:1234:5678::1"), true},
	{"IpAddress", `["10.0.0.0/8","2001:DB8:1234:5678::/64"]`, one("2001:db8:1234:5679::1"), false},
	{"IpAddress", `["10.0.0.0/8","2001:DB8:1234:5678::/64"]`, one("10.255.255.255"), true},
	{"IpAddress", `"2001:db8::1"`, one("2001:db8::1"), true},
	{"IpAddress", `"2001:db8::1"`, one("2001:db8::2"), false},
	{"IpAddress", `"0.0.0.0/0"`, one("192.0.2.1"), true},
	{"IpAddress", `"0.0.0.0/0"`, one("2001:db8::1"), false},
	{"IpAddress", `"::/0"`, one("192.0.2.1"), false},
	{"IpAddress", `"::/0"`, one("2001:db8::1"), true},
	{"IpAddress", `"192.0.2.0/24"`, one("::ffff:192.0.2.1"), true},
	{"IpAddress", `"::ffff:192.0.2.0/120"`, one("192.0.2.1"), true},
	{"IpAddress", `"0.0.0.0/0"`, one("unknown"), false},
	{"IpAddress", `"0.0.0.0/0"`, nil, false},
	{"NotIpAddress", `"203.0.113.0/24"`, one("203.0.113.1"), false},
	{"NotIpAddress", `"203.0.113.0/24"`, one("198.51.100.1"), true},
	{"NotIpAddress", `["203.0.113.0/24","198.51.100.1"]`, one("198.51.100.1"), false},
	{"NotIpAddress", `"203.0.113.0/24"`, one("2001:db8::1"), true},
	{"NotIpAddress", `"203.0.113.0/24"`, nil, true},

	{"ArnEquals", `"arn:aws:sns:eu-west-1:123456789012:topic"`, one("arn:aws:sns:eu-west-1:123456789012:topic"), true},
	{"ArnEquals", `"arn:aws:sns:*:123456789012:t*"`, one("arn:aws:sns:eu-west-1:123456789012:topic"), true},
	{"ArnEquals", `"arn:aws:sns:eu-west-1:123456789012:topic"`, one("arn:aws:sns:eu-west-2:123456789012:topic"), false},
	{"ArnEquals", `"arn:aws:sns:eu-west-1:123456789012:topic"`, nil, false},
	{"ArnLike", `"arn:aws:iam::*:role/${aws:username}-?"`, one("arn:aws:iam::123456789012:role/bob-1"), true},
	{"ArnLike", `"arn:aws:iam::${aws:account}:role/*"`, one("arn:aws:iam::123456789012:role/x"), true},
	{"ArnLike", `"arn:aws:iam::${aws:none}:role/*"`, one("arn:aws:iam::123456789012:role/x"), false},
	{"ArnLike", `"arn:aws:iam::123*:role/x"`, one("arn:aws:iam::123456789012:role/x"), true},
	{"ArnLike", `"arn:aws:s3:*:b"`, one("arn:aws:s3:::b"), true},
	{"ArnLike", `"arn:aws:iam::12*:role/x"`, one("arn:aws:iam::123456789012:user/x:12:role/x"), false},
	{"ArnLike", `"*"`, one("not an ARN"), false},
	{"ArnLike", `"arn:aws:iam::123456789012:role/X"`, one("arn:aws:iam::123456789012:role/x"), false},
	{"ArnLike", `"arn:aws:s3:::*"`, nil, false},
	{"ArnNotEquals", `"arn:aws:s3:::b"`, one("arn:aws:s3:::b"), false},
	{"ArnNotEquals", `"arn:aws:s3:::b"`, one("arn:aws:s3:::c"), true},
	{"ArnNotEquals", `"arn:aws:s3:::b"`, nil, true},
	{"ArnNotLike", `"arn:aws:s3:::b*"`, one("arn:aws:s3:::bc"), false},
	{"ArnNotLike", `"arn:aws:s3:::b*"`, one("arn:aws:s3:::c"), true},
	{"ArnNotLike", `"arn:aws:s3:::b*"`, nil, true},
	{"ArnNotLike", `"arn:aws:s3:::b*"`, one("not an ARN"), true},

	{"Null", `"true"`, nil, true},
	{"Null", `"true"`, one("x"), false},
	{"Null", `"true"`, one(""), true},
	{"Null", `"true"`, many(), true},
	{"Null", `"false"`, nil, false},
	{"Null", `"false"`, one("x"), true},
	{"Null", `false`, many("x"), true},
	{"Null", `["true","false"]`, nil, true},
	{"Null", `["true","false"]`, one("x"), true},

	{"ForAllValues:StringEquals", `["a","b"]`, many("a"), true},
	{"ForAllValues:StringEquals", `["a","b"]`, many("a", "b"), true},
	{"ForAllValues:StringEquals", `["a","b"]`, many("a", "c"), false},
	{"ForAllValues:StringEquals", `["a","b"]`, many(), true},
	{"ForAllValues:StringEquals", `["a","b"]`, one(""), true},
	{"ForAllValues:StringEquals", `["a","b"]`, one("b"), true},
	{"ForAllValues:StringEquals", `["a","b"]`, nil, true},
	{"ForAllValues:StringEquals", `[]`, nil, true},
	{"ForAllValues:StringEquals", `[]`, many("a"), false},
	{"ForAllValues:StringLike", `"Created*"`, many("CreatedBy", "CreatedAt"), true},
	{"ForAllValues:StringLike", `"Created*"`, many("CreatedBy", "Owner"), false},
	{"ForAllValues:StringNotEquals", `["a","b"]`, many("c", "d"), true},
	{"ForAllValues:StringNotEquals", `["a","b"]`, many("c", "a"), false},
	{"ForAllValues:StringNotEquals", `["a","b"]`, nil, true},
	{"ForAllValues:StringNotLike", `"a*"`, many("b", "ab"), false},
	{"ForAllValues:NumericLessThan", `"5"`, many("1", "4"), true},
	{"ForAllValues:NumericLessThan", `"5"`, many("1", "5"), false},
	{"ForAllValues:IpAddress", `"10.0.0.0/8"`, many("10.0.0.1", "10.0.0.2"), true},
	{"ForAllValues:IpAddress", `"10.0.0.0/8"`, many("10.0.0.1", "11.0.0.2"), false},
	{"ForAllValues:Bool", `"true"`, many("true", "false"), false},
	{"ForAllValues:ArnLike", `"arn:aws:s3:::b*"`, many("arn:aws:s3:::b", "arn:aws:s3:::bb"), true},
	{"ForAllValues:DateGreaterThan", `"2020"`, many("2021", "2019"), false},
	{"ForAnyValue:StringEquals", `["a","b"]`, many("a", "c"), true},
	{"ForAnyValue:StringEquals", `["a","b"]`, many("c", "d"), false},
	{"ForAnyValue:StringEquals", `["a","b"]`, many(), false},
	{"ForAnyValue:StringEquals", `""`, one(""), false},
	{"ForAnyValue:StringEquals", `["a","b"]`, one("a"), true},
	{"ForAnyValue:StringEquals", `["a","b"]`, nil, false},
	{"ForAnyValue:StringLike", `"o-1/*"`, many("o-2/r", "o-1/r/ou"), true},
	{"ForAnyValue:StringEqualsIgnoreCase", `"A"`, many("b", "a"), true},
	{"ForAnyValue:StringNotEquals", `["a","b"]`, many("a", "c"), true},
	{"ForAnyValue:StringNotEquals", `["a","b"]`, many("a", "b"), false},
	{"ForAnyValue:StringNotEquals", `["a","b"]`, nil, false},
	{"ForAnyValue:NotIpAddress", `"10.0.0.0/8"`, many("10.0.0.1", "11.0.0.2"), true},
	{"ForAnyValue:NotIpAddress", `"10.0.0.0/8"`, many("10.0.0.1"), false},
	{"ForAnyValue:ArnEquals", `"arn:aws:s3:::b"`, many("arn:aws:s3:::a", "arn:aws:s3:::b"), true},
	{"forAnyValue:stringLike", `"x*"`, many("y", "xx"), true},

	{"StringEquals", `"a"`, many("a", "b"), true},
	{"StringEquals", `"a"`, many("b"), false},
	{"StringEquals", `"a"`, many(), false},
	{"StringNotEquals", `"a"`, many("a", "b"), false},
	{"StringNotEquals", `"a"`, many("b"), true},
	{"StringNotEquals", `"a"`, many(), true},
}

func conditionContext(c conditionCase) Lookup {
	keys := map[string]Value{"aws:username": One("bob"), "aws:account": One("123456789012"), "aws:star": One("*")}
	if c.request != nil {
		keys["Test:KEY"] = *c.request
	}
	return Keys(keys)
}

// TestConditions evaluates every case in three documents, so that the condition decides: as the
// only Allow, as a Deny before an Allow, and with IfExists.
func TestConditions(t *testing.T) {
	const rest = `"Action":"*","Resource":"*"`
	for _, c := range conditionCases {
		name := fmt.Sprintf("%s %s %v", c.operator, c.values, c.request)
		r := &Request{Action: invoke, Resource: petARN, Context: conditionContext(c)}
		block := func(operator string) string {
			return fmt.Sprintf(`"Condition":{%q:{"test:Key":%s}}`, operator, c.values)
		}
		allow := func(operator string) string {
			return `{"Version":"2012-10-17","Statement":{"Sid":"S","Effect":"Allow",` + rest + `,` + block(operator) + `}}`
		}
		deny := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + rest + `},{"Sid":"D","Effect":"Deny",` + rest + `,` + block(c.operator) + `}]}`
		expect(t, name, allow(c.operator), r, pick(c.want, Allow, ImplicitDeny), pick(c.want, 0, -1), pick(c.want, "S", ""))
		expect(t, "Deny "+name, deny, r, pick(c.want, ExplicitDeny, Allow), pick(c.want, 1, 0), pick(c.want, "D", ""))
		if c.operator == "Null" {
			continue
		}
		// A multivalued key without values is as good as missing.
		want := c.want || c.request == nil || c.request.none()
		expect(t, "IfExists "+name, allow(c.operator+"IfExists"), r, pick(want, Allow, ImplicitDeny), pick(want, 0, -1), pick(want, "S", ""))
	}
}

func pick[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}

func expect(t *testing.T, name, document string, r *Request, effect Effect, statement int, sid string) {
	t.Helper()
	kind := IdentityPolicy
	if strings.Contains(document, `Principal"`) {
		kind = ResourcePolicy
	}
	p, err := Parse(document, kind)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	d := p.Evaluate(r)
	if d.Effect != effect || d.Statement != statement || d.Sid != sid {
		t.Errorf("%s: %v by %d %q (%s), want %v by %d %q", name, d.Effect, d.Statement, d.Sid, d.Reason(), effect, statement, sid)
	}
}

// Variables belong to version 2012-10-17; before, they are text.
func TestVariablesNeedTheVersion(t *testing.T) {
	for _, version := range []string{`"Version":"2008-10-17",`, ``} {
		document := `{` + version + `"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"test:key":"${aws:username}"}}}}`
		for value, want := range map[string]Effect{"bob": ImplicitDeny, "${aws:username}": Allow} {
			r := &Request{Action: invoke, Resource: petARN, Context: conditionContext(conditionCase{request: one(value)})}
			expect(t, version+value, document, r, want, pick(want == Allow, 0, -1), "")
		}
	}
}

// Operators and keys of one statement must all hold.
func TestConditionsAreConjunctive(t *testing.T) {
	const document = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{
		"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"StringEquals":{"aws:UserAgent":"x","aws:Referer":"y"}}}}`
	for _, c := range []struct {
		ip, agent, referer string
		want               Effect
	}{
		{"10.1.1.1", "x", "y", Allow},
		{"11.1.1.1", "x", "y", ImplicitDeny},
		{"10.1.1.1", "z", "y", ImplicitDeny},
		{"10.1.1.1", "x", "z", ImplicitDeny},
	} {
		r := &Request{Action: invoke, Resource: petARN, Context: Keys(map[string]Value{
			"aws:SourceIp": One(c.ip), "aws:UserAgent": One(c.agent), "aws:Referer": One(c.referer)})}
		expect(t, fmt.Sprint(c), document, r, c.want, pick(c.want == Allow, 0, -1), "")
	}
	r := &Request{Action: invoke, Resource: petARN}
	expect(t, "no context", document, r, ImplicitDeny, -1, "")
}
