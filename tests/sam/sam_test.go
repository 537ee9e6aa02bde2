package sam

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/scripts/demo/photos"
	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/gateway/websocket/remote"
	"github.com/postern-gateway/postern/shared/runtimeapi"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/store/dynamodb/dynamodblocal"
)

const (
	account = "123456789012"
	region  = "us-east-1"
	table   = "postern"
	// patience bounds one invocation, in which a slow machine builds an image.
	patience = 3 * time.Minute
)

// bench is the assembly and what is around its functions.
type bench struct {
	t        *testing.T
	root     string
	assembly string
	rows     *dynamodb.Store
	posts    posts
	issuer   issuer

	proxy, control, authorizer, connect, route function
}

func TestSAM(t *testing.T) {
	if os.Getenv("POSTERN_SAM") == "" {
		t.Skip("make sam runs this test: it needs a Docker engine")
	}
	b := newBench(t)
	t.Run("proxy, baked", b.baked)
	t.Run("control plane and proxy, on DynamoDB Local", b.onTable)
	t.Run("authorizer", b.authorize)
	t.Run("connect and route", b.sockets)
}

func newBench(t *testing.T) *bench {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, root: root, assembly: t.TempDir(), issuer: newIssuer(t)}
	address := dynamodblocal.Start(t)
	client := dynamodblocal.Client(address)
	if err := dynamodb.CreateTable(t.Context(), client, table); err != nil {
		t.Fatal(err)
	}
	b.rows = dynamodb.New(client, table, dynamodb.Options{})
	b.synthesise(serve(t, photos.Handler()))

	variables := func(more ...string) map[string]string {
		v := map[string]string{"POSTERN_TABLE": table, "AWS_ENDPOINT_URL_DYNAMODB": forward(t, address)}
		for i := 0; i < len(more); i += 2 {
			v[more[i]] = more[i+1]
		}
		return v
	}
	connections := "http://" + serve(t, &b.posts) + "/live"
	for _, f := range []struct {
		to               *function
		stack, construct string
		variables        map[string]string
	}{
		{&b.proxy, "postern-gateway", "Proxy", variables("AWS_ENDPOINT_URL_LAMBDA", "http://"+serve(t, b.pets().Handler()))},
		{&b.control, "postern-controlplane", "ControlPlane", variables()},
		// The issuer's certificate lies beside the executable: there is no other way into the container.
		{&b.authorizer, "postern-authorizer", "Authorizer", variables("SSL_CERT_FILE", "/var/task/issuer.pem")},
		{&b.connect, "postern-websocket", "Connect", variables("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", connections)},
		{&b.route, "postern-websocket", "Route", variables("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", connections)},
	} {
		if *f.to, err = prepare(b.assembly, f.stack, f.construct, f.variables); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(b.authorizer.asset, "issuer.pem"), b.issuer.certificate, 0o644); err != nil {
		t.Fatal(err)
	}
	return b
}

// pets runs the demo's Lambda function on this machine, as the proxy's integration invokes it.
func (b *bench) pets() *runtimeapi.Server {
	executable := filepath.Join(b.t.TempDir(), "pets")
	build := exec.CommandContext(b.t.Context(), "go", "build", "-o", executable, "./scripts/demo/pets")
	build.Dir = b.root
	if out, err := build.CombinedOutput(); err != nil {
		b.t.Fatalf("build the demo's function: %v\n%s", err, out)
	}
	server, err := runtimeapi.New(runtimeapi.Config{Log: b.t.Output(), Environ: os.Environ()}, runtimeapi.Function{Name: "pets", Command: []string{executable}})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = server.Close(ctx)
	})
	return server
}

