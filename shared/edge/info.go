package edge

import (
	"context"
	"time"
)

// Source names the kind of front door a request came through.
type Source string

// The front doors of architecture section 7.
const (
	SourceFunctionURL Source = "function-url"
	SourceALB         Source = "alb"
	SourceRESTAPI     Source = "rest-api"
	SourceHTTPAPI     Source = "http-api"
	SourceNetHTTP     Source = "net/http"
)

// Info accompanies one request from its event source to the gateway. It is written once,
// before the gateway sees the request, and only read afterwards.
type Info struct {
	Source Source

	// RequestID is the front door's own identifier of the request; empty where it gives none.
	RequestID string
	// ReceivedAt is when the front door accepted the request.
	ReceivedAt time.Time

	// SourceIP is the caller's address without a port, IPv4 dotted or IPv6.
	SourceIP string
	// Protocol is the caller's protocol as API Gateway prints it, such as "HTTP/1.1".
	Protocol string

	// APIID, Stage and StageVariables are set only when an API Gateway stage, managed
	// elsewhere, invoked Postern. They then choose the API instead of host and path.
	APIID          string
	Stage          string
	StageVariables map[string]string

	// VPCID and VPCEndpointID are where a request to a private API came from, such as
	// "vpc-0a1b2c3d" and "vpce-0a1b2c3d"; empty for every other request.
	VPCID         string
	VPCEndpointID string

	// Caller is the identity that the front door has verified already (a function URL
	// with AWS_IAM); nil when it verified none.
	Caller *Caller
	// ClientCert is the certificate that the client showed to a front door with mutual TLS; nil
	// when there was none.
	ClientCert *ClientCert
}

// Caller is an AWS identity, with the members that API Gateway gives it in
// requestContext.identity (REST data plane spec, 5.1).
type Caller struct {
	AccessKey      string
	AccountID      string
	CallerID       string
	UserARN        string
	UserID         string
	PrincipalOrgID string

	// The members of callers with credentials of a Cognito identity pool, empty for all others.
	CognitoIdentityID             string
	CognitoIdentityPoolID         string
	CognitoAuthenticationType     string // authenticated or unauthenticated
	CognitoAuthenticationProvider string
}

// ClientCert is a client's certificate, with the members that API Gateway gives it in
// requestContext.identity.clientCert (REST data plane spec, 5.1). The dates are text such as
// "May 28 12:30:02 2019 GMT".
type ClientCert struct {
	PEM          string
	SubjectDN    string
	IssuerDN     string
	SerialNumber string
	NotBefore    string
	NotAfter     string
}

type contextKey struct{}

// NewContext returns a context that carries info.
func NewContext(ctx context.Context, info *Info) context.Context {
	return context.WithValue(ctx, contextKey{}, info)
}

// FromContext returns what the event source left, or nil if the request did not come
// through one.
func FromContext(ctx context.Context) *Info {
	info, _ := ctx.Value(contextKey{}).(*Info)
	return info
}
