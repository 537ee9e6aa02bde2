package accesslog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/postern-gateway/postern/shared/telemetry/accesslog"
)

// request is a request whose variables lie in a map.
type request map[string]string

func (r request) ContextVariable(name string) (string, bool) {
	v, ok := r[name]
	return v, ok
}

// pets holds the values of one request.
var pets = request{
	"requestId": "11111111-2222-3333-4444-555555555555", "extendedRequestId": "abcdefghijklmno=", "identity.sourceIp": "203.0.113.9",
	"requestTime": "04/Mar/2020:19:15:17 +0000", "httpMethod": "GET", "resourcePath": "/pets", "protocol": "HTTP/1.1", "status": "200",
	"responseLength": "17", "identity.userAgent": `say "hi" \ bye`, "error.messageString": `"no"`, "authorizer.claims.custom:role": "admin", "empty": "", "path": "/a\nb",
}

func TestLines(t *testing.T) {
	for _, c := range []struct{ name, format, want string }{
		// The examples of the security and operations spec, 6.
		{"Common Log Format", `$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.extendedRequestId`,
			`203.0.113.9 - - [04/Mar/2020:19:15:17 +0000]"GET /pets HTTP/1.1" 200 17 11111111-2222-3333-4444-555555555555 abcdefghijklmno=`},
		{"JSON", `{ "requestId":"$context.requestId", "ip": "$context.identity.sourceIp", "caller":"$context.identity.caller", "status":"$context.status" }`,
			`{ "requestId":"11111111-2222-3333-4444-555555555555", "ip": "203.0.113.9", "caller":"-", "status":"200" }`},
		{"XML", `<request id="$context.requestId"><ip>$context.identity.sourceIp</ip><user>$context.identity.user</user></request>`,
			`<request id="11111111-2222-3333-4444-555555555555"><ip>203.0.113.9</ip><user>-</user></request>`},
		{"CSV", `$context.identity.sourceIp,$context.identity.caller,$context.status`, `203.0.113.9,-,200`},

		{"a value in a JSON string is escaped", `{"ua":"$context.identity.userAgent"}`, `{"ua":"say \"hi\" \\ bye"}`},
		{"a value outside a JSON string stands as it is", `{"status":$context.status,"m":$context.error.messageString}`, `{"status":200,"m":"no"}`},
		{"a quoted value in a JSON string", `{"m":"$context.error.messageString"}`, `{"m":"\"no\""}`},
		{"quotation marks that are no JSON", `"$context.identity.userAgent"!`, `"say "hi" \ bye"!`},
		{"an escaped quotation mark", `{"a":"\"$context.identity.userAgent","b":$context.status}`, `{"a":"\"say \"hi\" \\ bye","b":200}`},
		{"a line break in a value", `$context.path`, `/a b`},
		{"a line break in a value in JSON", `{"p":"$context.path"}`, `{"p":"/a\nb"}`},
		{"an empty value", `$context.empty`, `-`},
		{"a key in brackets", `$context.authorizer.claims['custom:role'].`, `admin.`},
		{"braces", `${context.status}0`, `2000`},
		{"a full stop that ends a sentence", `It was $context.status.`, `It was 200.`},
		{"neighbours", `$context.status$context.status-$context.status`, `200200-200`},
		{"no variables", `$context $context. $input.body ${context.status $stageVariables.x $`, `$context $context. $input.body ${context.status $stageVariables.x $`},
		{"a line break that ends the format", "$context.status\n", `200`},
	} {
		got := string(accesslog.Compile(c.format).Append(nil, pets))
		if got != c.want+"\n" {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want+"\n")
		}
	}
}

func TestCheck(t *testing.T) {
	for _, format := range []string{
		"$context.requestId", "$context.extendedRequestId\n", "x ${context.requestId}\r\n", `{"id":"$context.requestId"}`, "$context.requestId " + strings.Repeat("x", accesslog.MaxFormat-19),
	} {
		if err := accesslog.Check(format); err != nil {
			t.Errorf("Check(%q) = %v", format, err)
		}
	}
	for format, want := range map[string]string{
		"$context.requestId\n$context.status": "Access Log format must be single line, new line character is allowed only at end of the format: '$context.requestId\n$context.status'",
		"$context.requestId\n\n":              "Access Log format must be single line, new line character is allowed only at end of the format: '$context.requestId\n\n'",
		"$context.status":                     "Access Log format must include either $context.requestId or $context.extendedRequestId : '$context.status'",
		"$context.requestIds":                 "Access Log format must include either $context.requestId or $context.extendedRequestId : '$context.requestIds'",
		"":                                    "Access Log format must include either $context.requestId or $context.extendedRequestId : ''",
		"$context.requestId " + strings.Repeat("x", accesslog.MaxFormat): "Access Log format must not be longer than 3072 characters",
	} {
		if err := accesslog.Check(format); err == nil || err.Error() != want {
			t.Errorf("Check(%q) = %v, want %s", format, err, want)
		}
	}
}

// Whatever a client sends, a JSON format gives one line of JSON that holds it.
func TestJSONFormatsStayValid(t *testing.T) {
	f := accesslog.Compile(`{"id":"$context.requestId","ua":"$context.ua"}`)
	rapid.Check(t, func(t *rapid.T) {
		ua := rapid.String().Draw(t, "ua")
		line := f.Append(nil, request{"requestId": "i", "ua": ua})
		var got map[string]string
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		want := ua
		if want == "" {
			want = "-"
		}
		if got["ua"] != want || strings.Count(string(line), "\n") != 1 {
			t.Fatalf("%q became %q", ua, line)
		}
	})
}

func TestLinesCostNothingBesides(t *testing.T) {
	f := accesslog.Compile(`{"id":"$context.requestId","ip":"$context.identity.sourceIp","ua":"$context.identity.userAgent","u":"$context.identity.user"} $context.status`)
	var values accesslog.Values = pets
	b := make([]byte, 0, 4*f.Size())
	if n := testing.AllocsPerRun(100, func() { b = f.Append(b[:0], values) }); n != 0 {
		t.Errorf("a line allocates %v times", n)
	}
}

func FuzzFormat(f *testing.F) {
	for _, seed := range []string{"$context.requestId", `{"a":"$context.a['b']"}`, "${context.x}", "$context..x", "$$context.requestId\n", `{"a":"\`} {
		f.Add(seed, "v")
	}
	f.Fuzz(func(t *testing.T, format, value string) {
		line := string(accesslog.Compile(format).Append(nil, request{"requestId": value, "extendedRequestId": value}))
		if accesslog.Check(format) == nil && strings.Count(line, "\n") != 1 {
			t.Errorf("%q gave %q", format, line)
		}
	})
}
