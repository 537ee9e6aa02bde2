package mapping

import "testing"

// The names are those of WebSocket API spec, 4.
func TestParseWebSocket(t *testing.T) {
	const refused Kind = 255
	for _, f := range []struct {
		parse          func(target, source string) (Pair, error)
		target, source string
		kind           Kind // of the source; refused says that there is none
	}{
		{ParseWebSocketRequest, "integration.request.header.id", "context.connectionId", Context},
		{ParseWebSocketRequest, "integration.request.querystring.q", "route.request.querystring.q", RequestQuery},
		{ParseWebSocketRequest, "integration.request.path.p", "route.request.header.h", RequestHeader},
		{ParseWebSocketRequest, "integration.request.header.h", "route.request.multivalueheader.h", RequestMultiHeader},
		{ParseWebSocketRequest, "integration.request.header.h", "route.request.multivaluequerystring.q", RequestMultiQuery},
		{ParseWebSocketRequest, "integration.request.header.h", "route.request.body.data.room", RequestBody},
		{ParseWebSocketRequest, "integration.request.header.h", "stageVariables.v", StageVariable},
		{ParseWebSocketRequest, "integration.request.header.h", "'static'", Static},
		{ParseWebSocketRequest, "integration.request.header.content-length", "'1'", refused},
		{ParseWebSocketRequest, "integration.request.header.h", "integration.response.header.h", refused},
		{ParseWebSocketRequest, "route.response.header.h", "'static'", refused},
		{ParseWebSocketResponse, "route.response.header.h", "integration.response.header.h", ResponseHeader},
		{ParseWebSocketResponse, "route.response.header.h", "integration.response.body.a", ResponseBody},
		{ParseWebSocketResponse, "route.response.header.h", "integration.response.statuscode", refused},
		{ParseWebSocketResponse, "route.response.header.h", "route.request.header.h", refused},
	} {
		p, err := f.parse(f.target, f.source)
		if f.kind == refused {
			if err == nil {
				t.Errorf("%s = %s is accepted", f.target, f.source)
			}
			continue
		}
		if err != nil || p.Source.Kind != f.kind {
			t.Errorf("%s = %s: kind %d, %v; want kind %d", f.target, f.source, p.Source.Kind, err, f.kind)
		}
	}
	if e, err := ParseWebSocket("route.request.header.Auth"); err != nil || e.Kind != RequestHeader || e.Name != "Auth" {
		t.Errorf("got %+v, %v", e, err)
	}
}
