package policy

import (
	"fmt"
	"testing"
)

// documentCase is a request to an API with one of the policies that people write, the outcome, and
// the statement that decides.
type documentCase struct {
	name   string
	method string // and path: what follows the stage
	who    Principal
	keys   map[string]Value
	effect Effect
	by     int
}

// office and its neighbours are addresses of the documentation ranges.
var (
	office    = map[string]Value{"aws:SourceIp": One("192.0.2.10")}
	elsewhere = map[string]Value{"aws:SourceIp": One("203.0.113.10")}
	overIPv6  = map[string]Value{"aws:SourceIp": One("2001:db8:1::5")}
)

var documents = []struct {
	name, statements string
	cases            []documentCase
}{
	{"allow list of addresses", `[
		{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"},
		{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*",
		 "Condition":{"NotIpAddress":{"aws:SourceIp":["192.0.2.0/24","2001:db8:1::/48"]}}}]`, []documentCase{
		{"inside", "GET/pets", Principal{}, office, Allow, 0},
		{"inside over IPv6", "GET/pets", Principal{}, overIPv6, Allow, 0},
		{"outside", "GET/pets", Principal{}, elsewhere, ExplicitDeny, 1},
		{"outside over IPv6", "GET/pets", Principal{}, map[string]Value{"aws:SourceIp": One("2001:db8:2::5")}, ExplicitDeny, 1},
		{"IPv4 in IPv6 clothes", "GET/pets", Principal{}, map[string]Value{"aws:SourceIp": One("::ffff:192.0.2.10")}, Allow, 0},
		{"no address", "GET/pets", Principal{}, nil, ExplicitDeny, 1},
		{"a text for an address", "GET/pets", Principal{}, map[string]Value{"aws:SourceIp": One("localhost")}, ExplicitDeny, 1},
		{"last of the range", "GET/pets", Principal{}, map[string]Value{"aws:SourceIp": One("192.0.2.255")}, Allow, 0},
		{"first after the range", "GET/pets", Principal{}, map[string]Value{"aws:SourceIp": One("192.0.3.0")}, ExplicitDeny, 1},
	}},
	{"block list of addresses", `[
		{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"},
		{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.10"}}},
		{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*/*/admin/*","Condition":{"IpAddressIfExists":{"aws:SourceIp":"0.0.0.0/0"}}}]`, []documentCase{
		{"not listed", "GET/pets", Principal{}, office, Allow, 0},
		{"listed", "GET/pets", Principal{}, elsewhere, ExplicitDeny, 1},
		{"no address", "GET/pets", Principal{}, nil, Allow, 0},
		{"admin from anywhere", "GET/admin/x", Principal{}, office, ExplicitDeny, 2},
		{"admin over IPv6", "GET/admin/x", Principal{}, overIPv6, Allow, 0},
		{"admin without an address", "GET/admin/x", Principal{}, nil, ExplicitDeny, 2},
		{"two denials: the first decides", "GET/admin/x", Principal{}, elsewhere, ExplicitDeny, 1},
	}},
	{"by method and path", `[
		{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":["execute-api:/prod/GET/*","execute-api:/prod/HEAD/*"]},
		{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/prod/POST/orders"},
		{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","NotResource":["execute-api:/prod/*","execute-api:/dev/*"]},
		{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/prod/*/internal*"}]`, []documentCase{
		{"read", "GET/pets", Principal{}, nil, Allow, 0},
		{"read the root", "GET/", Principal{}, nil, Allow, 0},
		{"read deep below", "GET/a/b/c/d", Principal{}, nil, Allow, 0},
		{"head", "HEAD/pets", Principal{}, nil, Allow, 0},
		{"order", "POST/orders", Principal{}, nil, Allow, 1},
		{"one order", "POST/orders/7", Principal{}, nil, ImplicitDeny, -1},
		{"order in another case", "POST/Orders", Principal{}, nil, ImplicitDeny, -1},
		{"method in lower case", "get/pets", Principal{}, nil, ImplicitDeny, -1},
		{"delete", "DELETE/pets", Principal{}, nil, ImplicitDeny, -1},
		{"internal", "GET/internal", Principal{}, nil, ExplicitDeny, 3},
		{"internal below", "GET/internal/x", Principal{}, nil, ExplicitDeny, 3},
		{"internal by its beginning", "GET/internals", Principal{}, nil, ExplicitDeny, 3},
		{"internal further down", "GET/a/internal", Principal{}, nil, ExplicitDeny, 3},
		{"a path that looks like a stage", "GET/prod/GET/x", Principal{}, nil, Allow, 0},
	}},
	{"private API", `[
		{"Sid":"All","Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"},
		{"Sid":"Endpoint","Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*","Condition":{"StringNotEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}}},
		{"Sid":"Network","Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*","Condition":{"NotIpAddressIfExists":{"aws:VpcSourceIp":"10.0.0.0/8"}}}]`, []documentCase{
		{"first endpoint", "GET/pets", Principal{}, map[string]Value{"aws:SourceVpce": One("vpce-1"), "aws:VpcSourceIp": One("10.1.2.3")}, Allow, 0},
		{"second endpoint", "GET/pets", Principal{}, map[string]Value{"aws:sourcevpce": One("vpce-2"), "aws:vpcsourceip": One("10.255.0.1")}, Allow, 0},
		{"IfExists holds without the key", "GET/pets", Principal{}, map[string]Value{"aws:SourceVpce": One("vpce-2")}, ExplicitDeny, 2},
		{"another endpoint", "GET/pets", Principal{}, map[string]Value{"aws:SourceVpce": One("vpce-3")}, ExplicitDeny, 1},
		{"endpoint in upper case", "GET/pets", Principal{}, map[string]Value{"aws:SourceVpce": One("VPCE-1")}, ExplicitDeny, 1},
		{"from outside", "GET/pets", Principal{}, elsewhere, ExplicitDeny, 1},
		{"wrong network", "GET/pets", Principal{}, map[string]Value{"aws:SourceVpce": One("vpce-1"), "aws:VpcSourceIp": One("172.16.0.1")}, ExplicitDeny, 2},
	}},
	{"one account, one role, one user", `[
		{"Effect":"Allow","Principal":{"AWS":["210987654321","` + role + `"]},"Action":"execute-api:Invoke","Resource":"execute-api:/*"},
		{"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Action":"execute-api:*","Resource":"execute-api:/prod/GET/*"},
		{"Effect":"Deny","NotPrincipal":{"AWS":["` + user + `","` + root + `"]},"Action":"execute-api:Invoke","Resource":"execute-api:/*/*/only-bob"}]`, []documentCase{
		{"anonymous", "GET/pets", Principal{}, nil, ImplicitDeny, -1},
		{"the account", "GET/pets", Principal{ARN: "arn:aws:iam::210987654321:user/eve"}, nil, Allow, 0},
		{"the role's session", "POST/pets", Principal{ARN: session}, nil, Allow, 0},
		{"another role's session", "POST/pets", Principal{ARN: "arn:aws:sts::123456789012:assumed-role/Other/run-1"}, nil, ImplicitDeny, -1},
		{"the user", "GET/pets", Principal{ARN: user}, nil, Allow, 1},
		{"the user, writing", "POST/pets", Principal{ARN: user}, nil, ImplicitDeny, -1},
		{"a user of that name elsewhere", "GET/pets", Principal{ARN: "arn:aws:iam::123456789012:user/bob"}, nil, ImplicitDeny, -1},
		{"only bob", "GET/only-bob", Principal{ARN: user}, nil, Allow, 1},
		{"not the account", "GET/only-bob", Principal{ARN: "arn:aws:iam::210987654321:user/eve"}, nil, ExplicitDeny, 2},
		{"not the role", "GET/only-bob", Principal{ARN: session}, nil, ExplicitDeny, 2},
		{"not anybody", "GET/only-bob", Principal{}, nil, ExplicitDeny, 2},
	}},
	{"hours, agents, referers and TLS", `[
		{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*","Condition":{
			"DateGreaterThanEquals":{"aws:CurrentTime":"2026-01-01T08:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2026-01-01T18:00:00Z"},
			"StringLikeIfExists":{"aws:Referer":["https://example.com/*","https://*.example.com/*"]}}},
		{"Effect":"Deny","Principal":"*","Action":"*","Resource":"execute-api:/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
		{"Effect":"Deny","Principal":"*","Action":"*","Resource":"execute-api:/*","Condition":{"StringLike":{"aws:UserAgent":["*Bot*","*crawler*"]}}},
		{"Effect":"Deny","Principal":"*","Action":"*","Resource":"execute-api:/*","Condition":{"NumericGreaterThan":{"aws:EpochTime":"1767290399"}}}]`, []documentCase{
		{"at noon", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T12:00:00Z"), "aws:SecureTransport": One("true")}, Allow, 0},
		{"at eight sharp", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T08:00:00Z")}, Allow, 0},
		{"a second before", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T07:59:59Z")}, ImplicitDeny, -1},
		{"at six sharp", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T18:00:00Z")}, ImplicitDeny, -1},
		{"in another zone", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T19:30:00+02:00")}, Allow, 0},
		{"timeless", "GET/pets", Principal{}, nil, ImplicitDeny, -1},
		{"good referer", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T12:00:00Z"), "aws:Referer": One("https://shop.example.com/x")}, Allow, 0},
		{"bad referer", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T12:00:00Z"), "aws:Referer": One("https://example.org/https://example.com/")}, ImplicitDeny, -1},
		{"empty referer", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T12:00:00Z"), "aws:Referer": One("")}, ImplicitDeny, -1},
		{"without TLS", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T12:00:00Z"), "aws:SecureTransport": One("false")}, ExplicitDeny, 1},
		{"a bot", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T12:00:00Z"), "aws:UserAgent": One("NiceBot/1.0")}, ExplicitDeny, 2},
		{"a bot in lower case", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T12:00:00Z"), "aws:UserAgent": One("robot/1.0")}, Allow, 0},
		{"after the end", "GET/pets", Principal{}, map[string]Value{"aws:CurrentTime": One("2026-01-01T12:00:00Z"), "aws:EpochTime": One("1767290400")}, ExplicitDeny, 3},
	}},
	{"everyone's own path", `[
		{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"execute-api:Invoke","Resource":"execute-api:/prod/*/users/${aws:username}/*"},
		{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"execute-api:Invoke","Resource":"execute-api:/prod/GET/teams/${aws:PrincipalTag/team, 'guests'}"},
		{"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"execute-api:Invoke","NotResource":"execute-api:/prod/*/${aws:PrincipalTag/root, 'users'}/*",
		 "Condition":{"StringEquals":{"aws:PrincipalTag/confined":"${aws:username}"}}}]`, []documentCase{
		{"own", "PUT/users/bob/photo", Principal{ARN: user}, map[string]Value{"aws:username": One("bob")}, Allow, 0},
		{"somebody else's", "PUT/users/eve/photo", Principal{ARN: user}, map[string]Value{"aws:username": One("bob")}, ImplicitDeny, -1},
		{"a name with a wildcard", "PUT/users/eve/photo", Principal{ARN: user}, map[string]Value{"aws:username": One("*")}, ImplicitDeny, -1},
		{"nameless", "PUT/users/bob/photo", Principal{ARN: session}, nil, ImplicitDeny, -1},
		{"nameless, by the text of the variable", "PUT/users/${aws:username}/photo", Principal{ARN: session}, nil, ImplicitDeny, -1},
		{"own team", "GET/teams/red", Principal{ARN: user}, map[string]Value{"aws:PrincipalTag/team": One("red")}, Allow, 1},
		{"teamless", "GET/teams/guests", Principal{ARN: user}, nil, Allow, 1},
		{"teamless elsewhere", "GET/teams/red", Principal{ARN: user}, nil, ImplicitDeny, -1},
		{"several teams", "GET/teams/guests", Principal{ARN: user}, map[string]Value{"aws:PrincipalTag/team": Many("red", "blue")}, Allow, 1},
		{"confined", "GET/teams/guests", Principal{ARN: user}, map[string]Value{"aws:username": One("bob"), "aws:PrincipalTag/confined": One("bob")}, ExplicitDeny, 2},
		{"confined, at home", "GET/users/bob/x", Principal{ARN: user}, map[string]Value{"aws:username": One("bob"), "aws:PrincipalTag/confined": One("bob")}, Allow, 0},
		{"anonymous", "PUT/users/bob/photo", Principal{}, map[string]Value{"aws:username": One("bob")}, ImplicitDeny, -1},
	}},
	{"organisation, age and tags", `[
		{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}},
		{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*","Condition":{"ForAllValues:StringNotLike":{"aws:PrincipalOrgPaths":"o-1/r-1/ou-1/*"},"Null":{"aws:PrincipalOrgPaths":"false"}}},
		{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*/DELETE/*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}},
		{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*","Condition":{"NumericGreaterThanEquals":{"aws:MultiFactorAuthAge":"3600"}}},
		{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["blocked","frozen"]}}}]`, []documentCase{
		{"a member", "GET/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1")}, Allow, 0},
		{"a stranger", "GET/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-2")}, ImplicitDeny, -1},
		{"nobody's member", "GET/pets", Principal{ARN: user}, nil, ImplicitDeny, -1},
		{"the right unit", "GET/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1"), "aws:PrincipalOrgPaths": Many("o-1/r-1/ou-1/x")}, Allow, 0},
		{"the wrong unit", "GET/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1"), "aws:PrincipalOrgPaths": Many("o-1/r-1/ou-2/x")}, ExplicitDeny, 1},
		{"one right unit of two", "GET/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1"), "aws:PrincipalOrgPaths": Many("o-1/r-1/ou-2/x", "o-1/r-1/ou-1/")}, Allow, 0},
		{"deleting with a second factor", "DELETE/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1"), "aws:MultiFactorAuthPresent": One("true")}, Allow, 0},
		{"deleting without", "DELETE/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1"), "aws:MultiFactorAuthPresent": One("false")}, ExplicitDeny, 2},
		{"deleting by key, which has no factors", "DELETE/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1")}, ExplicitDeny, 2},
		{"a young second factor", "GET/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1"), "aws:MultiFactorAuthAge": One("3599")}, Allow, 0},
		{"an old one", "GET/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1"), "aws:MultiFactorAuthAge": One("3600")}, ExplicitDeny, 3},
		{"harmless tags", "GET/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1"), "aws:TagKeys": Many("a", "b")}, Allow, 0},
		{"a blocking tag", "GET/pets", Principal{ARN: user}, map[string]Value{"aws:PrincipalOrgID": One("o-1"), "aws:TagKeys": Many("a", "frozen")}, ExplicitDeny, 4},
	}},
	{"everything but", `[
		{"Effect":"Allow","Principal":"*","NotAction":["execute-api:InvalidateCache","execute-api:ManageConnections"],"NotResource":["execute-api:/*/*/secret*","arn:aws:execute-api:*:*:other/*"]},
		{"Effect":"Allow","NotPrincipal":{"AWS":"` + user + `"},"Action":"execute-api:Invoke","Resource":"execute-api:/*/GET/secret/shared"},
		{"Effect":"Deny","Principal":"*","NotAction":"execute-api:*","Resource":"*"}]`, []documentCase{
		{"pets", "GET/pets", Principal{}, nil, Allow, 0},
		{"secret", "GET/secret", Principal{}, nil, ImplicitDeny, -1},
		{"secrets", "GET/secrets/1", Principal{ARN: user}, nil, ImplicitDeny, -1},
		{"shared", "GET/secret/shared", Principal{}, nil, Allow, 1},
		{"shared, but not with bob", "GET/secret/shared", Principal{ARN: user}, nil, ImplicitDeny, -1},
		{"shared with alice", "GET/secret/shared", Principal{ARN: "arn:aws:iam::123456789012:user/alice"}, nil, Allow, 1},
	}},
}

