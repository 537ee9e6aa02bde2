package rest

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// slowly is a rate that gives no token while a test runs.
const slowly = 0.001

var (
	tooMany       = unhinted(refused(429, "TooManyRequestsException", "Too Many Requests"))
	limitExceeded = unhinted(refused(429, "LimitExceededException", "Limit Exceeded"))
	// blocked are settings of a method that let nothing through.
	blocked = []string{"throttling/rateLimit", "0", "throttling/burstLimit", "0"}
)

// unhinted adds that nothing tells when to come again.
func unhinted(w want) want {
	for _, name := range []string{"Retry-After", "RateLimit", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining"} {
		w.Header[name] = harness.Absent
	}
	return w
}

// withKey are the headers of a request with an API key.
func withKey(name string) []string { return []string{"x-api-key: " + apiKey(name)} }

// keyed is a case with a key of a plan, named as the case.
func keyed(name string, p plan, w want, before ...want) guarded {
	p.keys = append(p.keys, key{name: name})
	g := guarded{fact: fact{name: name, section: "12", in: httpProxy(), op: needs("key"), head: withKey(name), want: w, noCall: w.Status != http.StatusOK}, plans: []plan{p}}
	for _, one := range before {
		g.before = append(g.before, guarded{fact: fact{head: g.head, want: one}})
	}
	return g
}

// keyless is a case that a key does not help.
func keyless(name string, head []string, plans ...plan) guarded {
	return guarded{fact: fact{name: name, section: "12", in: httpProxy(), op: needs("key"), head: head, want: forbidden, noCall: true}, plans: plans}
}

func having(g guarded, changes func(*guarded)) guarded {
	changes(&g)
	return g
}

// throttleOf is a throttle of a method in a plan.
func throttleOf(path string, burst int32) map[string]types.ThrottleSettings {
	return map[string]types.ThrottleSettings{path: {RateLimit: slowly, BurstLimit: burst}}
}

