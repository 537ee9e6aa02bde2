package eventsource_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// clientRequest is what a client put on the wire. The encoders below write it as each front
// door's event, from the specification and AWS's documentation.
type clientRequest struct {
	method, path, query string
	header              [][2]string // in order, names as sent, without Cookie
	cookies             []string
	body                []byte
}

type object = map[string]any

const sourceIP = "203.0.113.7"

// lines groups the header by name; spell gives each name the front door's letter case.
func (c clientRequest) lines(spell func(string) string) map[string][]string {
	m := map[string][]string{}
	for _, h := range c.header {
		m[spell(h[0])] = append(m[spell(h[0])], h[1])
	}
	return m
}

func (c clientRequest) host() string { return c.lines(http.CanonicalHeaderKey)["Host"][0] }

func (c clientRequest) contentType() string {
	return strings.Join(c.lines(http.CanonicalHeaderKey)["Content-Type"], ",")
}

// joinEach is how payload 2.0 carries repeated headers; lastOfEach how single-value maps do.
func joinEach(m map[string][]string) object {
	out := object{}
	for name, values := range m {
		out[name] = strings.Join(values, ",")
	}
	return out
}

func lastOfEach(m map[string][]string) object {
	out := object{}
	for name, values := range m {
		out[name] = values[len(values)-1]
	}
	return out
}

// decodedQuery groups decoded parameters as API Gateway does.
func (c clientRequest) decodedQuery() map[string][]string {
	values, _ := url.ParseQuery(c.query)
	return values
}

// encodedQuery groups parameters without decoding them, as an ALB does.
func encodedQuery(query string) map[string][]string {
	m := map[string][]string{}
	for _, pair := range strings.Split(query, "&") {
		if pair != "" {
			name, value, _ := strings.Cut(pair, "=")
			m[name] = append(m[name], value)
		}
	}
	return m
}

// nullIfEmpty is how payload 1.0 writes an empty map.
func nullIfEmpty[M ~map[K]V, K comparable, V any](m M) any {
	if len(m) == 0 {
		return nil
	}
	return m
}

// textTypes are passed as text by the front doors (HTTP API spec, 7; security spec, 2.1).
func textType(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(mediaType, "text/") ||
		slices.Contains([]string{"application/json", "application/xml", "application/javascript"}, mediaType)
}

func (c clientRequest) eventBody() (string, bool) {
	if textType(c.contentType()) && utf8.Valid(c.body) {
		return string(c.body), false
	}
	return base64.StdEncoding.EncodeToString(c.body), len(c.body) > 0
}

func (c clientRequest) payloadV2(path string, headers map[string][]string, requestContext object) object {
	body, isBase64 := c.eventBody()
	event := object{
		"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": c.query,
		"headers": joinEach(headers), "requestContext": requestContext, "isBase64Encoded": isBase64,
	}
	if len(c.cookies) > 0 {
		event["cookies"] = c.cookies
	}
	if q := c.decodedQuery(); len(q) > 0 {
		event["queryStringParameters"] = joinEach(q)
	}
	if body != "" {
		event["body"] = body
	}
	return event
}

// functionURL writes the event of a function URL. cookieTwice is what happens behind
// CloudFront: the cookies are in both places.
func (c clientRequest) functionURL(cookieTwice bool) object {
	headers := c.lines(strings.ToLower)
	if cookieTwice && len(c.cookies) > 0 {
		headers["cookie"] = []string{strings.Join(c.cookies, "; ")}
	}
	return c.payloadV2(c.path, headers, object{
		"accountId": "anonymous", "apiId": "abcdefgh", "authentication": nil, "authorizer": nil,
		"domainName": "abcdefgh.lambda-url.us-east-1.on.aws", "domainPrefix": "abcdefgh",
		"http":      object{"method": c.method, "path": c.path, "protocol": "HTTP/1.1", "sourceIp": sourceIP, "userAgent": ""},
		"requestId": "request-1", "routeKey": "$default", "stage": "$default",
		"time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1584039838000,
	})
}

func (c clientRequest) httpV2(stage string) object {
	path, _ := url.PathUnescape(c.path)
	if stage != "$default" {
		path = "/" + stage + path
	}
	event := c.payloadV2(path, c.lines(strings.ToLower), object{
		"accountId": "123456789012", "apiId": "a1b2c3d4e5", "domainName": c.host(), "domainPrefix": "a1b2c3d4e5",
		"http":      object{"method": c.method, "path": path, "protocol": "HTTP/1.1", "sourceIp": sourceIP, "userAgent": ""},
		"requestId": "request-1", "routeKey": "$default", "stage": stage,
		"time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1584039838000,
	})
	event["stageVariables"] = object{"color": "blue"}
	return event
}

