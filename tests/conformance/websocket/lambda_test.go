package websocket

import (
	"context"
	"encoding/json"
	"io"
	nethttp "net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/controlplane"
	v2 "github.com/postern-gateway/postern/shared/controlplane/v2"
	"github.com/postern-gateway/postern/shared/runtimeapi"
	"github.com/postern-gateway/postern/shared/sigv4"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/store/dynamodb/dynamodblocal"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// transport stands for the @connections of an API Gateway WebSocket API: it checks signatures and
// keeps what is posted.
type transport struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []string // METHOD id body
	status int      // of every answer, 0 for the usual ones
}

func newTransport(t *testing.T) *transport {
	tr := &transport{}
	keys, err := accesskey.NewStatic("test", "test", account)
	if err != nil {
		t.Fatal(err)
	}
	tr.Server = httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		body, _ := io.ReadAll(r.Body)
		v := sigv4.Verifier{Services: []string{"execute-api"}, Region: "us-east-1", Now: time.Now, Skew: sigv4.Skew}
		if _, _, err := sigv4.Verify(r.Context(), &v, accesskey.Layered{keys}, r, sigv4.Bytes(body)); err != nil {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
			w.WriteHeader(nethttp.StatusForbidden)
			return
		}
		id, ok := strings.CutPrefix(r.URL.Path, "/live/@connections/")
		if !ok {
			t.Errorf("called at %s", r.URL.Path)
		}
		tr.mu.Lock()
		defer tr.mu.Unlock()
		tr.calls = append(tr.calls, r.Method+" "+id+" "+string(body))
		if tr.status != 0 {
			w.WriteHeader(tr.status)
		}
	}))
	t.Cleanup(tr.Close)
	return tr
}

// take returns what was called since the last time.
func (tr *transport) take() []string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	calls := tr.calls
	tr.calls = nil
	return calls
}

// functions is the two functions behind a Runtime API, with their surroundings.
type functions struct {
	t *testing.T
	*transport
	*recorder
	server *runtimeapi.Server
	rows   *dynamodb.Store
	ids
}

// newLambda keeps the definitions of the given names in the table "connections" and lets the functions
// use another one.
func newLambda(t *testing.T, table string, apis ...string) *functions {
	t.Helper()
	l := &functions{t: t, transport: newTransport(t), recorder: record(t)}
	address := dynamodblocal.Start(t)
	client := dynamodblocal.Client(address)
	if err := dynamodb.CreateTable(t.Context(), client, "connections"); err != nil {
		t.Fatal(err)
	}
	l.rows = dynamodb.New(client, "connections", dynamodb.Options{})
	if len(apis) > 0 {
		l.ids = deploy(t, controlPlaneOn(t, l.rows), pick(l.recorder.URL, apis...)...)
	}
	environment := map[string]string{
		"POSTERN_TABLE": table, "AWS_ENDPOINT_URL_DYNAMODB": address, "AWS_ENDPOINT_URL_LAMBDA": l.recorder.URL,
		"AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": l.transport.URL + "/live", "POSTERN_ALLOW_LOOPBACK": "true",
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
	}
	var functions []runtimeapi.Function
	for _, name := range []string{"connect", "route"} {
		functions = append(functions, runtimeapi.Function{Name: name, Command: []string{filepath.Join(bin, name)}, Timeout: 30 * time.Second, Environment: environment})
	}
	log := &lockedBuffer{}
	var err error
	if l.server, err = runtimeapi.New(runtimeapi.Config{Account: account, Region: "us-east-1", Log: log}, functions...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = l.server.Close(ctx)
		if t.Failed() {
			t.Logf("the functions said:\n%.20000s", log)
		}
	})
	return l
}

