package mapping

import (
	"fmt"
	"strings"
)

// ParseWebSocket reads an expression of a WebSocket API (WebSocket API spec, 4). It is one of a REST
// API under another name: what is method.request there is route.request here.
func ParseWebSocket(text string) (Expr, error) { return Parse(restName(text)) }

// ParseWebSocketRequest reads a request parameter of an integration of a WebSocket API. The error
// names the expression at fault.
func ParseWebSocketRequest(target, source string) (Pair, error) {
	pair, err := ParseRequest(target, restName(source))
	if err != nil {
		return Pair{}, err
	}
	if pair.Target.Kind == TargetHeader && transportHeaders[pair.Target.Canonical] {
		return Pair{}, fmt.Errorf("header %s must not be mapped", pair.Target.Name)
	}
	return pair, nil
}

// ParseWebSocketResponse reads a response parameter of an integration response of a WebSocket API.
func ParseWebSocketResponse(target, source string) (Pair, error) {
	return ParseResponse(restName(target), source)
}

func restName(text string) string {
	if rest, ok := strings.CutPrefix(text, "route."); ok {
		return "method." + rest
	}
	return text
}

// transportHeaders are written by the transport or end at a hop, so that no mapping may set them.
var transportHeaders = map[string]bool{
	"Connection": true, "Content-Length": true, "Expect": true, "Keep-Alive": true, "Proxy-Authenticate": true, "Te": true,
	"Trailer": true, "Transfer-Encoding": true, "Upgrade": true, "Host": true,
}
