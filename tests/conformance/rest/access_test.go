package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// guarded is a fact about access control or metering, which may take several requests.
type guarded struct {
	fact
	// before are requests that come first; those that mean the case's resource have no name.
	before     []guarded
	act        func(ctx context.Context, control *apigateway.Client, api string) error
	eventually bool
	// after checks what the control plane says, and is repeated with the request.
	after func(ctx context.Context, control *apigateway.Client, api string) error
	// authorizer is what the function of authorizers does, asks what its event has.
	authorizer output
	asked      harness.Asked
	asks       obj
	log        []string
	// prepare signs the request, or does worse to it.
	prepare   func(context.Context, *harness.Request, *harness.Place) error
	caller    obj
	proxyOnly string
	// plans are made after the API was deployed.
	plans []plan
	// settings are those of the method at the stage: "throttling/burstLimit", "0", ...
	settings []string
}

// plan is a usage plan of the fact's API and stage.
type plan struct {
	keys          []key
	rate          float64
	burst         int32
	throttled     bool // rate and burst are set
	methods       map[string]types.ThrottleSettings
	quota, offset int32 // a quota of 0 is none
	elsewhere     bool  // the stage is not in the plan
	stages        []string
}

// key is an API key. Its value is that of apiKey.
type key struct {
	name     string
	disabled bool
}

// apiKey is the value of the key with a name.
func apiKey(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:20])
}

func (g *guarded) kase() harness.Case {
	c := g.fact.kase()
	c.Before = nil
	for _, b := range g.before {
		b.name, b.section, b.api = g.name, g.section, g.api
		c.Before = append(c.Before, b.kase())
	}
	if g.act != nil {
		c.Act = func(ctx context.Context, control, api string) error { return g.act(ctx, controlClient(control), api) }
	}
	if g.after != nil {
		c.After = func(ctx context.Context, control, api string) error { return g.after(ctx, controlClient(control), api) }
	}
	c.Eventually, c.Authorizer, c.Asked, c.AuthorizerEvent, c.Log = g.eventually, g.authorizer, g.asked, g.asks, g.log
	c.Request.Prepare, c.Request.Caller, c.ProxyOnly = g.prepare, g.caller, g.proxyOnly
	return c
}

