// Package eventsource turns the events of Lambda's HTTP front doors into *http.Request and
// what a handler writes to its http.ResponseWriter back into each front door's answer, so
// that one http.Handler serves a function URL, an ALB, API Gateway stages and net/http.
//
// One file per event source holds both directions; the rest is shared: request.go (how
// a request is completed), writer.go (the handler's contract), stream.go and buffer.go
// (the two ways an answer leaves). What a front door knows and net/http has no field for
// goes into edge.Info.
//
// The request looks as net/http's server would have delivered it: URL holds path and
// query only, RequestURI is the path and query as the client sent them as far as the event
// tells, Host is promoted out of Header, RemoteAddr is "ip:0" because no event carries
// the caller's port.
//
// aws-lambda-go-api-proxy does the part that it does right: method and body of requests
// (core.RequestAccessor and its siblings), and in answers the split of Set-Cookie
// into cookies, the joining of repeated headers, the multi-value headers and the text form
// of the body (core.ProxyResponseWriter and its siblings). Path, query, headers, base64
// for declared binary types, single-value ALB answers and streaming are ours, each with its reason
// where it is done.
//
// Floor 4. Imports shared/edge and the standard library, aws-lambda-go/events and
// aws-lambda-go-api-proxy/core.
package eventsource
