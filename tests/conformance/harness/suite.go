package harness

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

const (
	// Stage is the stage of every API.
	Stage = "prod"
	// Region is where AWS services are.
	Region = "us-east-1"

	// patience bounds every wait; nothing is measured by it.
	patience = 30 * time.Second
	sourceIP = "127.0.0.1"
)

// Suite is a table of cases and the APIs that serve them.
type Suite struct {
	// Deploy deploys the API of a name through the control plane at a URL to Stage, and returns its
	// id. It is called once for each name that cases mention and each process under test. Text of
	// definitions goes through Place.Fill.
	Deploy func(ctx context.Context, control, name string, p *Place) (id string, err error)
	Cases  []Case
	// Table serves what the proxy serves from a table of DynamoDB Local, which keys, plans and users
	// need, in place of baked APIs.
	Table bool
	// Users are there before the processes start.
	Users []User
	// AccountThrottle is the limit of all APIs together, as rate:burst.
	AccountThrottle string
	// VPCLinks are where private backends are, as "ARN=host:port"; Place.Fill completes them. They
	// need Table.
	VPCLinks []string
	// Environment is that of the processes under test, beside what every suite has.
	Environment map[string]string
}

// Place is what surrounds one process under test.
type Place struct {
	backend  *backend
	function *functionControl
	// authorizer is the function of authorizers, slow one that never answers.
	authorizer  *functionControl
	slow        *httptest.Server
	control     string
	credentials map[string]aws.Credentials
	ids         map[string]string
	log         func() string
	// host is what the process takes for the host of the request; empty is that of the API.
	host string
}

// Fill puts addresses into text: {{backend}} is the URL of the backend, {{host}} its host and
// port, {{lambda}} the URI of the function, {{authorizer}} that of the function of authorizers, {{slow}}
// that of one that never answers in time, {{elsewhere}} that of one that the backend stands for.
func (p *Place) Fill(text string) string {
	uri := func(name string) string {
		return "arn:aws:apigateway:" + Region + ":lambda:path/2015-03-31/functions/" + strings.TrimSuffix(FunctionARN, "conformance") + name + "/invocations"
	}
	return strings.NewReplacer("{{backend}}", p.backend.url(), "{{host}}", p.backend.listener.Addr().String(), "{{function}}", FunctionARN,
		"{{lambda}}", uri("conformance"), "{{authorizer}}", uri("authorizer"), "{{slow}}", uri("slow"), "{{elsewhere}}", uri("elsewhere")).Replace(text)
}

// door takes requests to a process under test.
type door interface {
	do(context.Context, *Request) (*Response, error)
}

// Run runs every case through every front door.
func (s *Suite) Run(t *testing.T) {
	bin := build(t)
	doors := []struct {
		name  string
		start func(*testing.T, string, *Suite, *Place) (door, map[string]string)
	}{{"local", startLocal}, {"proxy", startProxy}}
	if s.Table {
		doors[1].start = startTable
	}
	for _, d := range doors {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			p := &Place{backend: newBackend(t), function: newFunctionControl(t), authorizer: newFunctionControl(t), slow: newSlow(t)}
			var gate door
			gate, p.ids = d.start(t, bin, s, p)
			for i := range s.Cases {
				c := &s.Cases[i]
				t.Run(c.Section+"/"+c.Name, func(t *testing.T) {
					if c.LocalOnly != "" && d.name != "local" {
						t.Skip(c.LocalOnly)
					}
					if c.ProxyOnly != "" && d.name == "local" {
						t.Skip(c.ProxyOnly)
					}
					p.log() // what earlier cases left
					s.run(t, d.name, gate, c, p)
				})
			}
		})
	}
}

func (s *Suite) run(t *testing.T, name string, gate door, c *Case, p *Place) {
	problems := s.sequence(t, gate, c, p)
	known := c.Known != "" && (c.KnownIn == "" || c.KnownIn == name)
	switch {
	case known && problems == nil:
		t.Errorf("the deviation %q is gone: clear Known", c.Known)
	case known:
		t.Logf("known deviation: %s\n%s", c.Known, strings.Join(problems, "\n"))
	case problems != nil:
		t.Errorf("%s\nthe process said:\n%s", strings.Join(problems, "\n"), p.log())
	}
}