func section12() []guarded {
	all := []guarded{
		keyed("a key of a plan", plan{}, ok),
		having(keyed("the name of the header has no case", plan{}, ok), func(g *guarded) { g.head = []string{"X-API-KEY: " + apiKey(g.name)} }),
		keyless("no key", nil),
		keyless("an empty key", []string{"x-api-key: "}),
		keyless("an unknown key", withKey("nobody's")),
		keyless("a disabled key", withKey("disabled"), plan{keys: []key{{name: "disabled", disabled: true}}}),
		keyless("a key of a plan without the stage", withKey("elsewhere"), plan{keys: []key{{name: "elsewhere"}}, elsewhere: true}),
		keyless("a key of a plan of another stage", withKey("other stage"), plan{keys: []key{{name: "other stage"}}, stages: []string{"other"}}),
		having(keyless("a key in the query", nil), func(g *guarded) {
			g.do, g.plans = "GET {}?x-api-key="+apiKey(g.name), []plan{{keys: []key{{name: g.name}}}}
		}),
		having(keyed("a key where none is needed", plan{throttled: true}, ok), func(g *guarded) {
			g.op = nil
			g.log = []string{"because method 'GET " + g.resource() + "' does not require API Key. Request will not contribute to throttle or quota limits"}
		}),
		having(keyed("a bad key where none is needed", plan{}, ok), func(g *guarded) { g.op, g.head = nil, withKey("nobody's") }),
		having(keyed("the key in the event", plan{}, ok), func(g *guarded) {
			g.in, g.fn = lambdaProxy(), output{Payload: `{"statusCode":200}`}
			g.event = obj{"requestContext/identity/apiKey": apiKey(g.name), "requestContext/identity/apiKeyId": harness.Present}
		}),
		having(keyed("the key in a template", plan{}, body(apiKey("the key in a template"))), func(g *guarded) { g.in = says("$context.identity.apiKey") }),

		keyed("a quota", plan{quota: 2}, limitExceeded, ok, ok),
		having(keyed("a quota is logged", plan{quota: 1}, limitExceeded, ok), func(g *guarded) { g.log = []string{"Key quota exhausted for Usage Plan ID "} }),
		keyed("a quota with an offset", plan{quota: 3, offset: 2}, limitExceeded, ok),
		having(keyed("a quota counts for each key", plan{quota: 1, keys: []key{{name: "another with a quota"}}}, ok), func(g *guarded) {
			g.before = []guarded{{fact: fact{head: withKey("another with a quota"), want: ok}}, {fact: fact{head: withKey("another with a quota"), want: limitExceeded}}}
		}),
		having(keyed("a quota counts over all stages", plan{quota: 1, stages: []string{harness.Stage, "second"}}, limitExceeded), func(g *guarded) {
			g.before = []guarded{{fact: fact{sent: &harness.Request{Target: "/second{}", Raw: true, Header: g.head}, want: ok}}}
		}),
		having(keyed("throttled requests leave the quota", plan{quota: 1, methods: throttleOf("/limited/POST", 0)}, limitExceeded), func(g *guarded) {
			g.tag = "unconfirmed"
			g.before = []guarded{{fact: fact{do: "POST /limited", head: g.head, want: tooMany}}, {fact: fact{do: "GET {}", head: g.head, want: ok}}}
		}),
		having(keyed("refused requests leave the quota", plan{quota: 1}, limitExceeded), func(g *guarded) {
			g.op = needs("token", "key")
			g.head = append([]string{"Authorization: t"}, g.head...)
			g.authorizer = grants(allowsAll)
			g.before = []guarded{
				{fact: fact{head: withKey(g.name), want: unauthorized}},
				{fact: fact{head: g.head, want: deniedByLambda}, authorizer: grants(deniesAll)},
				{fact: fact{head: g.head, want: ok}, authorizer: grants(allowsAll)},
			}
		}),

		keyed("a throttle", plan{throttled: true, rate: slowly, burst: 2}, tooMany, ok, ok),
		having(keyed("a throttle is logged", plan{throttled: true, rate: 0.01, burst: 1}, tooMany, ok), func(g *guarded) {
			g.log = []string{"Key throttle limit exceeded for Usage Plan ID ", ", Stage prod, Resource " + g.resource() + ", HttpMethod GET. Limit: 0.01 Burst: 1"}
		}),
		having(keyed("a throttle is for each key", plan{throttled: true, rate: slowly, burst: 1, keys: []key{{name: "another that is throttled"}}}, ok), func(g *guarded) {
			g.before = []guarded{{fact: fact{head: withKey("another that is throttled"), want: ok}}, {fact: fact{head: withKey("another that is throttled"), want: tooMany}}}
		}),
		keyed("a plan's burst of nothing", plan{throttled: true, rate: 10}, tooMany),
		keyed("a plan's rate of nothing", plan{throttled: true, burst: 10}, tooMany),
		keyed("a throttle of the method", plan{methods: throttleOf("/12-a-throttle-of-the-method/GET", 1)}, tooMany, ok),
		keyed("a throttle of another method", plan{methods: throttleOf("/12-a-throttle-of-another-method/POST", 0)}, ok),
		having(keyed("a throttle of the root", plan{methods: throttleOf("//GET", 0)}, tooMany), func(g *guarded) {
			g.api, g.do = "root", "GET /"
		}),
		keyed("a throttle of the method beside that of the plan", plan{throttled: true, rate: slowly, burst: 0, methods: throttleOf("/12-a-throttle-of-the-method-beside-that-of-the-plan/GET", 1)}, tooMany, ok),
		having(keyed("the stage's throttle after the plan's", plan{throttled: true, rate: 100, burst: 100}, tooMany), func(g *guarded) { g.settings = blocked }),

		{fact: fact{name: "the stage's throttle of all methods", section: "12", api: "throttled", in: httpProxy(), want: tooMany, noCall: true}},
		{fact: fact{name: "the stage's throttle of the method", section: "12", api: "throttled", in: httpProxy(), want: tooMany, noCall: true}, settings: []string{"throttling/rateLimit", fmt.Sprint(slowly), "throttling/burstLimit", "1"},
			before: []guarded{{fact: fact{want: ok}}}},
		{fact: fact{name: "the method's setting overrides", section: "12", api: "throttled", in: httpProxy(), want: ok}, settings: []string{"throttling/rateLimit", "100", "throttling/burstLimit", "100"}},
		{fact: fact{name: "a burst of nothing", section: "12", in: httpProxy(), want: tooMany, noCall: true}, settings: []string{"throttling/burstLimit", "0"}},
		{fact: fact{name: "a rate of nothing", section: "12", in: httpProxy(), want: tooMany, noCall: true}, settings: []string{"throttling/rateLimit", "0", "throttling/burstLimit", "5"}},
		{fact: fact{name: "a bucket fills again", section: "12", in: httpProxy(), want: ok, do: "GET {}"}, settings: []string{"throttling/rateLimit", "2", "throttling/burstLimit", "1"}, eventually: true,
			before: []guarded{{fact: fact{want: ok}}}},

		having(keyed("a key is disabled", plan{}, forbidden, ok), func(g *guarded) {
			g.eventually, g.noCall = true, false
			g.act = onKey(g.name, func(ctx context.Context, c *apigateway.Client, id string) error {
				_, err := c.UpdateApiKey(ctx, &apigateway.UpdateApiKeyInput{ApiKey: &id, PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/enabled"), Value: aws.String("false")}}})
				return err
			})
		}),
		having(keyed("a quota is raised", plan{quota: 1}, ok, ok, limitExceeded), func(g *guarded) {
			g.eventually = true
			g.act = onKey(g.name, func(ctx context.Context, c *apigateway.Client, id string) error {
				plans, err := c.GetUsagePlans(ctx, &apigateway.GetUsagePlansInput{KeyId: &id})
				if err != nil {
					return err
				}
				_, err = c.UpdateUsage(ctx, &apigateway.UpdateUsageInput{UsagePlanId: plans.Items[0].Id, KeyId: &id,
					PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/remaining"), Value: aws.String("5")}}})
				return err
			})
		}),
		having(keyed("usage is told", plan{quota: 10}, forbidden, ok, ok), func(g *guarded) {
			// Counts are written when requests come, of which these do not count.
			g.head, g.eventually, g.after = nil, true, onKey(g.name, usageOf(2, 8))
		}),
	}
	for _, c := range []struct {
		name string
		head []string
		more string
		want want
	}{
		{"a key of the authorizer", nil, `,"usageIdentifierKey":"` + apiKey("a key of the authorizer") + `"`, ok},
		{"the header beside the authorizer", withKey("nobody's"), `,"usageIdentifierKey":"` + apiKey("the header beside the authorizer") + `"`, ok},
		{"no key of the authorizer", withKey("no key of the authorizer"), ``, forbidden},
		{"an unknown key of the authorizer", withKey("an unknown key of the authorizer"), `,"usageIdentifierKey":"` + apiKey("nobody's") + `"`, forbidden},
	} {
		g := keyed(c.name, plan{}, c.want)
		g.api, g.op, g.head, g.authorizer = "authorized key", needs("token", "key"), append(c.head, tokenHead...), grants(allowsAll, c.more)
		all = append(all, g)
	}
	return all
}

// onKey does something with the key of a name.
func onKey(name string, do func(ctx context.Context, c *apigateway.Client, id string) error) func(context.Context, *apigateway.Client, string) error {
	return func(ctx context.Context, c *apigateway.Client, _ string) error {
		keys, err := c.GetApiKeys(ctx, &apigateway.GetApiKeysInput{NameQuery: &name})
		if err != nil {
			return err
		}
		if len(keys.Items) != 1 {
			return fmt.Errorf("there are %d keys named %q", len(keys.Items), name)
		}
		return do(ctx, c, *keys.Items[0].Id)
	}
}

// usageOf checks how much was used and remains today.
func usageOf(used, remaining int64) func(context.Context, *apigateway.Client, string) error {
	return func(ctx context.Context, c *apigateway.Client, id string) error {
		plans, err := c.GetUsagePlans(ctx, &apigateway.GetUsagePlansInput{KeyId: &id})
		if err != nil {
			return err
		}
		today := time.Now().UTC().Format(time.DateOnly)
		usage, err := c.GetUsage(ctx, &apigateway.GetUsageInput{UsagePlanId: plans.Items[0].Id, KeyId: &id, StartDate: &today, EndDate: &today})
		if err != nil {
			return err
		}
		if got, want := fmt.Sprint(usage.Items[id]), fmt.Sprint([][]int64{{used, remaining}}); got != want {
			return fmt.Errorf("usage is %s, want %s", got, want)
		}
		return nil
	}
}
