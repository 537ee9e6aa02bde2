package rest

import "github.com/postern-gateway/postern/tests/conformance/harness"

// ordered is a case of the table of section 2.
func ordered(name string, op obj, w want, changes func(*guarded)) guarded {
	g := guarded{fact: fact{name: name, section: "2", api: "order", in: httpProxy(with("cacheKeyParameters", list{"method.request.querystring.q"})), op: op, want: w, noCall: true}}
	if changes != nil {
		changes(&g)
	}
	return g
}

func orderOfAccess() []guarded {
	planOf := func(name string) []plan { return []plan{{keys: []key{{name: name}}}} }
	needsQ := func(op obj) obj { return merged(op, requires("q", "query")) }
	return []guarded{
		{fact: fact{name: "an unmatched path before the authorizer", section: "2", tag: "inferred", api: "order", do: "GET /nowhere", want: noToken}, asked: harness.Never},
		ordered("refused by the policy before the authorizer", needs("token"), userRefused("anonymous", "GET", " with an explicit deny.*"), func(g *guarded) { g.head, g.authorizer, g.asked = tokenHead, grants(allowsAll), harness.Never }),
		ordered("refused by the policy before the API key", needs("key"), userRefused("anonymous", "GET", " with an explicit deny.*"), nil),
		ordered("the authorizer before the API key", needs("token", "key"), unauthorized, nil),
		ordered("the API key after the authorizer", needs("token", "key"), forbidden, func(g *guarded) { g.head, g.authorizer, g.asked = tokenHead, grants(allowsAll), harness.Once }),
		ordered("the API key before the stage's throttle", needs("key"), forbidden, func(g *guarded) { g.settings = blocked }),
		ordered("the stage's throttle after the API key", needs("key"), tooMany, func(g *guarded) {
			g.settings, g.plans, g.head = blocked, planOf("order-1"), withKey("order-1")
		}),
		ordered("the authorizer before the throttle", needs("token"), unauthorized, func(g *guarded) { g.settings = blocked }),
		ordered("the API key before validation", needsQ(needs("key")), forbidden, nil),
		ordered("the throttle before validation", needsQ(nil), tooMany, func(g *guarded) { g.settings = blocked }),
		ordered("validation after the API key", needsQ(needs("key")), missing("q"), func(g *guarded) { g.plans, g.head = planOf("order-2"), withKey("order-2") }),
		ordered("validation before the cache", requires("q", "query", "X-H", "header"), missing("X-H"), func(g *guarded) {
			g.do = "GET {}?q=1"
			g.before = []guarded{{fact: fact{do: "GET {}?q=1", head: []string{"X-H: 1"}, want: ok}}}
		}),
		ordered("the cache before the integration request", nil, body("kept"), func(g *guarded) {
			g.in = httpCustom(with("passthroughBehavior", "NEVER"), templates("text/plain", "x"))
			g.head = []string{"Content-Type: application/json"}
			g.before = []guarded{{fact: fact{head: []string{"Content-Type: text/plain"}, backend: answer{Body: "kept"}, want: body("kept")}}}
		}),
	}
}
