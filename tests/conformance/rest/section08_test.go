package rest

import (
	"slices"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// rendered is what a backend gets of a body through a template.
func rendered(section, name, sent, text string, b any) fact {
	return fact{name: name, section: section, api: "variables", in: httpCustom(template(text)), do: "POST {}", head: []string{"Content-Type: application/json"}, body: sent, want: ok, seen: &seen{Body: b}}
}

func inContext(name, text string, b any) fact {
	return fact{name: name, section: "8.5", api: "variables", in: mock(answers(renders(text))), want: body(b)}
}

const sample = `{"s":"v","n":1,"f":1.5,"t":true,"z":null,"m":{"foo":"bar"},"m2":{"a":1,"b":2},"l":[{"foo":"bar"}],"e":[],"k":{"k":[{"n":"v"}]}}`

// section08 is mapping templates.
var section08 = slices.Concat([]fact{
	rendered("8.1", "the body", `{"a": 1}`, "$input.body", `{"a": 1}`),
	rendered("8.1", "an empty body", "", "$input.body", "{}"),
	rendered("8.1", "an empty body encoded", "", "$util.urlEncode($input.body)", "%7B%7D"),
	rendered("8.1", "a member of the body's text", `{"a": 1}`, "[$input.body.a]", "[]"),
	rendered("8.1", "JSON of a string", sample, "$input.json('$.s')", `"v"`),
	rendered("8.1", "JSON of an object", sample, "$input.json('$.m')", `{"foo":"bar"}`),
	rendered("8.1", "JSON of a list", sample, "$input.json('$.l')", `[{"foo":"bar"}]`),
	rendered("8.1", "JSON of a number", sample, "$input.json('$.f')", "1.5"),
	rendered("8.1", "JSON of a boolean", sample, "$input.json('$.t')", "true"),
	rendered("8.1", "JSON of it all", `{"a":1}`, "$input.json('$')", `{"a":1}`),
	rendered("8.1", "path of a string", sample, "$input.path('$.s')", "v"),
	rendered("8.1", "path of nothing", sample, "[$input.path('$.none')]", "[]"),
	rendered("8.1", "path of a text payload", "a=b", "$input.path('$')", "a=b"),
	rendered("8.1", "path members", sample, "$input.path('$').m.foo", "bar"),
	rendered("8.1", "path deep scan", sample, "$input.path('$..foo')", `["bar","bar"]`),
	rendered("8.1", "path filter", `{"l":[{"a":1,"b":"x"},{"a":2,"b":"y"}]}`, "$input.path('$.l[?(@.a > 1)].b')", `["y"]`),
	rendered("8.1", "path length", sample, "$input.path('$.l.length()')", "1"),
	{name: "path of malformed JSON", section: "8.1", in: httpCustom(template("$input.path('$.a')")), do: "POST {}", body: `{"a"`, want: want{Status: 400}, noCall: true},
	{name: "a parameter of the query", section: "8.1", in: httpCustom(template("$input.params('q')")), do: "POST {}?q=1", want: ok, seen: &seen{Body: "1"}},
	{name: "a parameter of the path comes first", section: "8.1", under: "/{id}", in: httpCustom(template("$input.params('id')")), do: "POST {}/p?id=q", head: []string{"id: h"}, want: ok, seen: &seen{Body: "p"}},
	{name: "a parameter of the query before a header", section: "8.1", in: httpCustom(template("$input.params('id')")), do: "POST {}?id=q", head: []string{"id: h"}, want: ok, seen: &seen{Body: "q"}},
	{name: "a parameter of the header", section: "8.1", in: httpCustom(template("$input.params('X-H')")), do: "POST {}", head: []string{"X-H: h"}, want: ok, seen: &seen{Body: "h"}},
	{name: "a parameter that is not there", section: "8.1", in: httpCustom(template("[$input.params('none')]")), do: "POST {}", want: ok, seen: &seen{Body: "[]"}},
	{name: "a parameter of the header in another case", section: "8.1", in: httpCustom(template("[$input.params('x-h')]")), do: "POST {}", head: []string{"X-H: h"}, want: ok, seen: &seen{Body: "[]"}, localOnly: "a function URL changes the case of names", known: canonical},
	{name: "all parameters", section: "8.1", under: "/{id}", in: httpCustom(template("$input.params().path.id $input.params().querystring.q $input.params().header.get('X-H') $input.params('q')")), do: "POST {}/p?q=1", head: []string{"X-H: h"}, want: ok, seen: &seen{Body: "p 1 h 1"}},
	{name: "the body of a response", section: "8.1", in: httpCustom(answers(renders("$input.path('$.a') $input.params('q')"))), do: "POST {}?q=1", backend: answer{Body: `{"a":"b"}`}, want: body("b 1")},
	{name: "an empty body of a response", section: "8.1", in: httpCustom(answers(renders("$input.body"))), do: "POST {}", want: body("{}")},

	rendered("8.2", "a map", sample, "$input.path('$.m')", "{foo=bar}"),
	rendered("8.2", "a map of two", sample, "$input.path('$.m2')", "{a=1, b=2}"),
	rendered("8.2", "a map as text", sample, "$input.path('$.m').toString()", "{foo=bar}"),
	rendered("8.2", "a list", sample, "$input.path('$.l')", `[{"foo":"bar"}]`),
	rendered("8.2", "a list in a map", sample, "$input.path('$.k')", `{k=[{"n":"v"}]}`),
	rendered("8.2", "an element of a list", sample, "#set($l = $input.path('$.l'))$l[0]", "{foo=bar}"),
	rendered("8.2", "null", sample, "[$input.path('$.z')]", "[]"),
	rendered("8.2", "a key that is missing", sample, "[$input.path('$').none]", "[]"),
	rendered("8.2", "a variable that is not defined", sample, "[$undefined]", "[]"),
	rendered("8.2", "a stage variable that is not defined", sample, "[$stageVariables.none]", "[]"),
	rendered("8.2", "a property of null", sample, "[$input.path('$').z.a.b]", "[]"),
	rendered("8.2", "a property of text", sample, "[$input.path('$').s.a]", "[]"),
	rendered("8.2", "a property of an empty list", sample, "[$input.path('$').e.a]", "[]"),
	rendered("8.2", "null is null", sample, "#if($input.path('$.z') == $null)yes#{else}no#end", "yes"),
	rendered("8.2", "a missing path is null", sample, "#if($input.path('$.none') == $null)yes#{else}no#end", "yes"),
	rendered("8.2", "null is empty text", sample, `#if($input.path('$.z') == "")yes#{else}no#end`, "yes"),
	rendered("8.2", "an empty list is not null", sample, "#if($input.path('$.e') == $null)yes#{else}no#end", "no"),
	rendered("8.2", "an empty list is not empty text", sample, `#if($input.path('$.e') == "")yes#{else}no#end`, "no"),
	rendered("8.2", "an empty list", sample, "$input.path('$.e')", "[]"),
	rendered("8.2", "the identity as a whole", sample, "[$context.identity]", "[]"),
	rendered("8.2", "the overrides as a whole", sample, "[$context.requestOverride$context.responseOverride]", "[]"),
	rendered("8.2", "an identity field that is null", sample, "[$context.identity.user]", "[]"),
	rendered("8.2", "a loop", sample, "#foreach($k in $input.path('$.m2').keySet())$foreach.index$k$foreach.count#if($foreach.hasNext),#end#end", "0a1,1b2"),
	rendered("8.2", "a loop's old counter", sample, "#foreach($k in ['x','y'])$velocityCount$k#end", "1x2y"),
	rendered("8.2", "a choice", sample, "#if(false)a#elseif($input.path('$.n') == 1)b#{else}c#end", "b"),
	rendered("8.2", "a macro", "{}", `#macro(hi $x)hi $x#end#hi("you")`, "hi you"),
	rendered("8.2", "a definition", "{}", "#define($x)defined#end$x", "defined"),
	rendered("8.2", "a break", "{}", "#foreach($i in [1..5])$i#if($i == 2)#break#end#end", "12"),
	rendered("8.2", "a stop", "{}", "a#stop b", "a"),
	rendered("8.2", "comments", "{}", "a#* b *#c## d", "ac"),
	rendered("8.2", "text as it is", "{}", "#[[$a #if]]#", "$a #if"),
	rendered("8.2", "quiet and formal references", "{}", "[$!x${y}]", "[]"),
	rendered("8.2", "literals", "{}", `#set($m = {"a": [1, 2]})$m.a[1]$m.get("a").size()`, "22"),
	rendered("8.2", "arithmetic", "{}", "#set($x = 7 / 2)#set($y = 7 % 4)$x $y", "3 3"),
	rendered("8.2", "interpolation", "{}", `#set($a = "b")#set($x = "<$a>")$x#set($y = '<$a>')$y`, "<b><$a>"),
	rendered("8.2", "methods of text", `{"s":"Hello"}`, "#set($s = $input.path('$.s'))$s.length()$s.substring(1, 3)$s.toUpperCase()$s.replaceAll('l+', 'L')$s.contains('ell')$s.indexOf('o')", "5elHELLOHeLotrue4"),
	rendered("8.2", "methods of a map", sample, "#set($m = $input.path('$.m2'))$m.size()$m.containsKey('a')$m.get('b')#foreach($e in $m.entrySet())$e.key$e.value#end", "2true2a1b2"),
	rendered("8.2", "methods of a list", `{"l":["a","b"]}`, "#set($l = $input.path('$.l'))$l.size()$l.get(1)$l.contains('a')$l.isEmpty()", "2btruefalse"),
	rendered("8.2", "reflection is blocked", sample, "[$input.path('$.s').getClass().getName()]", harness.AnyOf{"[]"}),
	rendered("8.2", "a directive's line leaves no line", "{}", "a\n#set($x = 1)\nb", "a\nb"),
	{name: "a template that fails", section: "8.2", in: httpCustom(template(failing)), do: "POST {}", want: internal, noCall: true},
	{name: "a response template that fails", section: "8.2", in: httpCustom(answers(renders(failing))), do: "POST {}", want: internal},

	rendered("8.3", "escapeJavaScript", `{"a":"x\"y'z\\\n\t"}`, "$util.escapeJavaScript($input.path('$.a'))", `x\"y\'z\\\n\t`),
	rendered("8.3", "escapeJavaScript and back", `{"a":"it's"}`, `$util.escapeJavaScript($input.path('$.a')).replaceAll("\\'","'")`, "it's"),
	rendered("8.3", "parseJson", `{"a":"{\"k\":{\"arr\":[\"x\"]}}"}`, "#set($o = $util.parseJson($input.path('$.a')))$o.k.arr[0]", "x"),
	rendered("8.3", "urlEncode", `{"a": "b"}`, "$util.urlEncode($input.body)", "%7B%22a%22%3A+%22b%22%7D"),
	rendered("8.3", "urlEncode of null", "{}", "[$util.urlEncode($input.path('$.a'))]", "[]"),
	rendered("8.3", "urlDecode", "{}", "$util.urlDecode('a+b%2Bc')", "a b+c"),
	rendered("8.3", "base64Encode", "{}", "$util.base64Encode('häl')", "aMOkbA=="),
	rendered("8.3", "base64Decode", "{}", "$util.base64Decode('aMOkbA==')", "häl"),
	rendered("8.4", "stage variables", "{}", "$stageVariables.path $stageVariables['path'] ${stageVariables['path']}", "from-stage from-stage from-stage"),

	inContext("ids", "$context.apiId $context.accountId $context.stage", "{{api}} 123456789012 prod"),
	inContext("the method and paths", "$context.httpMethod $context.resourcePath $context.path $context.protocol", "GET /8-5-the-method-and-paths /prod/8-5-the-method-and-paths HTTP/1.1"),
	inContext("the domain", "$context.domainName $context.domainPrefix", "{{domain}} {{label}}"),
	inContext("the request's id", "$context.requestId", harness.Match("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")),
	inContext("the extended id", "$context.extendedRequestId", harness.Match(".{15}=")),
	inContext("the time", "$context.requestTime $context.requestTimeEpoch", harness.Match(`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000 \d{13}`)),
	inContext("the source", "$context.identity.sourceIp [$context.identity.caller]", "127.0.0.1 []"),
	inContext("resource and deployment", "$context.resourceId $context.deploymentId", harness.Match("[a-z0-9]{6,10} [a-z0-9]{6,10}")),
	inContext("no canary", "[$context.isCanaryRequest]", "[]"),
	inContext("no authorizer", "[$context.authorizer.principalId#foreach($k in $context.authorizer.keySet())$k#end]", "[]"),
	inContext("no error", "[$context.error.message]", "[]"),
	inContext("the keys of overrides", "$context.requestOverride.keySet().size() $context.responseOverride.keySet().size()", "3 1"),
	inContext("the keys", "#foreach($k in $context.keySet())$k #end", harness.Match(`(?:(?:resourceId|resourcePath|httpMethod|extendedRequestId|requestTime|path|accountId|protocol|requestOverride|stage|domainPrefix|requestTimeEpoch|requestId|identity|domainName|deploymentId|responseOverride|apiId) ){18}`)),
})

// failing cannot be rendered.
const failing = "$util.parseJson('{bad')"
