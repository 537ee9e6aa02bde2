package rest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// echo is a MOCK whose response template shows what a template sees.
func echo(responseTemplate string) snapshot.Method {
	m := mock("/pets/{petId}", "POST")
	m.Integration.Responses[0].Templates[0].Text = responseTemplate
	return m
}

// requestTemplate is an HTTP method that sends what a template makes of the request to a backend,
// which answers with it.
func requestTemplate(t *testing.T, text string, mappings ...string) snapshot.Method {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, r.URL.RequestURI()+"|"+r.Header.Get("X-A")+"|"+string(body))
	}))
	t.Cleanup(backend.Close)
	m := httpMethod("HTTP", "/pets/{petId}", "POST", backend.URL+"/b/{id}", mappings...)
	m.Integration.RequestTemplates = []snapshot.Template{{ContentType: "application/json", Text: text}}
	return m
}

// REST data plane spec, 8.1 to 8.5: what a request template renders, seen at the backend.
func TestRequestTemplates(t *testing.T) {
	const body = `{"a":{"b":"x","n":1.50},"l":[{"n":"v"},2],"z":null,"big":12345678901234567890}`
	cases := []struct{ name, template, body, want string }{
		{"body", `$input.body`, body, body},
		{"empty body", `$input.body`, "", `{}`},
		{"url-encoded empty body", `$util.urlEncode($input.body)`, "", `%7B%7D`},
		{"json of a text", `$input.json('$.a.b')`, body, `"x"`},
		{"json of an object", `$input.json('$.a')`, body, `{"b":"x","n":1.50}`},
		{"json of everything", `$input.json('$')`, body, body},
		{"json of nothing", `$input.json('$.none')`, body, `""`},
		{"json of a plain text", `$input.json('$')`, `a=b`, `"a=b"`},
		{"path of a map", `$input.path('$.a')`, `{"a":{"foo":"bar"}}`, `{foo=bar}`},
		{"path of a list", `$input.path('$.l')`, body, `[{"n":"v"},2]`},
		{"path of a map in a list", `$input.path('$.l')[0]`, body, `{n=v}`},
		{"path of nothing", `<$input.path('$.none')>`, body, `<>`},
		{"path of null", `<$input.path('$.z')>`, body, `<>`},
		{"path of a plain text", `$input.path('$')`, `a=b`, `a=b`},
		{"property of null", `<$input.path('$.none').x.y>`, body, `<>`},
		{"null is null", `#if($input.path('$.z') == $null)yes#end`, body, `yes`},
		{"null is empty", `#if($input.path('$.z') == "")yes#end`, body, `yes`},
		{"an empty text is no falsehood", `#if($input.params('none'))yes#end`, body, `yes`},
		{"indefinite path", `$input.json('$..n')`, body, `[1.50,"v"]`},
		{"length()", `$input.path('$.l.length()')`, body, `2`},
		{"foreach", `[#foreach($x in $input.path('$.l'))$foreach.index#if($foreach.hasNext),#end#end]`, body, `[0,1]`},
		{"params", `$input.params('petId')|$input.params('q')|$input.params('X-H')|$input.params('none')|`, body, `7|two|h||`},
		{"params are found in the path first", `$input.params('petId')`, body, `7`},
		{"all params", `$input.params().path.petId|$input.params().querystring.q|$input.params().header.get('X-H')`, body, `7|two|h`},
		{"headers in any casing", `$input.params().header.get('x-h')|$input.params().header['X-H']|$input.params().header.containsKey('x-H')`, body, `h|h|true`},
		{"pass all parameters", `#foreach($t in $input.params().keySet())#set($p = $input.params().get($t))$t:#foreach($n in $p.keySet())#if($n == 'X-H' || $t != 'header')$n=$p.get($n);#end#end#end`, body, `path:petId=7;querystring:q=two;petId=q;header:X-H=h;`},
		{"bytes that are no text", `$input.body`, "\xff!", "\ufffd!"},
		{"stage variables", `$stageVariables.v|$stageVariables['v']|${stageVariables.none}|`, body, `w|w||`},
		{"context", `$context.stage $context.httpMethod $context.resourcePath $context.identity.sourceIp $context.requestTimeEpoch`, body, `prod POST /pets/{petId} 203.0.113.9 1583349317250`},
		{"context printed whole", `<$context.identity$context.requestOverride>`, body, `<>`},
		{"no authorizer", `#foreach($k in $context.authorizer.keySet())x#end-`, body, `-`},
		{"keys of overrides", `#foreach($k in $context.requestOverride.keySet())$k #end`, body, `path header querystring `},
		{"parseJson", `$util.parseJson($util.base64Decode('eyJhIjpbMV19')).a[0]`, body, `1`},
		{"escapeJavaScript", `$util.escapeJavaScript("it's")`, body, `it\'s`},
		{"replaceAll", `$util.escapeJavaScript("it's").replaceAll("\\'","'")`, body, `it's`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := fixture{methods: []snapshot.Method{requestTemplate(t, c.template)}, vars: map[string]string{"v": "w"}}
			got := f.do(t, "POST /pets/7?q=one&q=two&petId=q", c.body, "X-H", "h", "Content-Type", "application/json")
			if want := "/b/%7Bid%7D||" + c.want; got.status != 200 || got.body != want {
				t.Errorf("%d %q, want %q", got.status, got.body, want)
			}
		})
	}
}

