package websocket

import (
	"github.com/postern-gateway/postern/shared/snapshot"
)

const account = "123456789012"

func lambdaURI(name string) string {
	return "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:" + account + ":function:" + name + "/invocations"
}

func proxy(name string) *snapshot.WebSocketIntegration {
	return &snapshot.WebSocketIntegration{Type: "AWS_PROXY", Method: "POST", URI: lambdaURI(name), TimeoutMillis: 29000}
}

func mock(status, answer string) *snapshot.WebSocketIntegration {
	return &snapshot.WebSocketIntegration{
		Type: "MOCK", TimeoutMillis: 29000, RequestTemplates: templates("$default", `{"statusCode":`+status+`}`),
		Responses: []snapshot.WebSocketIntegrationResponse{{Key: "$default", Templates: templates("$default", answer)}},
	}
}

func templates(pairs ...string) []snapshot.Template {
	var out []snapshot.Template
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, snapshot.Template{ContentType: pairs[i], Text: pairs[i+1]})
	}
	return out
}

func route(key string, in *snapshot.WebSocketIntegration) snapshot.WebSocketRoute {
	return snapshot.WebSocketRoute{Key: key, AuthorizationType: "NONE", Integration: in}
}

// twoWay is a route that replies.
func twoWay(key string, in *snapshot.WebSocketIntegration) snapshot.WebSocketRoute {
	r := route(key, in)
	r.Replies = true
	return r
}

func define(id string, routes ...snapshot.WebSocketRoute) api {
	return api{
		WebSocketAPI: snapshot.WebSocketAPI{ID: id, RouteSelectionExpression: "$request.body.action"},
		routes:       routes,
		stage:        snapshot.Stage{Name: "dev"},
	}
}

// connectAPI has a $connect integration and a $default that answers.
func connectAPI(id string, in *snapshot.WebSocketIntegration) api {
	return define(id, route("$connect", in), twoWay("$default", mock("200", "hi")))
}

func rate(limit float64, burst int) snapshot.MethodSetting {
	return snapshot.MethodSetting{RateLimit: &limit, BurstLimit: &burst}
}

// definitions are the APIs of all cases.
func definitions(backend string) []api {
	var all []api
	add := func(a api) { all = append(all, a) }
	for _, fn := range []string{"ok", "created", "moved", "bad", "denied", "missing", "notimpl", "garbage", "badstatus", "throws", "forbidden", "protocol", "tagged", "null"} {
		add(connectAPI("on"+fn, proxy(fn)))
	}
	sleepy := proxy("sleepy")
	sleepy.TimeoutMillis = 50
	add(connectAPI("onsleepy", sleepy))
	add(connectAPI("onmock200", mock("200", "")))
	add(connectAPI("onmock403", mock("403", "")))
	add(define("onnothing", twoWay("$default", mock("200", "hi"))))
	add(define("onempty", route("$connect", nil), twoWay("$default", mock("200", "hi"))))
	add(connectAPI("onhttp", httpTo("HTTP_PROXY", backend+"/connect/ok")))
	add(connectAPI("onhttpfails", httpTo("HTTP_PROXY", backend+"/connect/fails")))
	add(connectAPI("onhttpprotocol", httpTo("HTTP_PROXY", backend+"/connect/protocol")))
	mapped := httpTo("HTTP", backend+"/connect/mapped")
	mapped.RequestParameters = []snapshot.Mapping{
		{Target: "integration.request.header.connectionId", Source: "context.connectionId"},
		{Target: "integration.request.querystring.token", Source: "route.request.querystring.token"},
		{Target: "integration.request.header.x-auth", Source: "route.request.header.Auth"},
		{Target: "integration.request.header.fixed", Source: "'value'"},
		{Target: "integration.request.header.color", Source: "stageVariables.color"},
	}
	mapped.Responses = []snapshot.WebSocketIntegrationResponse{{Key: "$default", Parameters: []snapshot.Mapping{{Target: "route.response.header.Sec-WebSocket-Protocol", Source: "'soap'"}}}}
	withVariables := connectAPI("onmapped", mapped)
	withVariables.routes[0].RequestParameters = map[string]bool{"route.request.querystring.token": false, "route.request.header.Auth": false}
	withVariables.stage.Variables = map[string]string{"color": "red"}
	add(withVariables)

	throttled := connectAPI("throttled", nil)
	throttled.stage.MethodSettings = map[string]snapshot.MethodSetting{"*/*": rate(0, 0)}
	add(throttled)
	slowly := connectAPI("slowly", nil)
	slowly.stage.MethodSettings = map[string]snapshot.MethodSetting{"$default": rate(0.001, 2)}
	add(slowly)
	closed := connectAPI("closed", nil)
	closed.DisableExecuteAPIEndpoint = true
	add(closed)
	keyed := connectAPI("keyed", nil)
	keyed.routes[0].APIKeyRequired = true
	add(keyed)
	iam := connectAPI("iam", nil)
	iam.routes[0].AuthorizationType = "AWS_IAM"
	add(iam)
	for _, fn := range []string{"authorize", "deny", "other", "scalar", "unauthorized", "throws"} {
		a := define("auth"+fn, route("$connect", proxy("ok")), twoWay("$default", proxy("event")), route("$disconnect", proxy("bye")),
			twoWay("ctx", mock("200", "$context.authorizer.principalId $context.authorizer.number $context.authorizer.flag")))
		a.routes[0].AuthorizationType, a.routes[0].AuthorizerID = "CUSTOM", "z"
		a.Authorizers = map[string]snapshot.RouteAuthorizer{"z": {ID: "z", Type: "REQUEST", URI: lambdaURI(fn), IdentitySource: []string{"route.request.querystring.token"}}}
		add(a)
	}
	add(events())
	add(define("events2", twoWay("$default", mock("200", "answer"))))
	add(selection("selected", "${request.body.service}/${request.body.action}", "chat/join", "chat/", "/"))
	add(selection("bare", "$request.body.action", "join", "5", "true", "Join", "1.50", "[a, b]", "{x=1}"))
	add(selection("nested", "$request.body.a.b[1]", "x"))
	add(selection("static", "fixed", "fixed"))
	add(selection("dollar", `\$default`))
	add(selection("mixed", `${request.body.action}-${request.body.invalidPath}`, "join-"))
	add(define("nodefault", twoWay("known", mock("200", "yes")), route("broken", proxy("throws"))))
	add(messages(backend))
	add(models())
	reads := &snapshot.WebSocketIntegration{Type: "MOCK", RequestTemplates: templates("$default", `#set($x = $input.path('$.a')){"statusCode":200}`), Responses: []snapshot.WebSocketIntegrationResponse{{Key: "$default"}}}
	add(define("jsonless", twoWay("$default", reads)))
	binary := httpTo("HTTP", backend+"/in/bytes")
	binary.ContentHandling = "CONVERT_TO_BINARY"
	add(define("binaries", twoWay("$default", binary)))
	logged := connectAPI("logged", proxy("ok"))
	logged.routes = append(logged.routes, route("$disconnect", proxy("bye")))
	logged.stage.AccessLog = &snapshot.AccessLog{DestinationARN: "arn:aws:logs:us-east-1:" + account + ":log-group:log", Format: `{"log":"$context.requestId","event":"$context.eventType","route":"$context.routeKey","id":"$context.connectionId","status":"$context.status","message":"$context.messageId","ip":"$context.identity.sourceIp","error":"$context.error.message","function":"$context.integration.requestId","none":"$context.waf.status"}`}
	add(logged)
	return all
}

