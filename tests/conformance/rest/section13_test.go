package rest

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// cacheOn gives a stage a cache that every GET method uses.
var cacheOn = []string{"/cacheClusterEnabled", "true", "/cacheClusterSize", "0.5", "/*/*/caching/enabled", "true"}

// invalidating asks for a new answer.
var invalidating = []string{"Cache-Control: max-age=0"}

// cached is a case whose backend says "old" to the first request and "new" to the second.
func cached(name string, expect string, changes func(*guarded)) guarded {
	g := guarded{fact: fact{name: name, section: "13", in: httpProxy(), do: "GET {}", backend: answer{Body: "new"}, want: body(expect), noCall: expect == "old"}}
	first := guarded{fact: fact{do: "GET {}", backend: answer{Body: "old"}, want: body("old")}}
	g.before = []guarded{first}
	if changes != nil {
		changes(&g)
	}
	return g
}

// two are the targets of the two requests.
func two(first, second string) func(*guarded) {
	return func(g *guarded) { g.before[0].do, g.do = first, second }
}

// heads are the headers of the two requests.
func heads(first, second string) func(*guarded) {
	return func(g *guarded) { g.before[0].head, g.head = []string{first}, []string{second} }
}

func both(changes ...func(*guarded)) func(*guarded) {
	return func(g *guarded) {
		for _, c := range changes {
			c(g)
		}
	}
}

// keyedBy are the cache's key parameters.
func keyedBy(names ...any) change { return with("cacheKeyParameters", list(names)) }

func through(in obj) func(*guarded) { return func(g *guarded) { g.in = in } }

func setting(kv ...string) func(*guarded) { return func(g *guarded) { g.settings = kv } }

// declares are parameters of the method: name, where it is, ...
func declares(kv ...string) func(*guarded) {
	return func(g *guarded) {
		var l list
		for i := 0; i < len(kv); i += 2 {
			l = append(l, obj{"name": kv[i], "in": kv[i+1], "required": kv[i+1] == "path", "schema": obj{"type": "string"}})
		}
		g.op = merged(g.op, obj{"parameters": l})
	}
}

// cachePaths are methods beside the cases'.
func cachePaths() obj {
	return obj{
		"/shared":  obj{"get": method(httpProxy(with("cacheNamespace", "common")), "")},
		"/another": obj{"get": method(httpProxy(), "")},
	}
}

const (
	header403 = "caching/unauthorizedCacheControlHeaderStrategy"
	authorize = "caching/requireAuthorizationForCacheControl"
)

