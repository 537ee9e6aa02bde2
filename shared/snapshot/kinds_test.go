package snapshot

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHTTPAPIRoundTrip(t *testing.T) {
	age := 60
	api := HTTPAPI{ID: "h", DeploymentID: "d", CORS: &CORS{AllowOrigins: []string{"*"}, MaxAgeSeconds: &age}}
	routes := []Route{
		{ID: "1", Key: "GET /pets/{id}", AuthorizationType: "NONE", Integration: RouteIntegration{Type: "HTTP_PROXY"}},
		{ID: "2", Key: "$default", AuthorizationType: "JWT", Integration: RouteIntegration{Type: "AWS_PROXY"}},
		{ID: "3", Key: "ANY /{proxy+}", AuthorizationType: "NONE"},
	}
	data, err := BuildHTTP(api, routes)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	api.DefaultRoute = 2
	if s.Kind != HTTP || s.WebSocket != nil || !cmp.Equal(*s.HTTP, api) {
		t.Errorf("opened as kind %d: %s", s.Kind, cmp.Diff(*s.HTTP, api))
	}
	greedy, _ := s.Index.Greedy(0)
	record, ok := s.Index.Route(greedy, "PATCH")
	if got, err := s.Route(record); !ok || err != nil || !cmp.Equal(*got, routes[2]) {
		t.Errorf("record %d: %v, %v", record, got, err)
	}
	if got, err := s.Route(s.HTTP.DefaultRoute - 1); err != nil || !cmp.Equal(*got, routes[1]) {
		t.Errorf("default route: %v, %v", got, err)
	}
	if _, err := s.Method(0); err == nil {
		t.Error("a route was decoded as a method")
	}
}

func TestWebSocketAPIRoundTrip(t *testing.T) {
	api := WebSocketAPI{ID: "w", DeploymentID: "d", RouteSelectionExpression: "$request.body.action"}
	routes := []WebSocketRoute{
		{ID: "1", Key: "$connect", AuthorizationType: "NONE"},
		{ID: "2", Key: "join the room", Replies: true, Integration: &WebSocketIntegration{Type: "MOCK"}},
	}
	data, err := BuildWebSocket(api, routes)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	api.Routes = map[string]int{"$connect": 0, "join the room": 1}
	if s.Kind != WebSocket || s.HTTP != nil || !cmp.Equal(*s.WebSocket, api) {
		t.Errorf("opened as kind %d: %s", s.Kind, cmp.Diff(*s.WebSocket, api))
	}
	if got, err := s.WebSocketRoute(1); err != nil || !cmp.Equal(*got, routes[1]) {
		t.Errorf("route: %v, %v", got, err)
	}
}

func TestRoutesAreDefinedOnce(t *testing.T) {
	twice := []Route{{Key: "$default"}, {Key: "$default"}}
	if _, err := BuildHTTP(HTTPAPI{}, twice); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("two default routes: %v", err)
	}
	if _, err := BuildHTTP(HTTPAPI{}, []Route{{Key: "GET /a"}, {Key: "GET /a"}}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("two routes of one key: %v", err)
	}
	if _, err := BuildWebSocket(WebSocketAPI{}, []WebSocketRoute{{Key: "a"}, {Key: "a"}}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("two WebSocket routes of one key: %v", err)
	}
}

func TestSettingsOfMethodsAndRoutes(t *testing.T) {
	s := Stage{MethodSettings: map[string]MethodSetting{
		"*/*": {LoggingLevel: "ERROR"}, "pets/{id}/GET": {LoggingLevel: "INFO"}, "/GET": {LoggingLevel: "OFF"}, "GET /pets": {Metrics: true},
	}}
	for _, c := range []struct{ path, method, level string }{
		{"/pets/{id}", "GET", "INFO"}, {"/", "GET", "OFF"}, {"/pets/{id}", "PUT", "ERROR"}, {"/other", "GET", "ERROR"},
	} {
		if got := s.Setting(c.path, c.method).LoggingLevel; got != c.level {
			t.Errorf("%s %s logs at %q, want %q", c.method, c.path, got, c.level)
		}
	}
	if got := s.RouteSetting("GET /pets"); !got.Metrics {
		t.Errorf("settings of the route: %+v", got)
	}
	if got := s.RouteSetting("$default"); got.LoggingLevel != "ERROR" {
		t.Errorf("settings of every route: %+v", got)
	}
}