func controlClient(control string) *apigateway.Client {
	return apigateway.New(apigateway.Options{BaseEndpoint: &control, Region: harness.Region, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
}

// accessTable is what a suite of guarded facts deploys.
type accessTable struct {
	apis  map[string]api
	facts []guarded
}

func (a *accessTable) deploy(ctx context.Context, control, name string, p *harness.Place) (string, error) {
	var own []fact
	shared := a.apis[name]
	shared.stage = slices.Clone(shared.stage)
	for i := range a.facts {
		g := &a.facts[i]
		own = append(own, g.fact)
		if g.apiName() != name {
			continue
		}
		verb := g.verb
		if verb == "" {
			verb = g.request().Method
		}
		for j := 0; j < len(g.settings); j += 2 {
			path := strings.ReplaceAll(g.resource()+g.under, "/", "~1")
			shared.stage = append(shared.stage, "/"+path+"/"+strings.ToUpper(verb)+"/"+g.settings[j], g.settings[j+1])
		}
	}
	id, err := deployFacts(ctx, control, name, p, shared, own)
	if err != nil {
		return "", err
	}
	c := controlClient(control)
	for i := range a.facts {
		g := &a.facts[i]
		if g.apiName() != name {
			continue
		}
		for _, one := range g.plans {
			if err := one.create(ctx, c, g.resource(), id); err != nil {
				return "", fmt.Errorf("plan of %s: %w", g.name, err)
			}
		}
	}
	return id, nil
}

func (p *plan) create(ctx context.Context, c *apigateway.Client, name, api string) error {
	in := &apigateway.CreateUsagePlanInput{Name: &name}
	switch {
	case p.elsewhere:
	case p.stages != nil:
		for _, stage := range p.stages {
			if err := addStage(ctx, c, api, stage); err != nil {
				return err
			}
			in.ApiStages = append(in.ApiStages, types.ApiStage{ApiId: &api, Stage: aws.String(stage)})
		}
	default:
		in.ApiStages = []types.ApiStage{{ApiId: &api, Stage: aws.String(harness.Stage), Throttle: p.methods}}
	}
	if p.methods != nil && !p.throttled { // a plan has them only beside one of its own
		in.Throttle = &types.ThrottleSettings{RateLimit: 1000, BurstLimit: 1000}
	}
	if p.throttled {
		in.Throttle = &types.ThrottleSettings{RateLimit: p.rate, BurstLimit: p.burst}
	}
	if p.quota > 0 {
		in.Quota = &types.QuotaSettings{Limit: p.quota, Offset: p.offset, Period: types.QuotaPeriodTypeMonth}
		in.Tags = map[string]string{"postern:quota": "exact"}
	}
	made, err := c.CreateUsagePlan(ctx, in)
	if err != nil {
		return err
	}
	for _, k := range p.keys {
		key, err := c.CreateApiKey(ctx, &apigateway.CreateApiKeyInput{Name: aws.String(k.name), Value: aws.String(apiKey(k.name)), Enabled: !k.disabled})
		if err != nil {
			return err
		}
		if _, err := c.CreateUsagePlanKey(ctx, &apigateway.CreateUsagePlanKeyInput{UsagePlanId: made.Id, KeyId: key.Id, KeyType: aws.String("API_KEY")}); err != nil {
			return err
		}
	}
	return nil
}

// addStage makes another stage of what Stage serves.
func addStage(ctx context.Context, c *apigateway.Client, api, stage string) error {
	if stage == harness.Stage {
		return nil
	}
	s, err := c.GetStage(ctx, &apigateway.GetStageInput{RestApiId: &api, StageName: aws.String(harness.Stage)})
	if err != nil {
		return err
	}
	_, err = c.CreateStage(ctx, &apigateway.CreateStageInput{RestApiId: &api, StageName: &stage, DeploymentId: s.DeploymentId})
	return err
}

// run runs the facts with a pool's keys at hand.
func (a *accessTable) run(t *testing.T, s harness.Suite) {
	if testing.Short() {
		t.Skip("builds and runs executables")
	}
	s.Deploy, s.Table = a.deploy, true
	s.Environment = map[string]string{"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": servePools(t)}
	for i := range a.facts {
		s.Cases = append(s.Cases, a.facts[i].kase())
	}
	s.Run(t)
}

// TestAccountThrottle runs the limit of all APIs together, which is that of a process.
func TestAccountThrottle(t *testing.T) {
	in := fact{section: "12", in: httpProxy()}
	first, second := in, in
	first.name, first.want = "the account's throttle", ok
	second.name, second.api, second.want, second.noCall = "the account's throttle for another API", "another", tooMany, true
	a := &accessTable{apis: map[string]api{"section 12": {}, "another": {}}, facts: []guarded{{fact: first, before: []guarded{{fact: fact{want: ok}}}}, {fact: second}}}
	a.run(t, harness.Suite{AccountThrottle: "0.001:2"})
}

// TestAccess runs the facts of sections 2 and 11 to 13.
func TestAccess(t *testing.T) {
	a := &accessTable{apis: accessAPIs(), facts: slices.Concat(section02access(), section11(), section11iam(), section12(), section13())}
	seen := map[string]int{}
	for i := range a.facts {
		seen[a.facts[i].section]++
	}
	for _, s := range strings.Fields("2 2.1 2.2 11.1 11.2 11.3 11.4 11.5 12 13") {
		if seen[s] == 0 {
			t.Errorf("no case is from section %s", s)
		}
		t.Logf("section %s: %d cases", s, seen[s])
	}
	a.run(t, harness.Suite{Users: users})
}