// events shows events of every kind to functions, and back to the client.
func events() api {
	a := define("events", route("$connect", proxy("ok")), route("$disconnect", proxy("bye")), twoWay("$default", proxy("event")), twoWay("other", proxy("event")))
	a.stage.Variables = map[string]string{"color": "red"}
	return a
}

// selection has routes that answer with their keys.
func selection(id, expression string, keys ...string) api {
	a := define(id, twoWay("$default", mock("200", "default")))
	a.RouteSelectionExpression = expression
	for _, k := range keys {
		a.routes = append(a.routes, twoWay(k, mock("200", "route "+k)))
	}
	return a
}

func httpTo(kind, uri string) *snapshot.WebSocketIntegration {
	i := &snapshot.WebSocketIntegration{Type: kind, Method: "POST", URI: uri, TimeoutMillis: 29000}
	if kind == "HTTP" { // proxies have no integration responses
		i.Responses = []snapshot.WebSocketIntegrationResponse{{Key: "$default"}}
	}
	return i
}

// messages has a route for each kind of integration.
func messages(backend string) api {
	lambda := func(name string) *snapshot.WebSocketIntegration {
		return &snapshot.WebSocketIntegration{Type: "AWS", Method: "POST", URI: lambdaURI(name), TimeoutMillis: 29000,
			Responses: []snapshot.WebSocketIntegrationResponse{{Key: "$default"}, {Key: "/.*broke.*/", Templates: templates("$default", `failed: $input.path('$.errorMessage')`)}}}
	}
	sleepy := proxy("sleepy")
	sleepy.TimeoutMillis = 50
	templated := httpTo("HTTP", backend+"/in/templated")
	templated.RequestTemplates = templates("$default", `{"c":"$context.connectionId","m":$input.json('$.data'),"b":"$util.base64Encode($input.path('$.data'))","v":"$stageVariables.color"}`)
	chosen := httpTo("HTTP", backend+"/in/chosen")
	chosen.TemplateSelectionExpression = "$request.body.kind"
	chosen.RequestTemplates = templates("a", "template a", "b", "template b", "$default", "template default")
	never := httpTo("HTTP", backend+"/in/never")
	never.PassthroughBehavior = "NEVER"
	whenNone := httpTo("HTTP", backend+"/in/whennone")
	whenNone.PassthroughBehavior, whenNone.TemplateSelectionExpression = "WHEN_NO_TEMPLATES", "$request.body.kind"
	whenNone.RequestTemplates = templates("a", "template a")
	noMatch := httpTo("HTTP", backend+"/in/nomatch")
	noMatch.PassthroughBehavior, noMatch.TemplateSelectionExpression = "WHEN_NO_MATCH", "$request.body.kind"
	noMatch.RequestTemplates = templates("a", "template a")
	binary := httpTo("HTTP", backend+"/in/binary")
	binary.ContentHandling = "CONVERT_TO_BINARY"
	toText := httpTo("HTTP", backend+"/in/totext")
	toText.Responses = []snapshot.WebSocketIntegrationResponse{{Key: "$default", ContentHandling: "CONVERT_TO_TEXT"}}
	byStatus := httpTo("HTTP", backend+"/in/missing")
	byStatus.Responses = []snapshot.WebSocketIntegrationResponse{
		{Key: `/2\d\d/`, Templates: templates("$default", "fine")},
		{Key: `/4\d\d/`, TemplateSelectionExpression: "$integration.response.header.X-Kind", Templates: templates("backend", `missing: $input.path('$.why')`, "$default", "other")},
	}
	path := httpTo("HTTP_PROXY", backend+"/in/{room}/x")
	path.RequestParameters = []snapshot.Mapping{
		{Target: "integration.request.path.room", Source: "route.request.body.data.room"},
		{Target: "integration.request.querystring.who", Source: "context.connectionId"},
		{Target: "integration.request.header.route", Source: "context.routeKey"},
	}
	replyOf := func(key, fn string) snapshot.WebSocketRoute { return twoWay(key, proxy(fn)) }
	down := httpTo("HTTP_PROXY", "http://127.0.0.1:1/")
	a := define("messages",
		twoWay("$default", proxy("echo")), route("oneway", proxy("reply")), replyOf("reply", "reply"), replyOf("reply500", "reply500"),
		replyOf("nobody", "nobody"), replyOf("throws", "throws"), replyOf("dies", "dies"), route("onewaythrows", proxy("throws")), replyOf("garbage", "garbage"),
		replyOf("forbidden", "forbidden"), twoWay("sleepy", sleepy), replyOf("slow", "slow"), replyOf("moved", "moved"), replyOf("denied", "denied"), replyOf("notimpl", "notimpl"),
		twoWay("nothing", nil), twoWay("mock", mock("200", `{"you":"$context.connectionId"}`)), twoWay("badmock", mock("x", "")), twoWay("emptymock", mock("200", "")),
		twoWay("readsjson", &snapshot.WebSocketIntegration{Type: "MOCK", RequestTemplates: templates("$default", `#set($x = $input.path('$.a')){"statusCode":200}`), Responses: []snapshot.WebSocketIntegrationResponse{{Key: "$default", Templates: templates("$default", "ok")}}}),
		twoWay("context", mock("200", "$context.eventType $context.routeKey $context.apiId $context.stage $context.messageId $context.requestId $context.connectedAt $context.domainName $context.identity.sourceIp")),
		twoWay("usualkey", &snapshot.WebSocketIntegration{Type: "MOCK", RequestTemplates: templates("application/json", `{"statusCode":200}`), Responses: []snapshot.WebSocketIntegrationResponse{{Key: "$default", Templates: templates("application/json", "usual")}}}),
		twoWay("lambda", lambda("plain")), twoWay("lambdathrows", lambda("throws")),
		twoWay("httpproxy", httpTo("HTTP_PROXY", backend+"/in/proxy")), twoWay("http", httpTo("HTTP", backend+"/in/http")), twoWay("templated", templated),
		twoWay("chosen", chosen), twoWay("never", never), twoWay("whennone", whenNone), twoWay("nomatch", noMatch), twoWay("binary", binary),
		twoWay("totext", toText), twoWay("bystatus", byStatus), twoWay("path", path), twoWay("httpfails", httpTo("HTTP_PROXY", backend+"/in/fails")),
		twoWay("down", down), route("onewayhttp", httpTo("HTTP_PROXY", backend+"/in/oneway")),
	)
	a.stage.Variables = map[string]string{"color": "red"}
	return a
}

// models has a route whose messages are checked.
func models() api {
	checked := twoWay("$default", mock("200", "fits"))
	checked.ModelSelectionExpression = "$request.body.kind"
	checked.RequestModels = map[string]string{"pet": "Pet", "$default": "Any"}
	strict := twoWay("strict", mock("200", "fits"))
	strict.ModelSelectionExpression = "$request.body.kind"
	strict.RequestModels = map[string]string{"pet": "Pet"}
	viaLambda := twoWay("lambda", proxy("checked"))
	viaLambda.ModelSelectionExpression = "Pet"
	viaLambda.RequestModels = map[string]string{"Pet": "Pet"}
	a := define("models", checked, strict, viaLambda)
	a.Models = map[string]string{
		"Pet": `{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","required":["name"],"properties":{"name":{"type":"string"}}}`,
		"Any": `{"$schema":"http://json-schema.org/draft-04/schema#","type":"object"}`,
	}
	return a
}
