package websocket

import (
	"fmt"
	"net/http"
	"time"
)

// Authorization is what access control found out at a handshake, beside what the connection keeps.
type Authorization struct {
	// UsageIdentifierKey is the value of the API key that a Lambda authorizer named.
	UsageIdentifierKey string
	// Called tells that an authorizer was asked; Latency, Status and RequestID tell how that went.
	Called    bool
	Latency   time.Duration
	Status    int
	RequestID string
	// Statement tells the operator which statement of which policy decided and why. It never
	// reaches a client.
	Statement string
}

// authorize runs the authorizer of $connect (WebSocket API spec, 7).
func (inv *Invocation) authorize() error {
	if inv.route == nil {
		return nil
	}
	switch t := inv.route.doc.AuthorizationType; t {
	case "", "NONE":
		return nil
	case "AWS_IAM":
		return inv.authorizeIAM()
	case "CUSTOM":
		return inv.authorizeLambda()
	default:
		return configurationError(fmt.Sprintf("authorization type %q is not supported", t), nil)
	}
}

func accessDenied(reason string) *Error { return forbidden("ACCESS_DENIED", reason, nil) }

func authorizerMisconfigured(reason string, err error) *Error {
	return &Error{Status: http.StatusInternalServerError, Message: messageInternal, Type: "AUTHORIZER_CONFIGURATION_ERROR",
		Reason: "Execution failed due to configuration error: " + reason, Err: err}
}