// synthesise writes the templates of every function, with the demo baked in, whose HTTP backend is moved to
// an address that containers reach.
func (b *bench) synthesise(backend string) {
	definition, err := os.ReadFile(filepath.Join(b.root, "scripts", "demo", "openapi.yaml"))
	if err != nil {
		b.t.Fatal(err)
	}
	path := filepath.Join(b.t.TempDir(), "petstore.yaml")
	moved := bytes.ReplaceAll(definition, []byte("127.0.0.1:8082"), []byte(backend))
	if bytes.Equal(moved, definition) {
		b.t.Fatal("the demo's definition has no HTTP backend to move")
	}
	if err := os.WriteFile(path, moved, 0o644); err != nil {
		b.t.Fatal(err)
	}
	cdk := exec.CommandContext(b.t.Context(), filepath.Join("infra", "node_modules", ".bin", "cdk"), "synth", "--quiet", "--no-notices", "--no-version-reporting", "-o", b.assembly,
		"-c", "postern:assets="+os.Getenv("POSTERN_SAM_ASSETS"), "-c", "postern:architecture=x86_64", "-c", "apis="+path, "-c", "postern:apis.stage=local",
		"-c", "postern:websocket=true", "-c", "postern:authorizer=true", "-c", "postern:authorizer.issuer="+b.issuer.url, "-c", "postern:authorizer.audience=demo")
	cdk.Dir = b.root
	if out, err := cdk.CombinedOutput(); err != nil {
		b.t.Fatalf("synthesise: %v\n%s", err, out)
	}
}

// invoke runs sam local invoke with a file of events/, in whose text pairs of old and new are replaced.
func (b *bench) invoke(t *testing.T, f function, event string, replace ...string) answer {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(b.root, "events", event))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replace); i += 2 {
		if !bytes.Contains(text, []byte(replace[i])) {
			t.Fatalf("%s has no %s", event, replace[i])
		}
	}
	file := filepath.Join(t.TempDir(), event)
	if err := os.WriteFile(file, []byte(strings.NewReplacer(replace...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, "sam", "local", "invoke", f.logicalID, "--template", f.template, "--event", file, "--skip-pull-image", "--region", region)
	command.Env = append(environ(), "SAM_CLI_TELEMETRY=0", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION="+region)
	var messages bytes.Buffer
	command.Stderr = &messages
	printed, err := command.Output()
	if err != nil {
		t.Fatalf("sam local invoke %s with %s: %v\n%s", f.logicalID, event, err, &messages)
	}
	a, err := parse(string(printed))
	if err != nil {
		t.Fatalf("%s with %s: %v\n%s", f.logicalID, event, err, &messages)
	}
	t.Logf("%s %s: %.200q", f.logicalID, event, a.raw)
	if t.Failed() || strings.Contains(a.raw, `"errorMessage"`) {
		t.Fatalf("%s with %s failed: %s\n%s", f.logicalID, event, a.raw, &messages)
	}
	return a
}

// environ is this process's environment without what functions have too: sam would let it replace the
// template's values.
func environ() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "POSTERN_") || strings.HasPrefix(v, "AWS_") || strings.HasPrefix(v, "SSL_CERT_FILE=")
	})
}

// The same answers as scripts/invoke gives (tests/e2e).
func (b *bench) baked(t *testing.T) {
	cats := `[{"id":1,"type":"cat","name":"Minka"},{"id":3,"type":"cat","name":"Felix"},{"id":7,"type":"cat","name":"Molly"}]`
	catsAndDogs := `[{"id":1,"type":"cat","name":"Minka"},{"id":2,"type":"dog","name":"Bello"},{"id":3,"type":"cat","name":"Felix"},{"id":5,"type":"dog","name":"Rex"},{"id":7,"type":"cat","name":"Molly"}]`
	for _, c := range []struct {
		event  string
		status int
		body   string
		name   string // of a header that shows the source's form
		value  string
	}{
		{"url-get.json", 200, `{"status": "ok"}`, "Content-Type", "application/json"},
		{"url-post-binary.json", 201, `{"bytes":73,"name":"1","type":"image/png"}`, "Location", "/photos/1"},
		{"alb-single.json", 200, cats, "Access-Control-Allow-Origin", "*"},
		{"alb-multi.json", 200, catsAndDogs, "Access-Control-Allow-Origin", "*"},
		{"rest-1.0.json", 200, `{"id":7,"type":"cat","name":"Molly"}`, "Access-Control-Allow-Origin", "*"},
		{"http-2.0.json", 204, ``, "Access-Control-Allow-Methods", "GET,POST,OPTIONS"},
	} {
		a := b.invoke(t, b.proxy, c.event)
		if a.StatusCode != c.status || a.Body != c.body || a.header(c.name) != c.value {
			t.Errorf("%s: got %s, want %d %s with %s: %s", c.event, a.raw, c.status, c.body, c.name, c.value)
		}
	}
}

