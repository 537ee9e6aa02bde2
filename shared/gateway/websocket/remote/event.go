package remote

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// Event is an event of an API Gateway WebSocket API (WebSocket API spec, 3), as far as it is read.
type Event struct {
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Query             map[string]string   `json:"queryStringParameters"`
	MultiValueQuery   map[string][]string `json:"multiValueQueryStringParameters"`
	StageVariables    map[string]string   `json:"stageVariables"`
	Body              string              `json:"body"`
	Context           Context             `json:"requestContext"`
}

// Context is requestContext.
type Context struct {
	RouteKey             string   `json:"routeKey"`
	EventType            string   `json:"eventType"`
	DisconnectStatusCode int      `json:"disconnectStatusCode"`
	DisconnectReason     string   `json:"disconnectReason"`
	Stage                string   `json:"stage"`
	ConnectedAt          int64    `json:"connectedAt"`
	Identity             Identity `json:"identity"`
	DomainName           string   `json:"domainName"`
	ConnectionID         string   `json:"connectionId"`
	APIID                string   `json:"apiId"`
}

// Identity is requestContext.identity. The members of callers are there if the transport has
// authenticated them.
type Identity struct {
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
	AccessKey string `json:"accessKey"`
	AccountID string `json:"accountId"`
	Caller    string `json:"caller"`
	User      string `json:"user"`
	UserARN   string `json:"userArn"`
	OrgID     string `json:"principalOrgId"`
}

// Answer is what API Gateway makes of an event.
type Answer struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers,omitempty"`
	Body       string            `json:"body,omitempty"`
}

// Stage variables by which a stage of the transport chooses the API that Postern serves for it.
const (
	variableAPIID = "posternApi"
	variableStage = "posternStage"
)

// served names the API and the stage that serve an event: those that the stage variables name, else
// those of the transport.
func (e *Event) served() (apiID, stage string) {
	apiID, stage = e.StageVariables[variableAPIID], e.StageVariables[variableStage]
	if apiID == "" {
		apiID = e.Context.APIID
	}
	if stage == "" {
		stage = e.Context.Stage
	}
	return apiID, stage
}

// connection is what an event tells about its connection.
func (e *Event) connection(endpoint string) *websocket.Connection {
	apiID, stage := e.served()
	return &websocket.Connection{
		Ref:         websocket.Ref{APIID: apiID, Stage: stage, ID: e.Context.ConnectionID},
		DomainName:  e.Context.DomainName,
		ConnectedAt: time.UnixMilli(e.Context.ConnectedAt),
		Identity:    websocket.Identity{SourceIP: e.Context.Identity.SourceIP, UserAgent: e.Context.Identity.UserAgent},
		Endpoint:    endpoint,
		Host:        e.Headers["Host"],
	}
}

// handshake is the client's request as the transport saw it.
func (e *Event) handshake(ctx context.Context) *http.Request {
	r := &http.Request{Method: http.MethodGet, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: http.NoBody}
	for name, values := range e.MultiValueHeaders {
		for _, v := range values {
			r.Header.Add(name, v)
		}
	}
	if len(e.MultiValueHeaders) == 0 {
		for name, v := range e.Headers {
			r.Header.Set(name, v)
		}
	}
	r.Host = r.Header.Get("Host")
	r.Header.Del("Host")
	query := url.Values{}
	for name, values := range e.MultiValueQuery {
		query[name] = values
	}
	if len(query) == 0 {
		for name, v := range e.Query {
			query.Set(name, v)
		}
	}
	r.URL = &url.URL{Path: "/" + e.Context.Stage, RawQuery: query.Encode()}
	r.RequestURI = r.URL.RequestURI()
	id := &e.Context.Identity
	info := &edge.Info{SourceIP: id.SourceIP, Protocol: r.Proto}
	if id.UserARN != "" {
		info.Caller = &edge.Caller{AccessKey: id.AccessKey, AccountID: id.AccountID, CallerID: id.Caller, UserARN: id.UserARN, UserID: id.User, PrincipalOrgID: id.OrgID}
	}
	return r.WithContext(edge.NewContext(ctx, info))
}
