package policy

import (
	"errors"
	"strings"
	"testing"
)

func identity(statement string) string {
	return `{"Version":"2012-10-17","Statement":` + statement + `}`
}

const good = `{"Sid":"a","Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}`

func TestParseAccepts(t *testing.T) {
	for name, document := range map[string]string{
		"one statement":            identity(good),
		"a list":                   identity(`[` + good + `,{"Effect":"Deny","NotAction":["a:b","c:*"],"NotResource":["arn:aws:s3:::b"]}]`),
		"no version":               `{"Statement":` + good + `}`,
		"the old version":          `{"Version":"2008-10-17","Id":"x","Statement":` + good + `}`,
		"null for what is absent":  identity(`{"Sid":null,"Effect":"Allow","Action":"*","Resource":"*","Condition":null}`),
		"empty condition":          identity(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}`),
		"empty operator":           identity(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{}}}`),
		"two empty Sids":           identity(`[{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"}]`),
		"other partitions":         identity(`{"Effect":"Allow","Action":"*","Resource":["arn:aws-cn:s3:::b","arn:aws-us-gov:s3:::b","arn:*:s3:::b"]}`),
		"a variable in a resource": identity(`{"Effect":"Allow","Action":"*","Resource":["arn:aws:s3:::b/${aws:username}"]}`),
	} {
		if _, err := Parse(document, IdentityPolicy); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, principal := range map[string]string{
		"everyone": `"*"`, "AWS everyone": `{"AWS":"*"}`, "account": `{"AWS":"123456789012"}`,
		"several":  `{"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::123456789012:user/a/b","arn:aws:sts::123456789012:assumed-role/r/s"],"Service":"events.amazonaws.com"}`,
		"deleted":  `{"AWS":"AIDAJQABLZS4A3QDU576Q"}`,
		"identity": `{"Federated":"cognito-identity.amazonaws.com","CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`,
	} {
		if _, err := Parse(identity(`{"Effect":"Allow","Principal":`+principal+`,"Action":"*","Resource":"*"}`), ResourcePolicy); err != nil {
			t.Errorf("principal %s: %v", name, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	statement := func(members string) string { return identity(`{"Effect":"Allow",` + members + `}`) }
	const rest = `"Action":"*","Resource":"*"`
	condition := func(c string) string { return statement(rest + `,"Condition":` + c) }
	for _, c := range []struct{ name, document, path, reason string }{
		{"nothing", ``, "", reasonSyntax},
		{"no JSON", `This is not a json document`, "", reasonSyntax},
		{"trailing comma", `{"Statement":[` + good + `,]}`, "", reasonSyntax},
		{"two documents", `{} {}`, "", reasonSyntax},
		{"not UTF-8", "{\"Id\":\"\xff\"}", "", reasonSyntax},
		{"a list", `[]`, "", reasonSyntax},
		{"a string", `"x"`, "", reasonSyntax},
		{"null", `null`, "", reasonSyntax},
		{"unknown element", `{"Version":"2012-10-17","Extra":1,"Statement":` + good + `}`, "Extra", reasonSyntax},
		{"case of elements", `{"version":"2012-10-17","Statement":` + good + `}`, "version", reasonSyntax},
		{"unknown version", `{"Version":"2020-01-01","Statement":` + good + `}`, "Version", reasonSyntax},
		{"version no string", `{"Version":20121017,"Statement":` + good + `}`, "Version", reasonSyntax},
		{"Id no string", `{"Version":"2012-10-17","Id":{},"Statement":` + good + `}`, "Id", reasonSyntax},
		{"no statement", `{"Version":"2012-10-17"}`, "Statement", reasonSyntax},
		{"empty statements", identity(`[]`), "Statement", reasonSyntax},
		{"statement a string", identity(`["x"]`), "Statement[0]", reasonSyntax},
		{"element twice", `{"Statement":` + good + `,"Statement":` + good + `}`, "Statement", reasonSyntax},
		{"operator twice", condition(`{"Bool":{"a:b":"true"},"Bool":{"a:b":"false"}}`), "Statement.Condition.Bool", reasonSyntax},
		{"deep", identity(strings.Repeat("[", 50) + strings.Repeat("]", 50)), "Statement" + strings.Repeat("[0]", maxDepth), reasonSyntax},
		{"no effect", identity(`{` + rest + `}`), "Statement", reasonSyntax},
		{"effect", identity(`{"Effect":"allow",` + rest + `}`), "Statement.Effect", reasonSyntax},
		{"unknown in statement", statement(rest + `,"Resources":"*"`), "Statement.Resources", reasonSyntax},
		{"no action", statement(`"Resource":"*"`), "Statement", reasonActions},
		{"empty actions", statement(`"Action":[],"Resource":"*"`), "Statement", reasonActions},
		{"no resource", statement(`"Action":"*"`), "Statement", reasonResources},
		{"empty resources", statement(`"Action":"*","Resource":[]`), "Statement", reasonResources},
		{"both actions", statement(rest + `,"NotAction":"a:b"`), "Statement", reasonSyntax},
		{"both resources", statement(rest + `,"NotResource":"*"`), "Statement", reasonSyntax},
		{"action a number", statement(`"Action":1,"Resource":"*"`), "Statement.Action", reasonSyntax},
		{"action nested", statement(`"Action":[["a:b"]],"Resource":"*"`), "Statement.Action[0]", reasonSyntax},
		{"action without vendor", statement(`"Action":"Invoke","Resource":"*"`), "Statement.Action", reasonVendor},
		{"empty action", statement(`"Action":"","Resource":"*"`), "Statement.Action", reasonVendor},
		{"two colons", statement(`"Action":["*","s3:List:Bucket"],"Resource":"*"`), "Statement.Action[1]", reasonColon},
		{"vendor", statement(`"Action":"a a:ListBucket","Resource":"*"`), "Statement.Action", "Vendor a a is not valid"},
		{"empty vendor", statement(`"Action":":x","Resource":"*"`), "Statement.Action", "Vendor  is not valid"},
		{"no name", statement(`"Action":"s3:","Resource":"*"`), "Statement.Action", reasonSyntax},
		{"resource", statement(`"Action":"*","Resource":"bucket"`), "Statement.Resource", `Resource bucket must be in ARN format or "*".`},
		{"short resource", statement(`"Action":"*","Resource":"execute-api:/*"`), "Statement.Resource", `Resource execute-api:/* must be in ARN format or "*".`},
		{"empty resource", statement(`"Action":"*","Resource":""`), "Statement.Resource", `Resource  must be in ARN format or "*".`},
		{"partition", statement(`"Action":"*","Resource":"arn:red:s3:::b"`), "Statement.Resource", `Partition "red" is not valid for resource "arn:red:s3:::b".`},
		{"long resource", statement(`"Action":"*","Resource":"arn:aws:s3:::` + strings.Repeat("x", 500) + `"`), "Statement.Resource", "The resource has more than 512 characters."},
		{"early variable", statement(`"Action":"*","Resource":"arn:aws:s3::${aws:a}:b"`), "Statement.Resource", reasonSyntax},
		{"open variable", statement(`"Action":"*","Resource":"arn:aws:s3:::${aws:a"`), "Statement.Resource", reasonSyntax},
		{"Sid twice", identity(`[` + good + `,` + good + `]`), "Statement[1].Sid", reasonSidUnique},
		{"Sid alphabet", statement(`"Sid":"a-b",` + rest), "Statement.Sid", reasonSidAlphabet},
		{"Sid a number", statement(`"Sid":1,` + rest), "Statement.Sid", reasonSyntax},
		{"principal in identity", statement(`"Principal":"*",` + rest), "Statement", reasonPrincipal},
		{"condition a list", condition(`[]`), "Statement.Condition", reasonSyntax},
		{"unknown operator", condition(`{"StringMatches":{"a:b":"x"}}`), "Statement.Condition.StringMatches", reasonSyntax},
		{"unknown prefix", condition(`{"ForSomeValues:StringLike":{"a:b":"x"}}`), "Statement.Condition.ForSomeValues:StringLike", reasonSyntax},
		{"Null with suffix", condition(`{"NullIfExists":{"a:b":"true"}}`), "Statement.Condition.NullIfExists", reasonSyntax},
		{"Null with prefix", condition(`{"ForAnyValue:Null":{"a:b":"true"}}`), "Statement.Condition.ForAnyValue:Null", reasonSyntax},
		{"IfExists alone", condition(`{"IfExists":{"a:b":"true"}}`), "Statement.Condition.IfExists", reasonSyntax},
		{"operator a string", condition(`{"Bool":"true"}`), "Statement.Condition.Bool", reasonSyntax},
		{"key without vendor", condition(`{"Bool":{"key":"true"}}`), "Statement.Condition.Bool.key", reasonVendor},
		{"value an object", condition(`{"Bool":{"a:b":{}}}`), "Statement.Condition.Bool.a:b", reasonSyntax},
		{"value null", condition(`{"Bool":{"a:b":[null]}}`), "Statement.Condition.Bool.a:b[0]", reasonSyntax},
		{"no boolean", condition(`{"Bool":{"a:b":"yes"}}`), "Statement.Condition.Bool.a:b", reasonSyntax},
		{"no Null", condition(`{"Null":{"a:b":"x"}}`), "Statement.Condition.Null.a:b", reasonSyntax},
		{"no number", condition(`{"NumericEquals":{"a:b":"0x10"}}`), "Statement.Condition.NumericEquals.a:b", reasonSyntax},
		{"infinite", condition(`{"NumericEquals":{"a:b":"1e999"}}`), "Statement.Condition.NumericEquals.a:b", reasonSyntax},
		{"no date", condition(`{"DateEquals":{"a:b":"tomorrow"}}`), "Statement.Condition.DateEquals.a:b", reasonSyntax},
		{"no such day", condition(`{"DateEquals":{"a:b":"2020-02-30"}}`), "Statement.Condition.DateEquals.a:b", reasonSyntax},
		{"no base64", condition(`{"BinaryEquals":{"a:b":"!"}}`), "Statement.Condition.BinaryEquals.a:b", reasonSyntax},
		{"no address", condition(`{"IpAddress":{"aws:SourceIp":"10.0.0.*"}}`), "Statement.Condition.IpAddress.aws:SourceIp", reasonSyntax},
		{"no range", condition(`{"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}}`), "Statement.Condition.IpAddress.aws:SourceIp", reasonSyntax},
		{"variable for an address", condition(`{"IpAddress":{"aws:SourceIp":"${aws:a}"}}`), "Statement.Condition.IpAddress.aws:SourceIp", reasonSyntax},
		{"broken variable", condition(`{"StringLike":{"a:b":["x","${"]}}`), "Statement.Condition.StringLike.a:b", reasonSyntax},
	} {
		check(t, c.name, c.document, IdentityPolicy, c.path, c.reason)
	}
	for _, c := range []struct{ name, principal, path string }{
		{"none", ``, "Statement"},
		{"a name", `"Principal":"bob",`, "Statement.Principal"},
		{"a list", `"Principal":["*"],`, "Statement.Principal"},
		{"empty", `"Principal":{},`, "Statement.Principal"},
		{"empty list", `"Principal":{"AWS":[]},`, "Statement.Principal.AWS"},
		{"unknown kind", `"Principal":{"Google":"x"},`, "Statement.Principal.Google"},
		{"a number", `"Principal":{"AWS":1},`, "Statement.Principal.AWS"},
		{"short account", `"Principal":{"AWS":"12345"},`, "Statement.Principal.AWS"},
		{"group of resources", `"Principal":{"AWS":"arn:aws:s3:::b"},`, "Statement.Principal.AWS"},
		{"no account", `"Principal":{"AWS":"arn:aws:iam:::root"},`, "Statement.Principal.AWS"},
		{"wildcard", `"Principal":{"AWS":["*","arn:aws:iam::123456789012:user/*"]},`, "Statement.Principal.AWS[1]"},
		{"wildcard service", `"Principal":{"Service":"*.amazonaws.com"},`, "Statement.Principal.Service"},
		{"not", `"NotPrincipal":{"AWS":"bob"},`, "Statement.NotPrincipal.AWS"},
	} {
		check(t, "principal "+c.name, statement(c.principal+rest), ResourcePolicy, c.path, reasonBadPrincipal)
	}
	check(t, "both principals", statement(`"Principal":"*","NotPrincipal":"*",`+rest), ResourcePolicy, "Statement", reasonSyntax)
	check(t, "null", statement(`"Principal":"*","Sid":null,`+rest), ResourcePolicy, "Statement.Sid", reasonSyntax)
}

func check(t *testing.T, name, document string, kind Kind, path, reason string) {
	t.Helper()
	_, err := Parse(document, kind)
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("%s: %v, want an Error", name, err)
		return
	}
	if e.Path != path || !strings.HasPrefix(e.Reason, reason) {
		t.Errorf("%s: %q at %q, want %q at %q", name, e.Reason, e.Path, reason, path)
	}
}

// REST data plane spec, 2.1: 8192 characters, not bytes.
func TestLengthOfResourcePolicy(t *testing.T) {
	document := func(n int) string {
		head := `{"Id":"`
		tail := `","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`
		return head + strings.Repeat("é", n-len(head)-len(tail)) + tail
	}
	if _, err := Parse(document(MaxResourcePolicy), ResourcePolicy); err != nil {
		t.Error(err)
	}
	check(t, "one more", document(MaxResourcePolicy+1), ResourcePolicy, "", "The document has more than 8192 characters.")
	check(t, "identity", strings.Repeat(" ", MaxIdentityPolicy+1), IdentityPolicy, "", "The document has more than 131072 bytes.")
}

func FuzzParse(f *testing.F) {
	f.Add(identity(good), true)
	f.Add(`{"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["123456789012","arn:aws:iam::123456789012:role/x"]},"NotAction":"a:*","NotResource":"arn:aws:s3:::${aws:x, 'y'}","Condition":{"ForAnyValue:StringLikeIfExists":{"aws:x":["*",1,true]},"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00Z"}}}]}`, false)
	f.Fuzz(func(t *testing.T, document string, isIdentity bool) {
		p, err := Parse(document, pick(isIdentity, IdentityPolicy, ResourcePolicy))
		if (p == nil) == (err == nil) {
			t.Fatalf("Parse() = %v, %v", p, err)
		}
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%v is no Error", err)
		}
		d := p.Evaluate(&Request{Action: invoke, Resource: petARN, Context: func(key string) (Value, bool) { return One(key), true }})
		if p == nil && d.Effect != ImplicitDeny || d.Effect != ImplicitDeny && d.Statement < 0 {
			t.Fatalf("decision %+v", d)
		}
		_ = d.Reason()
		if expanded, err := Expand(document, testAPI); err == nil {
			again, err := Expand(expanded, testAPI)
			if err != nil || again != expanded {
				t.Fatalf("expanding %q again gives %q, %v", expanded, again, err)
			}
		}
	})
}