// The resource policies that people write, whole.
func TestDocuments(t *testing.T) {
	for _, doc := range documents {
		document, err := Expand(identity(doc.statements), testAPI)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse(document, ResourcePolicy)
		if err != nil {
			t.Fatalf("%s: %v", doc.name, err)
		}
		for _, c := range doc.cases {
			r := &Request{Principal: c.who, Action: invoke, Resource: testAPI + "/prod/" + c.method, Context: Keys(c.keys)}
			d := p.Evaluate(r)
			if d.Effect != c.effect || d.Statement != c.by {
				t.Errorf("%s, %s: %v by %d (%s), want %v by %d", doc.name, c.name, d.Effect, d.Statement, d.Reason(), c.effect, c.by)
			}
			// Another API of the account is none of the policy's business.
			r.Resource = "arn:aws:execute-api:eu-west-1:123456789012:zzz/prod/" + c.method
			if other := p.Evaluate(r); other.Effect == Allow && doc.name != "everything but" {
				t.Errorf("%s, %s: allowed for another API", doc.name, c.name)
			}
		}
	}
}

// Both tables of REST data plane spec, 2.1, by documents: what each side says, and with whose
// statement.
func TestTablesByDocuments(t *testing.T) {
	const ballast = `{"Effect":"Allow","Action":"execute-api:InvalidateCache","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"arn:aws:execute-api:*:*:zzz/*"}`
	sides := []struct {
		name, statements string
		effect           Effect
		by               int
	}{
		{"allow", ballast + `,{"Sid":"S","Effect":"Allow","Action":"execute-api:Invoke","Resource":"` + petARN + `"}`, Allow, 2},
		{"silent", ballast, ImplicitDeny, -1},
		{"deny", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"S","Effect":"Deny","Action":"*","Resource":"*"},` + ballast, ExplicitDeny, 1},
	}
	a := map[string]Effect{
		"allow allow": Allow, "allow silent": Allow, "allow deny": ExplicitDeny,
		"silent allow": Allow, "silent silent": ImplicitDeny, "silent deny": ExplicitDeny,
		"deny allow": ExplicitDeny, "deny silent": ExplicitDeny, "deny deny": ExplicitDeny,
	}
	b := map[string]Effect{
		"allow allow": Allow, "allow silent": ImplicitDeny, "allow deny": ExplicitDeny,
		"silent allow": ImplicitDeny, "silent silent": ImplicitDeny, "silent deny": ExplicitDeny,
		"deny allow": ExplicitDeny, "deny silent": ExplicitDeny, "deny deny": ExplicitDeny,
	}
	r := &Request{Principal: Principal{ARN: user}, Action: invoke, Resource: petARN}
	parse := func(statements string, kind Kind) *Policy {
		p, err := Parse(identity("["+statements+"]"), kind)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, i := range sides {
		for _, s := range sides {
			own := parse(i.statements, IdentityPolicy).Evaluate(r)
			resource := parse(everybodys(s.statements), ResourcePolicy).Evaluate(r)
			name := i.name + " " + s.name
			if own.Effect != i.effect || own.Statement != i.by || resource.Effect != s.effect || resource.Statement != s.by {
				t.Errorf("%s: %v by %d and %v by %d", name, own.Effect, own.Statement, resource.Effect, resource.Statement)
			}
			for table, c := range map[string]Combined{"A": SameAccount(own, resource), "B": CrossAccount(own, resource)} {
				want := a[name]
				if table == "B" {
					want = b[name]
				}
				if c.Effect != want || c.Identity.Statement != i.by || c.Resource.Statement != s.by || c.Reason() == "" {
					t.Errorf("%s by table %s: %v because %s", name, table, c.Effect, c.Reason())
				}
			}
		}
	}
}

// everybodys gives each statement the principal that resource policies need.
func everybodys(statements string) string {
	var out []byte
	for i := range len(statements) {
		out = append(out, statements[i])
		if statements[i] == '{' {
			out = append(out, `"Principal":"*",`...)
		}
	}
	return string(out)
}

// At least 300 evaluations are fixed by tables.
func TestEnoughEvaluations(t *testing.T) {
	n := len(conditionCases) * 3
	for _, d := range documents {
		n += len(d.cases)
	}
	if n < 300 || len(conditionCases) < 200 {
		t.Errorf("the tables hold %d evaluations", n)
	}
	seen := map[string]bool{}
	for _, c := range conditionCases {
		name := fmt.Sprintf("%s %s %v", c.operator, c.values, c.request)
		if c.request != nil {
			name = fmt.Sprintf("%s %s %v", c.operator, c.values, *c.request)
		}
		if seen[name] {
			t.Errorf("twice: %s", name)
		}
		seen[name] = true
	}
}