func (b *bench) onTable(t *testing.T) {
	made := b.invoke(t, b.control, "control-import.json")
	var api struct{ ID string }
	if err := json.Unmarshal([]byte(made.Body), &api); err != nil || made.StatusCode != 201 || api.ID == "" {
		t.Fatalf("import: %s", made.raw)
	}
	if a := b.invoke(t, b.control, "control-deploy.json", "{{api}}", api.ID); a.StatusCode != 201 {
		t.Fatalf("deploy: %s", a.raw)
	}
	// The stage in front names the API.
	a := b.invoke(t, b.proxy, "rest-1.0.json", `"stageVariables": null`, `"stageVariables": {"posternApi": "`+api.ID+`", "posternStage": "prod"}`)
	if a.StatusCode != 200 || a.Body != `{"id":"7","from":"the table"}` {
		t.Errorf("the API of the table: %s", a.raw)
	}
}

func (b *bench) authorize(t *testing.T) {
	for event, want := range map[string]string{
		"authorizer-token.json":       `"Action":"execute-api:Invoke","Effect":"Allow"`,
		"authorizer-request-1.0.json": `"Action":"execute-api:Invoke","Effect":"Allow"`,
		"authorizer-request-2.0.json": `"isAuthorized":true`,
	} {
		if a := b.invoke(t, b.authorizer, event, "{{token}}", b.issuer.token); !strings.Contains(strings.ReplaceAll(a.raw, " ", ""), want) || !strings.Contains(a.raw, "pets.read") {
			t.Errorf("%s: %s", event, a.raw)
		}
	}
	a := b.invoke(t, b.authorizer, "authorizer-request-2.0.json", "{{token}}", b.issuer.token[:len(b.issuer.token)-8]+"AAAAAAAA")
	if !strings.Contains(strings.ReplaceAll(a.raw, " ", ""), `"isAuthorized":false`) {
		t.Errorf("a forged token: %s", a.raw)
	}
}

func (b *bench) sockets(t *testing.T) {
	const id = "QDs9WEaQoAMCJKw=" // of the sample events
	api := chat(t, b.rows)
	// A connection of the sample's day would have ended long ago.
	now := strconv.FormatInt(time.Now().UnixMilli(), 10)
	if a := b.invoke(t, b.connect, "websocket-connect.json", "{{api}}", api, "1756479720111", now); a.StatusCode != 200 {
		t.Fatalf("connect: %s", a.raw)
	}
	ref := websocket.Ref{APIID: api, Stage: "dev", ID: id}
	c, err := remote.Rows{Store: b.rows}.Find(t.Context(), ref)
	if err != nil || c.Identity.SourceIP != "203.0.113.7" {
		t.Fatalf("the table's connection: %+v, %v", c, err)
	}
	if a := b.invoke(t, b.route, "websocket-message.json", "{{api}}", api); a.StatusCode != 200 {
		t.Errorf("message: %s", a.raw)
	}
	if got, want := b.posts.take(), []string{"POST /live/@connections/" + id + " hello, connection " + id}; !slices.Equal(got, want) {
		t.Errorf("posted to the connection: %q, want %q", got, want)
	}
	if a := b.invoke(t, b.connect, "websocket-disconnect.json", "{{api}}", api); a.StatusCode != 200 {
		t.Errorf("disconnect: %s", a.raw)
	}
	if _, err := (remote.Rows{Store: b.rows}).Find(t.Context(), ref); !errors.Is(err, websocket.ErrGone) {
		t.Errorf("the connection is still in the table: %v", err)
	}
}
