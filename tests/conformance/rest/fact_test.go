package rest

import (
	"regexp"
	"strings"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

type (
	obj    = map[string]any
	list   = []any
	want   = harness.Want
	seen   = harness.Seen
	answer = harness.Answer
	output = harness.Output
)

// fact is a case and the method that it is about.
type fact struct {
	name, section, tag string
	// api is the API that has the method; empty is the one without settings.
	api string
	// in is the method's integration; nil adds no method.
	in obj
	// op has other members of the operation.
	op obj
	// verb is the operation's, in lower case; that of the request when empty.
	verb string
	// under is the resource's path below the one named after the case, such as /{id}.
	under string
	// do is verb and target, "POST {}/7?a=b": {} stands for the resource named after the case.
	do   string
	head []string
	body string
	// sent is a whole request, in place of do, head and body.
	sent *harness.Request

	backend answer
	fn      output
	want    want
	seen    *seen
	event   obj
	noCall  bool

	localOnly, known, knownIn string
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// resource is the path of the resource named after a fact.
func (f *fact) resource() string {
	return "/" + strings.ReplaceAll(f.section, ".", "-") + "-" + strings.Trim(notInNames.ReplaceAllString(strings.ToLower(f.name), "-"), "-")
}

func (f *fact) request() harness.Request {
	if f.sent != nil {
		r := *f.sent
		r.Target = strings.ReplaceAll(r.Target, "{}", f.resource())
		return r
	}
	do := f.do
	if do == "" {
		do = "GET {}"
	}
	method, target, _ := strings.Cut(do, " ")
	return harness.Request{Method: method, Target: strings.ReplaceAll(target, "{}", f.resource()), Header: f.head, Body: f.body}
}

func (f *fact) kase() harness.Case {
	return harness.Case{
		Name: f.name, Section: f.section, Tag: f.tag, API: f.apiName(), Request: f.request(), Backend: f.backend, Function: f.fn,
		Want: f.want, Seen: f.seen, Event: f.event, NoCall: f.noCall, LocalOnly: f.localOnly, Known: f.known, KnownIn: f.knownIn,
	}
}

// apiName is that of a shared API. An API has at most 300 resources, so that facts without
// settings of their API are spread over one for each section.
func (f *fact) apiName() string {
	if f.api != "" {
		return f.api
	}
	section, _, _ := strings.Cut(f.section, ".")
	return "section " + section
}

var sources = regexp.MustCompile(`^method\.request\.(?:multivalue)?(header|querystring|path)\.(.+)$`)
var placeholders = regexp.MustCompile(`\{([^}]+?)\+?\}`)

// operation completes a fact's operation: it declares the parameters that its mappings use and the
// responses that it gives, as API Gateway demands.
func (f *fact) operation() obj {
	op := obj{"x-amazon-apigateway-integration": f.in}
	for k, v := range f.op {
		op[k] = v
	}
	if _, ok := op["parameters"]; !ok {
		op["parameters"] = f.parameters()
	}
	if _, ok := op["responses"]; !ok {
		op["responses"] = f.responses()
	}
	return op
}

func (f *fact) parameters() list {
	declared := list{}
	have := map[string]bool{}
	declare := func(in, name string) {
		if in == "querystring" {
			in = "query"
		}
		if !have[in+name] {
			have[in+name] = true
			declared = append(declared, obj{"name": name, "in": in, "required": in == "path", "schema": obj{"type": "string"}})
		}
	}
	for _, m := range placeholders.FindAllStringSubmatch(f.under, -1) {
		declare("path", m[1])
	}
	mapped, _ := f.in["requestParameters"].(obj)
	for _, source := range mapped {
		if m := sources.FindStringSubmatch(source.(string)); m != nil {
			declare(m[1], m[2])
		}
	}
	return declared
}

func (f *fact) responses() obj {
	declared := obj{}
	given, _ := f.in["responses"].(obj)
	for _, r := range given {
		r := r.(obj)
		headers := obj{}
		mapped, _ := r["responseParameters"].(obj)
		for target := range mapped {
			headers[strings.TrimPrefix(target, "method.response.header.")] = obj{"schema": obj{"type": "string"}}
		}
		status := r["statusCode"].(string)
		if before, ok := declared[status].(obj); ok {
			for name, h := range before["headers"].(obj) {
				headers[name] = h
			}
		}
		declared[status] = obj{"description": "", "headers": headers}
	}
	return declared
}