func section13() []guarded {
	big := strings.Repeat("x", 1<<20)
	warned := want{Status: 200, Body: "old", Header: obj{"Warning": harness.Present}}
	unwarned := want{Status: 200, Body: "old", Header: obj{"Warning": harness.Absent}}
	invalidate := func(g *guarded) { g.head = invalidating }
	return []guarded{
		cached("GET is kept", "old", nil),
		cached("POST is not kept", "new", two("POST {}", "POST {}")),
		cached("another verb by its method", "old", both(two("POST {}", "POST {}"), setting("caching/enabled", "true"))),
		cached("a time to live of nothing", "new", setting("caching/ttlInSeconds", "0")),
		cached("a time to live that ends", "new", both(setting("caching/ttlInSeconds", "1"), func(g *guarded) { g.eventually = true })),
		cached("an entry that is encrypted", "old", setting("caching/dataEncrypted", "true")),
		cached("a header of the integration", "new", both(through(httpProxy(maps("header.X-B", "method.request.header.X-A"), keyedBy("integration.request.header.X-B"))), heads("X-A: 1", "X-A: 2"))),
		cached("a method that is not kept", "new", setting("caching/enabled", "false")),
		cached("parameters do not count", "old", two("GET {}?type=admin&department=A", "GET {}?type=admin&department=B")),
		cached("an undeclared parameter beside a key", "old", both(through(httpProxy(keyedBy("method.request.querystring.type"))), declares("type", "query"), two("GET {}?type=admin&department=A", "GET {}?type=admin&department=B"))),
		cached("a parameter of the query", "new", both(through(httpProxy(keyedBy("method.request.querystring.type"))), declares("type", "query"), two("GET {}?type=admin", "GET {}?type=user"))),
		cached("a parameter that is missing", "new", both(through(httpProxy(keyedBy("method.request.querystring.type"))), declares("type", "query"), two("GET {}?type=admin", "GET {}"))),
		cached("a header that is a key", "new", both(through(httpProxy(keyedBy("method.request.header.X-Who"))), declares("X-Who", "header"), heads("X-Who: a", "X-Who: b"))),
		cached("a header that is a key and the same", "old", both(through(httpProxy(keyedBy("method.request.header.X-Who"))), declares("X-Who", "header"), heads("X-Who: a", "X-Who: a"))),
		cached("a header that is no key", "old", heads("X-Who: a", "X-Who: b")),
		cached("a path parameter is no key", "old", both(func(g *guarded) { g.under = "/{id}" }, two("GET {}/1", "GET {}/2"))),
		cached("a path parameter that is a key", "new", both(func(g *guarded) { g.under = "/{id}" }, through(httpProxy(keyedBy("method.request.path.id"))), declares("id", "path"), two("GET {}/1", "GET {}/2"))),
		cached("a path parameter that is the same key", "old", both(func(g *guarded) { g.under = "/{id}" }, through(httpProxy(keyedBy("method.request.path.id"))), declares("id", "path"), two("GET {}/1", "GET {}/1"))),
		cached("a parameter of the integration", "new", both(through(httpProxy(maps("querystring.q", "method.request.querystring.type"), keyedBy("integration.request.querystring.q"))), two("GET {}?type=1", "GET {}?type=2"))),
		cached("the same parameter of the integration", "old", both(through(httpProxy(maps("querystring.q", "method.request.querystring.type"), keyedBy("integration.request.querystring.q"))), two("GET {}?type=1", "GET {}?type=1&other=2"))),
		cached("a namespace of two resources", "old", both(through(httpProxy(with("cacheNamespace", "common"))), two("GET /shared", "GET {}"))),
		cached("each resource by itself", "new", two("GET /another", "GET {}")),

		cached("another status", "old", func(g *guarded) {
			g.before[0].backend.Status, g.before[0].want.Status, g.want.Status = 404, 404, 404
		}),
		cached("an error of the backend", "old", func(g *guarded) {
			g.tag = "peer"
			g.before[0].backend.Status, g.before[0].want.Status, g.want.Status = 500, 500, 500
		}),
		cached("what the integration response made", "made of old", func(g *guarded) {
			g.in = httpCustom(responds("default", response("201", gives("X-One", "'1'"), renders("made of $input.body"))))
			g.backend.Header, g.noCall = []string{"Content-Type: application/json"}, true
			g.before[0].backend.Header, g.before[0].want = []string{"Content-Type: application/json"}, want{Status: 201, Body: "made of old"}
			g.want.Status, g.want.Header = 201, obj{"X-One": "1"}
		}),
		cached("an error of the gateway", "new", func(g *guarded) {
			g.before[0].backend, g.before[0].want = answer{Reset: true}, want{Status: 504}
		}),
		cached("no header tells of a hit", "old", func(g *guarded) {
			g.want.Header = obj{"X-Cache": harness.Absent, "Age": harness.Absent, "Via": harness.Absent}
		}),
		cached("a megabyte", "old", func(g *guarded) {
			g.before[0].backend.Body, g.before[0].want.Body, g.want.Body = big, big, big
		}),
		cached("more than a megabyte", "new", func(g *guarded) { g.before[0].backend.Body, g.before[0].want.Body = big+"x", big+"x" }),

		cached("the authorizer is asked for a hit", "", func(g *guarded) {
			g.tag, g.op, g.head, g.noCall = "inferred", needs("token"), tokenHead, true
			g.before[0].head, g.before[0].authorizer = tokenHead, grants(allowsAll)
			g.authorizer, g.want = grants(deniesAll), deniedByLambda
		}),
		cached("the key is asked for a hit", "", func(g *guarded) {
			g.tag, g.op, g.noCall, g.want = "inferred", needs("key"), true, forbidden
			g.plans, g.before[0].head = []plan{{keys: []key{{name: "cache"}}}}, withKey("cache")
		}),
		cached("hits are throttled", "", func(g *guarded) {
			g.tag, g.noCall, g.want = "inferred", true, tooMany
			g.settings = []string{"throttling/rateLimit", "0.001", "throttling/burstLimit", "1"}
		}),
		cached("one caller's answer for another", "old", func(g *guarded) {
			g.op, g.before[0].head, g.head = needs("token"), []string{"Authorization: a"}, []string{"Authorization: b"}
			g.authorizer, g.before[0].authorizer = grants(allowsAll), grants(allowsAll)
		}),
		cached("each caller's answer by a key", "new", func(g *guarded) {
			g.in = httpProxy(keyedBy("method.request.header.Authorization"))
			g.op = needs("token")
			declares("Authorization", "header")(g)
			g.before[0].head, g.head = []string{"Authorization: a"}, []string{"Authorization: b"}
			g.authorizer, g.before[0].authorizer = grants(allowsAll), grants(allowsAll)
		}),

		cached("whoever may not invalidate is warned", "old", both(invalidate, func(g *guarded) { g.want = warned })),
		cached("whoever may not invalidate is refused", "", both(invalidate, setting(header403, "FAIL_WITH_403"), func(g *guarded) { g.want, g.noCall = want{Status: 403}, true })),
		cached("whoever may not invalidate is not told", "old", both(invalidate, setting(header403, "SUCCEED_WITHOUT_RESPONSE_HEADER"), func(g *guarded) { g.want = unwarned })),
		cached("whoever may not invalidate is warned by choice", "old", both(invalidate, setting(header403, "SUCCEED_WITH_RESPONSE_HEADER"), func(g *guarded) { g.want = warned })),
		cached("anyone may invalidate", "new", both(invalidate, setting(authorize, "false"), func(g *guarded) { g.want.Header = obj{"Warning": harness.Absent} })),
		cached("an entry is replaced", "new", both(setting(authorize, "false"), func(g *guarded) {
			g.before = append(g.before, guarded{fact: fact{do: "GET {}", head: invalidating, backend: answer{Body: "new"}, want: body("new")}})
			g.backend.Body, g.noCall = "newest", true
		})),
		cached("only that entry is replaced", "old", both(setting(authorize, "false"), through(httpProxy(keyedBy("method.request.querystring.q"))), declares("q", "query"), func(g *guarded) {
			g.before[0].do, g.do = "GET {}?q=1", "GET {}?q=1"
			g.before = append(g.before, guarded{fact: fact{do: "GET {}?q=2", head: invalidating, backend: answer{Body: "new"}, want: body("new")}})
		})),
		cached("no-cache has no effect", "old", func(g *guarded) { g.tag, g.head, g.want = "unconfirmed", []string{"Cache-Control: no-cache"}, unwarned }),
		cached("another age has no effect", "old", func(g *guarded) {
			g.tag, g.head, g.want = "unconfirmed", []string{"Cache-Control: max-age=5"}, unwarned
		}),
		cached("no-store has no effect", "old", func(g *guarded) { g.tag, g.head, g.want = "unconfirmed", []string{"Cache-Control: no-store"}, unwarned }),
		cached("a caller who may invalidate", "new", asCaller("invalidator", body("new"))),
		cached("a caller who may only invoke", "old", asCaller("allowed", warned)),
		cached("a caller of another account", "old", asCaller("foreign-invalidator", warned)),

		cached("a hit is counted", "old", func(g *guarded) {
			g.proxyOnly, g.log = "only Lambda has metrics in its log", []string{`"CacheHitCount"`}
		}),
		cached("a flush", "new", func(g *guarded) {
			g.api, g.eventually = "flushed", true
			g.act = func(ctx context.Context, c *apigateway.Client, api string) error {
				_, err := c.FlushStageCache(ctx, &apigateway.FlushStageCacheInput{RestApiId: &api, StageName: aws.String(harness.Stage)})
				return err
			}
		}),
	}
}

// asCaller signs both requests, of which the second asks for a new answer.
func asCaller(user string, w want) func(*guarded) {
	return func(g *guarded) {
		g.op, g.head, g.want = needs("iam"), invalidating, w
		g.before[0].prepare, g.prepare = by(user), by(user)
	}
}
