package websocket

import (
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// What the data plane could not serve is refused by the control plane, where it is given or at the
// latest at the deployment.
func TestRefused(t *testing.T) {
	client := controlPlane(start(t, ":memory:", nil).control)
	toBackend := func(target, source string) *snapshot.WebSocketIntegration {
		i := httpTo("HTTP", "http://127.0.0.1:1/")
		i.RequestParameters = []snapshot.Mapping{{Target: target, Source: source}}
		return i
	}
	answering := func(source string) *snapshot.WebSocketIntegration {
		i := httpTo("HTTP", "http://127.0.0.1:1/")
		i.Responses[0].Parameters = []snapshot.Mapping{{Target: "route.response.header.Sec-WebSocket-Protocol", Source: source}}
		return i
	}
	selecting := func(expression string) api {
		a := define("a", twoWay("$default", mock("200", "hi")))
		a.RouteSelectionExpression = expression
		return a
	}
	silent := mock("200", "")
	silent.Responses = nil
	for _, f := range []struct {
		name string
		a    api
		want string
	}{
		{"4 a reply without an integration response", define("a", twoWay("x", silent)), "needs an integration response"},
		{"4 $connect without an integration response", define("a", route("$connect", silent)), "needs an integration response"},
		{"4 a mapping that writes a header of the connection", define("a", route("x", toBackend("integration.request.header.Transfer-Encoding", "'x'"))), "header Transfer-Encoding must not be mapped"},
		{"4 a mapping from what is not declared", define("a", route("$connect", toBackend("integration.request.header.a", "route.request.header.b"))), "does not declare route.request.header.b"},
		{"4 a mapping from a path that is none", define("a", route("x", toBackend("integration.request.header.a", "route.request.body.["))), "route.request.body.["},
		{"4 a response mapping from the status", define("a", route("$connect", answering("integration.response.statuscode"))), "integration.response.statuscode"},
		{"2 a route selection expression with a path that is none", selecting("$request.body.a[x]"), "Invalid selection expression"},
		{"2 a route selection expression on a header", selecting("$request.header.x"), "Invalid selection expression"},
		{"2 a key that is reserved", define("a", route("$other", nil)), "reserved"},
	} {
		t.Run(f.name, func(t *testing.T) {
			err := (&creation{ctx: t.Context(), client: client}).create(f.a)
			if err == nil || !strings.Contains(err.Error(), f.want) {
				t.Errorf("got %v, want one with %q", err, f.want)
			}
		})
	}
}
