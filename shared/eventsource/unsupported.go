package eventsource

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// UnsupportedEventError reports a payload that no HTTP front door sent.
type UnsupportedEventError struct {
	// Recognised says what the payload looks like, such as "an API Gateway WebSocket event".
	Recognised string
}

func (e *UnsupportedEventError) Error() string {
	return "unsupported event: recognised " + e.Recognised + "; expected an HTTP request event of a Lambda function URL" +
		" (payload 2.0), an Application Load Balancer, an API Gateway REST API (payload 1.0)" +
		" or an API Gateway HTTP API (payload 1.0 or 2.0)"
}

// explain looks at a whole payload: it returns its requestContext, or an error that says what
// the payload is instead.
func explain(payload []byte) (json.RawMessage, error) {
	var document any
	if err := json.Unmarshal(payload, &document); err != nil {
		return nil, fmt.Errorf("decode event: %w", err)
	}
	if _, object := document.(map[string]any); !object {
		return nil, &UnsupportedEventError{"a JSON value that is not an object"}
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(payload, &members); err != nil {
		return nil, fmt.Errorf("decode event: %w", err)
	}
	if members["methodArn"] != nil || members["routeArn"] != nil {
		return nil, &UnsupportedEventError{"a Lambda authorizer event"}
	}
	if requestContext, ok := members["requestContext"]; ok {
		return requestContext, nil
	}
	if source := eventSource(members); source != "" {
		return nil, &UnsupportedEventError{fmt.Sprintf("an event of %q", source)}
	}
	const shown = 8
	switch names := slices.Sorted(maps.Keys(members)); {
	case len(names) == 0:
		return nil, &UnsupportedEventError{"an empty object, as warm-up calls send it"}
	case len(names) > shown:
		return nil, &UnsupportedEventError{"an object without requestContext, with the members " + strings.Join(names[:shown], ", ") + " and more"}
	default:
		return nil, &UnsupportedEventError{"an object without requestContext, with the members " + strings.Join(names, ", ")}
	}
}

// eventSource is the name that EventBridge and the services with records give themselves, or
// nothing.
func eventSource(members map[string]json.RawMessage) string {
	var source string
	if json.Unmarshal(members["source"], &source) == nil {
		return source
	}
	var records []struct {
		EventSource string `json:"eventSource"` // SNS writes EventSource
	}
	if json.Unmarshal(members["Records"], &records) == nil && len(records) > 0 {
		return records[0].EventSource
	}
	return ""
}
