package sigv4

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func with(r *http.Request, name, value string) *http.Request {
	if value == "" {
		r.Header.Del(name)
	} else {
		r.Header.Set(name, value)
	}
	return r
}

// change replaces a part of the Authorization header.
func change(r *http.Request, from, to string) *http.Request {
	return with(r, "Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
}

// The rows of REST data plane spec, 11.5 and security and operations spec, 1.3, and what else
// must not pass.
func TestRefusals(t *testing.T) {
	good := func() *http.Request { return fixture{body: "body"}.signed(t) }
	temporary := testKeys{"ASIDEXAMPLE": {Secret: testSecret, SessionToken: "token", Expires: now.Add(time.Hour)}}
	expired := testKeys{"ASIDEXAMPLE": {Secret: testSecret, SessionToken: "token", Expires: now}}
	session := fixture{key: "ASIDEXAMPLE", token: "token", body: "body"}
	const unknown = "The security token included in the request is invalid."
	const different = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'POST\n"
	for _, c := range []struct {
		name    string
		request *http.Request
		keys    testKeys
		code    string
		message string
	}{
		{"no Authorization", with(good(), "Authorization", ""), nil, CodeMissingToken, "Missing Authentication Token"},
		{"a bearer token", with(good(), "Authorization", "Bearer x"), nil, CodeIncomplete,
			"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '"},
		{"no parts and no date", with(with(good(), "Authorization", "AWS4-HMAC-SHA256 a=b"), "X-Amz-Date", ""), nil, CodeIncomplete,
			"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 a=b"},
		{"another algorithm", change(good(), "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"), nil, CodeIncomplete, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'"},
		{"two Authorization headers", func() *http.Request { r := good(); r.Header.Add("Authorization", "x"); return r }(), nil, CodeIncomplete, "only one"},
		{"a parameter twice", change(good(), "Signature=", "Signature=00, Signature="), nil, CodeIncomplete, "more than one 'Signature'"},
		{"short credential", change(good(), "/eu-central-1", ""), nil, CodeIncomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20261123/apigateway/aws4_request'"},
		{"other day in the scope", change(good(), "/20261123/", "/20261122/"), nil, CodeInvalid,
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261122' != '20261123', from '20261123T100000Z'."},
		{"a date that is none", with(good(), "X-Amz-Date", "20261123T106000Z"), nil, CodeInvalid, "Date in Credential scope"},
		{"a date with a fraction", with(good(), "X-Amz-Date", "20261123T100000.5Z"), nil, CodeInvalid, "Date in Credential scope"},
		{"other terminator", change(good(), "aws4_request", "aws4_requesT"), nil, CodeInvalid, "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws4_requesT'. "},
		{"other service", fixture{service: "lambda", body: "body"}.signed(t), nil, CodeInvalid, "Credential should be scoped to correct service: 'apigateway'. "},
		{"other Region", fixture{region: "us-east-1", body: "body"}.signed(t), nil, CodeInvalid, "Credential should be scoped to a valid region. "},
		{"unknown key", fixture{key: "AKIDOTHER", body: "body"}.signed(t), nil, CodeUnknownKey, unknown},
		{"a key that verifies 4a only", good(), testKeys{testID: {}}, CodeUnknownKey, unknown},
		{"a token with a long-term key", fixture{token: "token", body: "body"}.signed(t), nil, CodeUnknownKey, unknown},
		{"no token", fixture{key: "ASIDEXAMPLE", body: "body"}.signed(t), temporary, CodeUnknownKey, unknown},
		{"another token", fixture{key: "ASIDEXAMPLE", token: "toke", body: "body"}.signed(t), temporary, CodeUnknownKey, unknown},
		{"expired token", session.signed(t), expired, CodeExpiredToken, "The security token included in the request is expired"},
		{"six minutes old", fixture{at: now.Add(-6 * time.Minute), body: "body"}.signed(t), nil, CodeInvalid,
			"Signature expired: 20261123T095400Z is now earlier than 20261123T095500Z (20261123T100000Z - 5 min.)"},
		{"six minutes ahead", fixture{at: now.Add(6 * time.Minute), body: "body"}.signed(t), nil, CodeInvalid,
			"Signature not yet current: 20261123T100600Z is still later than 20261123T100500Z (20261123T100000Z + 5 min.)"},
		{"a year old", fixture{at: now.AddDate(-1, 0, 0), body: "body"}.signed(t), nil, CodeInvalid, "Signature expired"},
		{"host not signed", change(good(), "host;", ""), nil, CodeInvalid, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."},
		{"added x-amz header", with(good(), "X-Amz-Target", "x"), nil, CodeInvalid, "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."},
		{"date not signed", change(good(), ";x-amz-date", ""), nil, CodeInvalid, "'X-Amz-Date' must be a 'SignedHeader'"},
		{"reordered list", change(good(), "host;x-amz-date", "x-amz-date;host"), nil, CodeInvalid, "alphabetical order"},
		{"a header listed twice", change(good(), "host;", "host;host;"), nil, CodeInvalid, "each once"},
		{"capitals in the list", change(good(), "host;", "hosT;"), nil, CodeInvalid, "lower-case"},
		{"added to the list", change(good(), "host;", "host;x-a;"), nil, CodeInvalid, different},
		{"a date header twice", func() *http.Request { r := good(); r.Header.Add("X-Amz-Date", "20261123T100000Z"); return r }(), nil, CodeInvalid, "Date in Credential scope"},
		{"a signed header twice", func() *http.Request {
			r := fixture{body: "body", header: http.Header{"X-A": {"1"}}}.signed(t)
			r.Header.Add("X-A", "1")
			return r
		}(), nil, CodeInvalid, different},
		{"values of a header swapped", func() *http.Request {
			r := fixture{body: "body", header: http.Header{"X-A": {"1", "2"}}}.signed(t)
			r.Header["X-A"] = []string{"2", "1"}
			return r
		}(), nil, CodeInvalid, different},
		{"other body", fixture{body: "other"}.signed(t), nil, CodeInvalid, different},
		{"unsigned payload", fixture{body: "body", payload: UnsignedPayload, header: http.Header{"X-Amz-Content-Sha256": {UnsignedPayload}}}.signed(t), nil, CodeInvalid, different},
		{"hash of another body", fixture{body: "body", header: http.Header{"X-Amz-Content-Sha256": {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}}.signed(t), nil, CodeInvalid, different},
		{"streaming payload", fixture{body: "body", header: http.Header{"X-Amz-Content-Sha256": {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}}}.signed(t), nil, CodeInvalid,
			"The payload hash 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' is not supported: sign the SHA-256 of the whole body."},
		{"other host", func() *http.Request { r := good(); r.Host = "example.com"; return r }(), nil, CodeInvalid, different},
		{"other query", func() *http.Request { r := good(); r.URL.RawQuery = "limit=3"; return r }(), nil, CodeInvalid, different},
		{"other path", func() *http.Request { r := good(); r.RequestURI = "/restapi?limit=2"; return r }(), nil, CodeInvalid, different},
		{"signature in capitals", with(good(), "Authorization", upperSignature(good().Header.Get("Authorization"))), nil, CodeInvalid, different},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.keys == nil {
				c.keys = usual()
			}
			v := verifier("apigateway")
			v.Region = "eu-central-1"
			refused(t, check(v, c.keys, c.request, "body"), c.code, c.message)
		})
	}
	v := verifier("apigateway")
	if err := check(v, temporary, session.signed(t), "body"); err != nil {
		t.Errorf("temporary credentials: %v", err)
	}
	if err := check(v, usual(), good(), "body"); err != nil {
		t.Errorf("what the cases change is refused itself: %v", err)
	}
}

func upperSignature(authorization string) string {
	i := strings.Index(authorization, "Signature=") + len("Signature=")
	return authorization[:i] + strings.ToUpper(authorization[i:])
}

func TestPresigned(t *testing.T) {
	v := verifier("execute-api")
	day := fixture{method: "GET", target: "/prod/pets?b=2&a=1", service: "execute-api", presign: 24 * time.Hour, at: now.Add(-23 * time.Hour)}
	if err := check(v, usual(), day.signed(t), ""); err != nil {
		t.Errorf("a request presigned for a day after 23 hours: %v", err)
	}
	edit := func(from, to string) *http.Request {
		r := day.signed(t)
		q := strings.Replace(r.URL.RawQuery, from, to, 1)
		if q == r.URL.RawQuery {
			t.Fatalf("%q is not in %q", from, q)
		}
		r.URL.RawQuery, r.RequestURI = q, r.URL.Path+"?"+q
		return r
	}
	late := day
	late.at = now.Add(-25 * time.Hour)
	both := day.signed(t)
	both.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a")
	for _, c := range []struct {
		name          string
		request       *http.Request
		code, message string
	}{
		{"after a day", late.signed(t), CodeInvalid, "Signature expired: 20261122T090000Z is now earlier than 20261122T100000Z (20261123T100000Z - 1440 min.)"},
		{"longer life", edit("X-Amz-Expires=86400", "X-Amz-Expires=86401"), CodeInvalid, "does not match"},
		{"more than a week", edit("X-Amz-Expires=86400", "X-Amz-Expires=604801"), CodeIncomplete, "X-Amz-Expires must be between 1 and 604800 seconds"},
		{"no life", edit("X-Amz-Expires=86400", "X-Amz-Expires=0"), CodeIncomplete, "X-Amz-Expires must be between 1 and 604800 seconds"},
		{"life in words", edit("X-Amz-Expires=86400", "X-Amz-Expires=day"), CodeIncomplete, "X-Amz-Expires must be a non-negative number"},
		{"life left out", edit("X-Amz-Expires=86400&", ""), CodeInvalid, "Signature expired"},
		{"no signature", edit("&X-Amz-Signature", "&Y"), CodeIncomplete, "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters."},
		{"no date", edit("X-Amz-Date", "Y"), CodeIncomplete, "must include 'X-Amz-Date'"},
		{"a date twice", edit("X-Amz-Date", "X-Amz-Date=20261122T110000Z&X-Amz-Date"), CodeIncomplete, "'X-Amz-Date' only once"},
		{"other algorithm", edit("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), CodeIncomplete, "Unsupported AWS 'algorithm'"},
		{"other parameter", edit("a=1", "a=2"), CodeInvalid, "does not match"},
		{"added parameter", edit("a=1", "a=1&c=3"), CodeInvalid, "does not match"},
		{"signature again", edit("a=1", "a=1&X-Amz-Signature=00"), CodeIncomplete, "only once"},
		{"both carriers", both, CodeIncomplete, "Only one of"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, check(v, usual(), c.request, ""), c.code, c.message) })
	}
	// A token for somebody else does not hide a presigned query.
	bearer := day.signed(t)
	bearer.Header.Set("Authorization", "Bearer x")
	if err := check(v, usual(), bearer, ""); err != nil {
		t.Errorf("with a bearer token: %v", err)
	}
}

func TestUnsignedPayload(t *testing.T) {
	v := verifier("execute-api")
	v.AllowUnsignedPayload = true
	r := fixture{service: "execute-api", body: "one", payload: UnsignedPayload, header: http.Header{"X-Amz-Content-Sha256": {UnsignedPayload}}}.signed(t)
	_, _, err := Verify(t.Context(), v, usual(), r, func() (string, error) { return "", errors.New("the body is read") })
	if err != nil {
		t.Errorf("a body that is not signed: %v", err)
	}
}

// Which of the readings of a path, a query and a header are the same request.
func TestReadings(t *testing.T) {
	for in, want := range map[string]string{
		"/": "/", "//": "/", "/a/./b": "/a/b", "/a/../b": "/b", "/a//b/": "/a/b/", "/..": "/", "/a/b/..": "/a", "/a/.": "/a", "/.../x": "/.../x", "/a/..b": "/a/..b",
	} {
		if got := normalise(in); got != want {
			t.Errorf("normalise(%q) = %q, want %q", in, got, want)
		}
	}
	for raw, want := range map[string]string{
		"b=2&a=1": "a=1&b=2", "a": "a=", "a=2&a=1": "a=1&a=2", "a=%7e%20": "a=~%20", "a=b=c": "a=b%3Dc", "a=+": "a=%2B", "&a=1&&": "a=1", "a=%zz": "a=%25zz", "%61=1": "a=1", "A=1&a=1": "A=1&a=1", "a-b=1&a=1": "a=1&a-b=1", "ä=ß": "%C3%A4=%C3%9F",
	} {
		if got := string(appendQuery(nil, raw, false, false)); got != want {
			t.Errorf("canonical query of %q is %q, want %q", raw, got, want)
		}
	}
	if got := string(appendQuery(nil, "a=+&b=%2B", false, true)); got != "a=%20&b=%2B" {
		t.Errorf("with + as a space: %q", got)
	}
	if got := string(appendFolded(nil, "a  b\tc  \t d", false)); got != "a b\tc \t d" {
		t.Errorf("blanks folded: %q", got)
	}
	if got := string(appendFolded(nil, "a  b\tc  \t d", true)); got != "a b c d" {
		t.Errorf("white space folded: %q", got)
	}
}

func TestRegions(t *testing.T) {
	for _, c := range []struct {
		set  string
		want bool
	}{
		{"us-west-2", true}, {"us-east-1", false}, {"us-east-1,us-west-2", true}, {"us-east-1, us-west-2", true}, {"*", true}, {"us-west-*", true}, {"us-*-2", true},
		{"us-east-*", false}, {"*-2", true}, {"*west*", true}, {"", false}, {"us-west-2x", false}, {"us-west", false}, {"US-WEST-2", false}, {"us-west-2*", true}, {"us-*-west-2", false},
	} {
		s := Signature{Asymmetric: true, RegionSet: c.set}
		if got := s.coversRegion("us-west-2"); got != c.want {
			t.Errorf("%q covers us-west-2: %v, want %v", c.set, got, c.want)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/r/apigateway/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "20261123T100000Z", "/a?b=%zz&c")
	f.Add("AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20261123/apigateway/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3006020101020101", "20261123T100000Z", "/")
	f.Add("", "", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261123%2Fr%2Fapigateway%2Faws4_request&X-Amz-Date=20261123T100000Z&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature=0")
	pair, err := DeriveKeyPair(testID, testSecret)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, authorization, date, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := &http.Request{Method: "GET", URL: u, Host: "h", Header: http.Header{"X-Amz-Region-Set": {"*"}}, Body: http.NoBody}
		if authorization != "" {
			r.Header["Authorization"] = []string{authorization}
		}
		if date != "" {
			r.Header["X-Amz-Date"] = []string{date}
		}
		keys := testKeys{testID: {Secret: testSecret, Public: &pair.PublicKey}}
		_, s, err := Verify(t.Context(), verifier("apigateway"), keys, r, Bytes(nil))
		var e *Error
		switch {
		case err == nil:
			t.Errorf("accepted a forged request: %+v", s)
		case !errors.As(err, &e) || e.Code == "" || e.Message == "":
			t.Errorf("%v is no refusal", err)
		}
	})
}

// A header that was read says again what it said.
func FuzzAuthorizationHeader(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=00")
	f.Add("AWS4-HMAC-SHA256 Credential=a=b,Signature=1,SignedHeaders=2,x=y")
	f.Fuzz(func(t *testing.T, header string) {
		c, refusal := readAuthorization(header, true)
		if refusal != nil {
			if refusal.Code != CodeIncomplete || refusal.Message == "" {
				t.Errorf("refused with %+v", refusal)
			}
			return
		}
		for _, part := range []string{"Credential=" + c.credential, "SignedHeaders=" + c.signedHeaders, "Signature=" + c.signature} {
			if strings.Count(header, part) == 0 {
				t.Errorf("%q is not in %q", part, header)
			}
		}
	})
}