// problems sends the request of a case and says what is not as it should be.
func (s *Suite) problems(t *testing.T, gate door, c *Case, p *Place) []string {
	id := p.ids[c.API]
	a := c.Backend
	a.Body, a.Raw = p.Fill(a.Body), p.Fill(a.Raw)
	p.backend.prepare(a)
	p.function.prepare(c.Function)
	p.authorizer.prepare(c.Authorizer)
	r := c.Request
	if r.Method == "" {
		r.Method = "GET"
	}
	if r.Host == "" {
		r.Host = id + ".execute-api." + Region + ".amazonaws.com"
	}
	if !r.Raw {
		r.Target = "/" + Stage + r.Target
	}
	r.Target, r.Host = strings.ReplaceAll(r.Target, "{{api}}", id), strings.ReplaceAll(r.Host, "{{api}}", id)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if r.Prepare != nil {
		if err := r.Prepare(ctx, &r, p); err != nil {
			return []string{err.Error()}
		}
	}
	res, err := gate.do(ctx, &r)
	if err != nil {
		return []string{err.Error()}
	}
	fill := func(v any) any { return fillWant(v, id, p) }
	var all []string
	add := func(text string) {
		if text != "" {
			all = append(all, text)
		}
	}
	if c.Want.Status != 0 && res.Status != c.Want.Status {
		add(fmt.Sprintf("status is %d, want %d; the body is %.300q", res.Status, c.Want.Status, res.Body))
	}
	all = append(all, headerProblems("the answer's", res.Lines, fillAll(c.Want.Header, fill), c.Want.Lines)...)
	add(Problem("the answer's body", res.Body, true, fill(c.Want.Body)))
	if c.Want.Check != nil {
		add(c.Want.Check(res))
	}
	all = append(all, seenProblems(c, p, fill)...)
	event, called := p.function.event(c.Event != nil && len(all) == 0)
	switch {
	case c.NoCall && called:
		add("the function was called with " + event)
	case c.Event != nil && !called:
		add("the function was not called")
	case c.Event != nil:
		all = append(all, eventProblems(event, c.Event, fill)...)
	}
	return all
}

func seenProblems(c *Case, p *Place, fill func(any) any) []string {
	seen := p.backend.received()
	if c.NoCall && len(seen) > 0 {
		return []string{fmt.Sprintf("the backend was called: %s %s", seen[0].Method, seen[0].Target)}
	}
	if c.Seen == nil {
		return nil
	}
	if len(seen) == 0 {
		return []string{"the backend was not called"}
	}
	got, want := seen[len(seen)-1], c.Seen
	all := headerProblems("the backend's", got.Lines, fillAll(want.Header, fill), want.Lines)
	if want.Method != "" && got.Method != want.Method {
		all = append(all, fmt.Sprintf("the backend's method is %s, want %s", got.Method, want.Method))
	}
	texts := []string{Problem("the backend's target", got.Target, true, fill(want.Target)), Problem("the backend's body", got.Body, true, fill(want.Body))}
	if want.Check != nil {
		texts = append(texts, want.Check(got))
	}
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}

// fillWant puts the API's id and addresses into an expectation.
func fillWant(v any, id string, p *Place) any {
	host := cmp.Or(p.host, id+".execute-api."+Region+".amazonaws.com")
	label, _, _ := strings.Cut(host, ".")
	f := func(text string) string {
		return strings.NewReplacer("{{api}}", id, "{{domain}}", host, "{{label}}", label).Replace(p.Fill(text))
	}
	switch v := v.(type) {
	case string:
		return f(v)
	case JSON:
		return JSON(f(string(v)))
	case Match:
		return Match(f(string(v)))
	case Contains:
		return Contains(f(string(v)))
	}
	return v
}

func fillAll(m map[string]any, fill func(any) any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = fill(v)
	}
	return out
}

// deploy deploys every API of the suite and returns their ids by name.
func (s *Suite) deploy(t *testing.T, control string, p *Place) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for i := range s.Cases {
		name := s.Cases[i].API
		if _, done := ids[name]; done {
			continue
		}
		id, err := s.Deploy(t.Context(), control, name, p)
		if err != nil {
			t.Errorf("deploy %s: %v", name, err)
		}
		ids[name] = id
	}
	if t.Failed() {
		t.FailNow()
	}
	return ids
}

// build builds the executables under test.
func build(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	cmd := exec.Command("go", "build", "-o", bin+"/", "./functions/local", "./functions/proxy", "./tests/conformance/function")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("build the executables under test: %v", err)
	}
	return bin
}

// environ is the environment of the processes under test.
func environ(add map[string]string) []string {
	env := append(os.Environ(), "AWS_REGION="+Region, "AWS_EC2_METADATA_DISABLED=true", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_SESSION_TOKEN=token")
	for name, value := range add {
		env = append(env, name+"="+value)
	}
	return env
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// take returns what was written since it was called last.
func (l *lockedBuffer) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.b.String()
	l.b.Reset()
	return text
}
