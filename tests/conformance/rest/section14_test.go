package rest

// section14 is stages and canaries.
var section14 = []fact{
	{name: "the canary's deployment", section: "14", api: "canary", do: "GET /which", want: body("canary from-canary only-canary from-stage true")},
	{name: "the canary's variables in events", section: "14", api: "canary", do: "GET /event", want: ok, event: obj{"stageVariables": obj{"path": "from-canary", "kept": "from-stage", "new": "only-canary"}, "requestContext/isCanaryRequest": true}},
	{name: "what the canary dropped", section: "14", api: "canary", do: "GET /old", want: noToken},
	{name: "no canary request", section: "14", api: "idle canary", do: "GET /which", want: body("stage from-stage false")},
	{name: "characters of stage variables", section: "14", api: "variables", in: says("$stageVariables.chars"), want: body("aZ9 -._~:/?#&=,")},
	{name: "a stage variable as the query of a URI", section: "14", api: "variables", in: httpProxy(with("uri", "{{backend}}/${stageVariables.path}?a=${stageVariables.path}")), want: ok, seen: &seen{Target: "/from-stage?a=from-stage"}},
	{name: "a stage variable as a service's path", section: "14", api: "variables", in: service("sqs:path/123456789012/${stageVariables.path}"), do: "POST {}", want: ok, seen: &seen{Target: "/123456789012/from-stage"}},
}

// whichPaths are the paths of a deployment that tells which one it is.
func whichPaths(name string, old bool) obj {
	text := name + " $stageVariables.path $stageVariables.new $stageVariables.kept $context.isCanaryRequest"
	if name == "stage" {
		text = name + " $stageVariables.path $context.isCanaryRequest"
	}
	paths := obj{"/which": obj{"get": method(says(text), "")}, "/event": obj{"get": method(lambdaProxy(), "")}}
	if old {
		paths["/old"] = obj{"get": method(says("old"), "")}
	}
	return paths
}