// controlPlaneOn serves the control plane with its state in a store, and returns its URL.
func controlPlaneOn(t *testing.T, rows *dynamodb.Store) string {
	t.Helper()
	base := controlplane.New(controlplane.Config{Store: rows, Account: account, Region: "us-east-1"})
	service := v2.New(v2.Config{Store: rows, Account: account, Region: "us-east-1", REST: base})
	mux, err := wire.NewMux([]wire.Service{apigatewayv2.Service}, service.Endpoints()...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// event sends one to a function and returns its answer. In its text, <name> is the identifier of an API.
func (l *functions) event(t *testing.T, function string, event map[string]any) map[string]any {
	t.Helper()
	res, err := l.server.Invoke(t.Context(), runtimeapi.Invocation{Function: function, Payload: []byte(l.fill(mustJSON(t, event)))})
	if err != nil {
		t.Fatal(err)
	}
	if res.FunctionError != "" {
		t.Fatalf("%s failed: %s", function, res.Payload)
	}
	var out map[string]any
	if err := json.Unmarshal(res.Payload, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// requestContext is that of the transport's events about a connection to an API.
func requestContext(kind, api, id string) map[string]any {
	api = "<" + api + ">"
	return map[string]any{"eventType": kind, "routeKey": "$" + strings.ToLower(kind), "stage": "dev", "apiId": api, "connectionId": id,
		"domainName": api + ".execute-api.us-east-1.amazonaws.com", "connectedAt": time.Now().UnixMilli(), "identity": map[string]any{"sourceIp": "203.0.113.9", "userAgent": "ua"}}
}

func connectEvent(api, id, token string) map[string]any {
	return map[string]any{"requestContext": requestContext("CONNECT", api, id), "isBase64Encoded": false,
		"headers": map[string]string{"Host": api + ".example", "X-Forwarded-For": "203.0.113.9"}, "multiValueHeaders": map[string][]string{"Host": {api + ".example"}, "X-Forwarded-For": {"203.0.113.9"}, "Sec-WebSocket-Key": {"k"}},
		"queryStringParameters": map[string]string{"token": token}, "multiValueQueryStringParameters": map[string][]string{"token": {token}}}
}

func messageEvent(api, id, body string) map[string]any {
	return map[string]any{"requestContext": requestContext("MESSAGE", api, id), "body": body, "isBase64Encoded": false}
}

func disconnectEvent(api, id string) map[string]any {
	c := requestContext("DISCONNECT", api, id)
	c["disconnectStatusCode"], c["disconnectReason"] = 1005, "Client-side close frame status not set"
	return map[string]any{"requestContext": c, "isBase64Encoded": false}
}

const lambdaID = "Qyi07eCbtjMCJKw="

// TestLambda sends events through the executables of connect and route.
func TestLambda(t *testing.T) {
	l := newLambda(t, "connections", "onok", "onmoved", "ondenied", "onthrows", "onmock403", "onnothing", "throttled", "authdeny", "onprotocol", "authauthorize", "messages", "selected", "ontagged")
	row := func(api string) bool {
		_, err := l.rows.Get(t.Context(), store.Key{Partition: "connections#" + l.ids[api] + "#dev", Sort: "id#" + lambdaID})
		return err == nil
	}
	for _, f := range []struct {
		api    string
		status float64
	}{{"onok", 200}, {"onmoved", 301}, {"ondenied", 401}, {"onthrows", 502}, {"onmock403", 403}, {"onnothing", 200}, {"throttled", 429}, {"authdeny", 403}} {
		t.Run("connect "+f.api, func(t *testing.T) {
			out := l.event(t, "connect", connectEvent(f.api, lambdaID, "t"))
			if out["statusCode"] != f.status || row(f.api) != (f.status == 200) {
				t.Errorf("got %v, and a row: %t", out, row(f.api))
			}
		})
	}
	t.Run("subprotocol", func(t *testing.T) {
		out := l.event(t, "connect", connectEvent("onprotocol", lambdaID, "t"))
		if mustJSON(t, out["headers"]) != `{"Sec-WebSocket-Protocol":"chat"}` {
			t.Errorf("got %v", out)
		}
	})
	t.Run("life of a connection", func(t *testing.T) {
		l.event(t, "connect", connectEvent("authauthorize", lambdaID, "tok"))
		event := l.newest(t, "ok", has(l.ids["authauthorize"])).body
		check(t, event, map[string]any{"requestContext/connectionId": lambdaID, "requestContext/identity/sourceIp": "203.0.113.9", "queryStringParameters/token": "tok", "requestContext/authorizer/principalId": "user", "headers/X-Forwarded-For": "203.0.113.9"})
		l.event(t, "route", messageEvent("authauthorize", lambdaID, `{"action":"ctx"}`))
		if got := l.take(); len(got) != 1 || got[0] != "POST "+lambdaID+" user 1 true" {
			t.Errorf("posted %q", got)
		}
		l.event(t, "connect", disconnectEvent("authauthorize", lambdaID))
		event = l.newest(t, "bye", has(lambdaID)).body
		check(t, event, map[string]any{"requestContext/disconnectStatusCode": float64(1005), "requestContext/authorizer/principalId": "user", "requestContext/eventType": "DISCONNECT"})
		if row("authauthorize") {
			t.Error("the row is still there")
		}
	})
	t.Run("one-way messages post nothing, errors do", func(t *testing.T) {
		l.event(t, "connect", connectEvent("messages", lambdaID, ""))
		l.event(t, "route", messageEvent("messages", lambdaID, `{"action":"oneway"}`))
		if got := l.take(); len(got) != 0 {
			t.Errorf("posted %q", got)
		}
		l.event(t, "route", messageEvent("messages", lambdaID, `{"action":"onewaythrows"}`))
		if got := l.take(); len(got) != 1 || !frameForm("Internal server error").MatchString(strings.TrimPrefix(got[0], "POST "+lambdaID+" ")) {
			t.Errorf("posted %q", got)
		}
	})
	t.Run("410 forgets a connection whose disconnect never came", func(t *testing.T) {
		l.event(t, "connect", connectEvent("messages", lambdaID, ""))
		l.transport.mu.Lock()
		l.transport.status = nethttp.StatusGone
		l.transport.mu.Unlock()
		l.event(t, "route", messageEvent("messages", lambdaID, `{"action":"reply"}`))
		l.transport.mu.Lock()
		l.transport.status = 0
		l.transport.mu.Unlock()
		if row("messages") {
			t.Error("the row is still there")
		}
		l.take()
	})
	t.Run("a connection that was never let in is closed", func(t *testing.T) {
		l.event(t, "route", messageEvent("selected", lambdaID, `{}`))
		if got := l.take(); len(got) != 1 || got[0] != "DELETE "+lambdaID+" " {
			t.Errorf("called %q", got)
		}
	})
	t.Run("tags have rows", func(t *testing.T) {
		l.event(t, "connect", connectEvent("ontagged", lambdaID, ""))
		for _, tag := range []string{"red", "blue"} {
			if _, err := l.rows.Get(t.Context(), store.Key{Partition: l.fill("connections#<ontagged>#dev"), Sort: "tag#" + tag + "#" + lambdaID}); err != nil {
				t.Errorf("%s: %v", tag, err)
			}
		}
	})
	t.Run("rows expire", func(t *testing.T) {
		item, err := l.rows.Get(t.Context(), store.Key{Partition: l.fill("connections#<ontagged>#dev"), Sort: "id#" + lambdaID})
		if left := time.Until(item.Expires); err != nil || left < 2*time.Hour || left > 3*time.Hour {
			t.Errorf("%v, %s left", err, left)
		}
	})
}

// TestLambdaWithoutTable shows what becomes of a handshake while DynamoDB fails: nobody gets in.
func TestLambdaWithoutTable(t *testing.T) {
	l := newLambda(t, "missing")
	if out := l.event(t, "connect", connectEvent("onok", lambdaID, "")); out["statusCode"] != float64(500) {
		t.Errorf("got %v", out)
	}
	l.event(t, "route", messageEvent("messages", lambdaID, `{"action":"reply"}`))
	if got := l.take(); len(got) != 1 || !frameForm("Internal server error").MatchString(strings.TrimPrefix(got[0], "POST "+lambdaID+" ")) {
		t.Errorf("posted %q", got)
	}
}