// REST data plane spec, 7: overrides win over the mappings, in every form of writing them.
func TestRequestOverrides(t *testing.T) {
	mappings := []string{
		"integration.request.path.id", "method.request.path.petId",
		"integration.request.querystring.q", "'mapped'",
		"integration.request.header.X-A", "'mapped'",
	}
	cases := []struct{ name, template, want string }{
		{"none", `{}`, `/b/7?q=mapped|mapped|{}`},
		{"path", `#set($context.requestOverride.path.id = "over")`, `/b/over?q=mapped|mapped|`},
		{"query", `#set($context.requestOverride.querystring.q = "over")`, `/b/7?q=over|mapped|`},
		{"another query", `#set($context["requestOverride"].querystring["r"] = "more")`, `/b/7?q=mapped&r=more|mapped|`},
		{"header", `#set($context.requestOverride.header.X-A = "over")`, `/b/7?q=mapped|over|`},
		{"header by put", `$util.urlEncode($context.requestOverride.header.put("X-A", "over"))`, `/b/7?q=mapped|over|`},
		{"list", `#set($context.requestOverride.header['X-A'] = ["a", "b"])`, `/b/7?q=mapped|a,b|`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := fixture{methods: []snapshot.Method{requestTemplate(t, c.template, mappings...)}}.do(t, "POST /pets/7", "{}")
			if got.status != 200 || got.body != c.want {
				t.Errorf("%d %q, want %q", got.status, got.body, c.want)
			}
		})
	}
}

func TestResponseTemplatesAndOverrides(t *testing.T) {
	// The response sees the original request's parameters and, of a MOCK, an empty payload.
	got := fixture{methods: []snapshot.Method{echo(`$input.params('q')|$input.body|$input.json('$')`)}}.do(t, "POST /pets/7?q=1", `{"in":1}`)
	if got.status != 200 || got.body != `1|{}|{}` {
		t.Errorf("MOCK: %d %q", got.status, got.body)
	}

	// What the request template wrote takes effect in the response, template or none.
	for _, responseTemplate := range []string{"", "$context.responseOverride.anything"} {
		m := echo(responseTemplate)
		m.Integration.RequestTemplates[0].Text = `#set($context.responseOverride.status = 418)#set($context.responseOverride.header.X-Tea = "pot")#set($context.responseOverride.anything = "kept"){"statusCode": 200}`
		got := fixture{methods: []snapshot.Method{m}}.do(t, "POST /pets/7", "")
		if got.status != 418 || got.get("X-Tea") != "pot" || responseTemplate != "" && got.body != "kept" {
			t.Errorf("%q: %d %v %q", responseTemplate, got.status, got.header, got.body)
		}
	}

	// A status that is none is ignored.
	for _, status := range []string{`"404"`, `99`, `100`, `101`, `199`, `600`, `"x"`} {
		got := fixture{methods: []snapshot.Method{echo(`#set($context.responseOverride.status = ` + status + `)`)}}.do(t, "POST /pets/7", "")
		if got.status != 200 {
			t.Errorf("status %s: %d", status, got.status)
		}
	}

	// The backend's body, transformed.
	m := requestTemplate(t, `{"n": 2}`)
	m.Integration.Responses[0].Templates = []snapshot.Template{{ContentType: "application/json", Text: `$input.path('$').length()`}}
	if got := (fixture{methods: []snapshot.Method{m}}).do(t, "POST /pets/7", "{}"); got.body != "21" {
		t.Errorf("transformed: %q", got.body)
	}

	// A MOCK's status can be computed.
	m = echo("")
	m.Integration.RequestTemplates[0].Text = `#if($input.params('q') == "bad"){"statusCode": 400}#else{"statusCode": 200}#end`
	m.Integration.Responses = append(m.Integration.Responses, snapshot.IntegrationResponse{StatusCode: "400", SelectionPattern: "400"})
	m.Responses["400"] = snapshot.MethodResponse{}
	if got := (fixture{methods: []snapshot.Method{m}}).do(t, "POST /pets/7?q=bad", ""); got.status != 400 {
		t.Errorf("computed status: %d", got.status)
	}
}

func TestTemplateFailures(t *testing.T) {
	cases := []struct {
		name     string
		template string
		body     string
		status   int
		message  string
		reason   string
	}{
		{"bad JSON", `$input.path('$.a')`, `{"a":`, 400, `{"message": "Invalid JSON in request body"}`, "Invalid JSON in request body"},
		{"bad JSON that nobody looks at", `x`, `{"a":`, 200, `/b/%7Bid%7D||x`, ""},
		{"bad JSONPath", `$input.path('$[')`, `{}`, 500, `{"message": "Internal server error"}`, "Execution failed due to configuration error: Unable to transform request"},
		{"endless work", `#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])$a$b$c#end#end#end`, `{}`, 500, `{"message": "Internal server error"}`, "Execution failed due to configuration error: Unable to transform request"},
		{"header that is none", `#set($context.requestOverride.header["a b"] = "x")`, `{}`, 500, `{"message": "Internal server error"}`, `Execution failed due to configuration error: "a b" is not the name of a header`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var rec *Record
			f := fixture{methods: []snapshot.Method{requestTemplate(t, c.template)}, observe: func(r *Record) { rec = r }}
			got := f.do(t, "POST /pets/7", c.body)
			if got.status != c.status || got.body != c.message || rec.Reason != c.reason {
				t.Errorf("%d %q because %q, want %d %q because %q", got.status, got.body, rec.Reason, c.status, c.message, c.reason)
			}
		})
	}
}