// payloadV1 has the members that REST and HTTP APIs share.
func (c clientRequest) payloadV1(path, stage, contextPath string, headers map[string][]string) object {
	if len(c.cookies) > 0 {
		headers["Cookie"] = []string{strings.Join(c.cookies, "; ")}
	}
	for _, name := range []string{"Connection", "Content-Length", "Transfer-Encoding"} {
		delete(headers, name)
	}
	query := c.decodedQuery()
	body, isBase64 := c.eventBody()
	event := object{
		"resource": "/{proxy+}", "path": path, "httpMethod": c.method,
		"headers": lastOfEach(headers), "multiValueHeaders": headers,
		"queryStringParameters": nullIfEmpty(lastOfEach(query)), "multiValueQueryStringParameters": nullIfEmpty(query),
		"pathParameters": object{"proxy": strings.Trim(c.path, "/")}, "stageVariables": object{"color": "blue"},
		"requestContext": object{
			"accountId": "123456789012", "apiId": "a1b2c3d4e5", "domainName": c.host(), "domainPrefix": "a1b2c3d4e5",
			"extendedRequestId": "JKJaXmPLvHcESHA=", "httpMethod": c.method, "path": contextPath, "protocol": "HTTP/1.1",
			"identity": object{
				"accessKey": nil, "accountId": nil, "caller": nil, "principalOrgId": nil, "sourceIp": sourceIP,
				"user": nil, "userAgent": nil, "userArn": nil,
			},
			"requestId": "request-1", "requestTime": "12/Mar/2020:19:03:58 +0000", "requestTimeEpoch": 1584039838000,
			"resourceId": "1a2b3c", "resourcePath": "/{proxy+}", "stage": stage,
		},
		"body": body, "isBase64Encoded": isBase64,
	}
	if body == "" {
		event["body"] = nil
	}
	return event
}

func (c clientRequest) rest() object {
	return c.payloadV1(c.path, "prod", "/prod"+c.path, c.lines(func(name string) string { return name }))
}

func (c clientRequest) httpV1(stage string) object {
	path := c.path
	if stage != "$default" {
		path = "/" + stage + path
	}
	event := c.payloadV1(path, stage, path, c.lines(textproto.CanonicalMIMEHeaderKey))
	event["version"] = "1.0"
	return event
}

func (c clientRequest) alb(multiValue bool) object {
	headers := c.lines(strings.ToLower)
	if len(c.cookies) > 0 {
		headers["cookie"] = []string{strings.Join(c.cookies, "; ")}
	}
	forwarded := append(headers["x-forwarded-for"], sourceIP)
	headers["x-forwarded-for"] = []string{strings.Join(forwarded, ", ")}
	body, isBase64 := c.eventBody()
	event := object{
		"requestContext": object{"elb": object{
			"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/postern/0123456789abcdef",
		}},
		"httpMethod": c.method, "path": c.path, "body": body, "isBase64Encoded": isBase64,
	}
	query := encodedQuery(c.query)
	if multiValue {
		event["multiValueHeaders"], event["multiValueQueryStringParameters"] = headers, query
	} else {
		event["headers"], event["queryStringParameters"] = lastOfEach(headers), lastOfEach(query)
	}
	return event
}

// clientResponse is what a front door sends to the client for an answer.
type clientResponse struct {
	Status  int
	Header  http.Header // without Set-Cookie
	Cookies []string
	Body    []byte
}

// answerJSON has the members of all buffered answers.
type answerJSON struct {
	StatusCode        int                 `json:"statusCode"`
	StatusDescription string              `json:"statusDescription"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Cookies           []string            `json:"cookies"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

// send does what a front door does with an answer: the maps are merged, base64 is decoded.
func (a answerJSON) send(t testing.TB) clientResponse {
	t.Helper()
	r := clientResponse{Status: a.StatusCode, Header: http.Header{}, Cookies: a.Cookies, Body: []byte(a.Body)}
	for _, name := range slices.Sorted(maps.Keys(a.MultiValueHeaders)) {
		for _, value := range a.MultiValueHeaders[name] {
			r.Header.Add(name, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.Headers)) {
		r.Header.Add(name, a.Headers[name])
	}
	if cookies := r.Header.Values("Set-Cookie"); len(cookies) > 0 {
		r.Cookies = append(r.Cookies, cookies...)
		r.Header.Del("Set-Cookie")
	}
	if a.IsBase64Encoded {
		var err error
		if r.Body, err = base64.StdEncoding.DecodeString(a.Body); err != nil {
			t.Fatalf("body is not base64: %v", err)
		}
	}
	return r
}

func mustJSON(t testing.TB, v any) json.RawMessage {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
