package httpapi

import (
	"context"
	"regexp"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

type (
	obj         = map[string]any
	list        = []any
	want        = harness.Want
	seen        = harness.Seen
	answer      = harness.Answer
	output      = harness.Output
	preparation = func(context.Context, *harness.Request, *harness.Place) error
	check       = func(ctx context.Context, control, api string) error
)

// fact is a case and the route that it is about. "<>" stands for the path named after the case, in
// requests and in expectations.
type fact struct {
	name, section, tag string
	// api is the API that has the route; empty is the one of the section.
	api string
	// in is the route's integration; nil adds no route.
	in *sdk.CreateIntegrationInput
	// key is the route's, "GET <>/{id}"; the method of the request and the path when empty.
	key string
	// auth is the name of the route's authorizer in its API, or AWS_IAM.
	auth   string
	scopes []string
	// do is method and target of the request, "POST <>/7?a=b". One that begins with "raw " is not
	// below the stage.
	do   string
	head []string
	body string
	host string
	// prepare changes the request before it is sent.
	prepare preparation

	backend    answer
	fn         output
	authorizer output
	asked      harness.Asked
	askedWith  obj
	want       want
	seen       *seen
	event      obj
	noCall     bool
	log        []string

	before     []fact
	act, after check
	eventually bool

	localOnly, proxyOnly, known, knownIn string
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// path is the path named after a fact.
func (f *fact) path() string {
	return "/" + strings.ReplaceAll(f.section, ".", "-") + "-" + strings.Trim(notInNames.ReplaceAllString(strings.ToLower(f.name), "-"), "-")
}

// fill puts the path into texts.
func (f *fact) fill(v any) any {
	put := func(text string) string { return strings.ReplaceAll(text, "<>", f.path()) }
	switch v := v.(type) {
	case string:
		return put(v)
	case harness.Match:
		return harness.Match(put(string(v)))
	case harness.Contains:
		return harness.Contains(put(string(v)))
	case harness.JSON:
		return harness.JSON(put(string(v)))
	}
	return v
}

func (f *fact) fillAll(m obj) obj {
	if m == nil {
		return nil
	}
	out := obj{}
	for name, v := range m {
		out[name] = f.fill(v)
	}
	return out
}

func (f *fact) request() harness.Request {
	do := f.do
	if do == "" {
		do = "GET <>"
	}
	do, raw := strings.CutPrefix(do, "raw ")
	method, target, _ := strings.Cut(strings.ReplaceAll(do, "<>", f.path()), " ")
	return harness.Request{Method: method, Target: target, Raw: raw, Host: f.host, Header: f.head, Body: f.body, Prepare: f.prepare}
}

// routeKey is the key of a fact's own route.
func (f *fact) routeKey() string {
	key := f.key
	if key == "" {
		key = f.request().Method + " <>"
	}
	return strings.ReplaceAll(key, "<>", f.path())
}

// apiName is that of the API of a section, unless the fact wants another.
func (f *fact) apiName() string {
	if f.api != "" {
		return f.api
	}
	section, _, _ := strings.Cut(f.section, ".")
	return "section " + section
}

func (f *fact) kase() harness.Case {
	c := harness.Case{
		Name: f.name, Section: f.section, Tag: f.tag, API: f.apiName(), Request: f.request(), Backend: f.backend, Function: f.fn,
		Authorizer: f.authorizer, Asked: f.asked, AuthorizerEvent: f.fillAll(f.askedWith), Want: f.want, Event: f.fillAll(f.event),
		NoCall: f.noCall, Act: f.act, After: f.after, Eventually: f.eventually,
		LocalOnly: f.localOnly, ProxyOnly: f.proxyOnly, Known: f.known, KnownIn: f.knownIn,
	}
	c.Want.Body, c.Want.Header = f.fill(c.Want.Body), f.fillAll(c.Want.Header)
	if f.seen != nil {
		s := *f.seen
		s.Target, s.Body, s.Header = f.fill(s.Target), f.fill(s.Body), f.fillAll(s.Header)
		c.Seen = &s
	}
	for _, line := range f.log {
		c.Log = append(c.Log, f.fill(line).(string))
	}
	for i := range f.before {
		b := f.before[i]
		b.name, b.section, b.api = f.name, f.section, f.api // the route is that of the fact itself
		c.Before = append(c.Before, b.kase())
	}
	return c
}
