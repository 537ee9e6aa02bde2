package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/runtimeapi"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/store/dynamodb/dynamodblocal"
)

// auditRecord is what these tests look at of a record.
type auditRecord struct {
	EventName           string
	ErrorCode           string
	RequestID           string
	SourceIPAddress     string
	UserIdentity        struct{ Type, ARN, AccessKeyID, InvokedBy string }
	RequestParameters   map[string]any
	AdditionalEventData struct {
		Revisions []struct {
			Resource      string
			Before, After int64
		}
	}
}

type auditPage struct {
	Records  []auditRecord
	Position string
}

// audit asks for the audit trail, signed.
func (p *process) audit(t *testing.T, parameters url.Values) auditPage {
	t.Helper()
	path := "/audit"
	if len(parameters) > 0 {
		path += "?" + parameters.Encode()
	}
	return auditOf(t, p.signed(t, "GET", path, ""))
}

func auditOf(t *testing.T, a answer) auditPage {
	t.Helper()
	var page auditPage
	if err := json.Unmarshal([]byte(a.body), &page); err != nil || a.status != 200 {
		t.Fatalf("GET /audit: %v", a)
	}
	return page
}

func (page auditPage) events() string {
	var names []string
	for _, r := range page.Records {
		name := r.EventName
		if r.ErrorCode != "" {
			name += "!" + r.ErrorCode
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestAuditTrail(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	p := start(t, "--data", data)
	var api struct{ ID string }
	a := p.signed(t, "POST", "/restapis", `{"name":"audited"}`)
	if err := json.Unmarshal([]byte(a.body), &api); err != nil || a.status != 201 {
		t.Fatalf("create: %v", a)
	}
	p.signed(t, "GET", "/restapis/"+api.ID, "")
	p.signed(t, "PATCH", "/restapis/"+api.ID, `{"patchOperations":[{"op":"replace","path":"/name","value":"renamed"}]}`)
	refused := p.signed(t, "PATCH", "/restapis/"+api.ID, `{"patchOperations":[{"op":"replace","path":"/nonsense","value":"x"}]}`)
	send(t, "DELETE", "http://"+p.control+"/restapis/"+api.ID, "", nil, nil) // unsigned
	p.signed(t, "DELETE", "/restapis/"+api.ID, "")

	page := p.audit(t, nil)
	if got := page.events(); got != "DeleteRestApi UpdateRestApi!BadRequestException UpdateRestApi CreateRestApi" || page.Position != "" {
		t.Fatalf("the trail has %s, position %q", got, page.Position)
	}
	for i, want := range []string{"[{2 0}]", "[]", "[{1 2}]", "[{0 1}]"} {
		r := page.Records[i]
		revisions := []string{}
		for _, v := range r.AdditionalEventData.Revisions {
			if v.Resource != "restapis/"+api.ID {
				t.Errorf("%s: a revision of %s", r.EventName, v.Resource)
			}
			revisions = append(revisions, fmt.Sprintf("{%d %d}", v.Before, v.After))
		}
		if fmt.Sprint(revisions) != want {
			t.Errorf("%s: revisions %v, want %s", r.EventName, revisions, want)
		}
		if u := r.UserIdentity; u.Type != "Root" || u.ARN != "arn:aws:iam::123456789012:root" || u.AccessKeyID != "test" || r.SourceIPAddress != "127.0.0.1" {
			t.Errorf("%s: by %+v from %s", r.EventName, u, r.SourceIPAddress)
		}
	}
	if id := page.Records[1].RequestID; id == "" || id != refused.header.Get("X-Amzn-Requestid") {
		t.Errorf("the refusal has the request id %q, its answer %q", id, refused.header.Get("X-Amzn-Requestid"))
	}

	first := p.audit(t, url.Values{"resource": {api.ID}, "limit": {"3"}})
	second := p.audit(t, url.Values{"resource": {api.ID}, "limit": {"3"}, "position": {first.Position}})
	if len(first.Records) != 3 || second.events() != "CreateRestApi" || second.Position != "" {
		t.Errorf("pages: %s, then %s", first.events(), second.events())
	}
	if got := p.audit(t, url.Values{"eventName": {"UpdateRestApi"}, "user": {"test"}}); len(got.Records) != 2 {
		t.Errorf("filtered: %s", got.events())
	}
	if a := p.signed(t, "GET", "/audit?limit=1000", ""); a.status != 400 || !strings.Contains(a.body, "limit") {
		t.Errorf("a bad limit: %v", a)
	}
	for name, a := range map[string]answer{
		"MissingAuthenticationTokenException": send(t, "GET", "http://"+p.control+"/audit", "", nil, nil),
		"InvalidSignatureException":           p.signedWith(t, "GET", "/audit", "", "test", "wrong"),
	} {
		if a.status != 403 || a.header.Get("X-Amzn-Errortype") != name || strings.Contains(a.body, "Records") {
			t.Errorf("want %s: %v %s", name, a, a.header.Get("X-Amzn-Errortype"))
		}
	}
	if a := send(t, "GET", "http://"+p.control+"/metrics", "", nil, nil); !strings.Contains(a.body, "postern_audit_failures_total 0") {
		t.Errorf("/metrics does not count failures of the trail: %v", a)
	}

	// The trail outlives the process.
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	p = start(t, "--data", data)
	if got := p.audit(t, nil); len(got.Records) != 4 {
		t.Errorf("after a restart: %s", got.events())
	}
}

// What the process does with the files that it was given is in the trail, too.
func TestAuditOfFiles(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "api.yaml")
	writeFile(t, file, fmt.Sprintf(mockAPI, "s3cret"))
	p := start(t, "--data", ":memory:", "--api", file)
	page := p.audit(t, nil)
	if got := page.events(); got != "CreateDeployment ImportRestApi" {
		t.Fatalf("the trail has %s", got)
	}
	for _, r := range page.Records {
		if r.UserIdentity.Type != "AWSService" || r.UserIdentity.InvokedBy != "postern" || len(r.AdditionalEventData.Revisions) != 1 {
			t.Errorf("recorded %+v", r)
		}
	}
	if body := fmt.Sprint(page.Records[1].RequestParameters["body"]); !strings.Contains(body, "sha256") || strings.Contains(body, "s3cret") {
		t.Errorf("the document is %s", body)
	}
}

func TestNoAuth(t *testing.T) {
	t.Parallel()
	p := start(t, "--data", ":memory:", "--no-auth")
	control := "http://" + p.control
	if a := send(t, "POST", control+"/restapis", "", nil, strings.NewReader(`{"name":"anyone"}`)); a.status != 201 {
		t.Errorf("unsigned: %v", a)
	}
	if a := p.signedWith(t, "GET", "/restapis", "", "whoever", "whatever"); a.status != 200 {
		t.Errorf("signed by nobody in particular: %v", a)
	}
	page := auditOf(t, send(t, "GET", control+"/audit", "", nil, nil))
	if page.events() != "CreateRestApi" || page.Records[0].UserIdentity.Type != "Unknown" {
		t.Errorf("the trail: %+v", page.Records)
	}
	if n := strings.Count(p.log.String(), "--no-auth"); n != 1 {
		t.Errorf("the log speaks of --no-auth %d times:\n%s", n, p.log)
	}
}

// On Lambda the function URL has verified the caller.
func TestAuditOnLambda(t *testing.T) {
	t.Parallel()
	address := dynamodblocal.Start(t)
	if err := dynamodb.CreateTable(t.Context(), dynamodblocal.Client(address), "postern"); err != nil {
		t.Fatal(err)
	}
	var log lockedBuffer
	functions, err := runtimeapi.New(runtimeapi.Config{Log: &log, Environ: os.Environ()}, runtimeapi.Function{
		Name: "controlplane", Command: []string{filepath.Join(bin, "controlplane")}, Timeout: patience,
		Environment: map[string]string{
			"POSTERN_TABLE": "postern", "POSTERN_ACCOUNT": "123456789012",
			"AWS_ENDPOINT_URL_DYNAMODB": address, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
			"AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = functions.Close(t.Context())
		if t.Failed() {
			t.Logf("the function said:\n%s", log.String())
		}
	})
	call := func(method, path, query, body string) answer {
		t.Helper()
		event, err := json.Marshal(map[string]any{
			"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
			"headers": map[string]string{"host": "abc.lambda-url.us-east-1.on.aws", "content-type": "application/json"},
			"requestContext": map[string]any{
				"accountId": "123456789012", "apiId": "abc", "domainName": "abc.lambda-url.us-east-1.on.aws", "domainPrefix": "abc",
				"authorizer": map[string]any{"iam": map[string]string{"accessKey": "ASIAEXAMPLE", "accountId": "123456789012",
					"callerId": "AROAEXAMPLE:bob", "userId": "AROAEXAMPLE:bob", "userArn": "arn:aws:sts::123456789012:assumed-role/Deploy/bob"}},
				"http":      map[string]string{"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test"},
				"requestId": "id", "routeKey": "$default", "stage": "$default", "timeEpoch": time.Now().UnixMilli(),
			},
			"body": base64.StdEncoding.EncodeToString([]byte(body)), "isBase64Encoded": true,
		})
		if err != nil {
			t.Fatal(err)
		}
		stream, err := functions.InvokeStream(t.Context(), runtimeapi.Invocation{Function: "controlplane", Payload: event})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = stream.Body.Close() }()
		b, err := io.ReadAll(stream.Body)
		if err != nil || stream.Prelude == nil {
			t.Fatalf("%s %s: %v %s", method, path, err, b)
		}
		return answer{status: stream.Prelude.StatusCode, body: string(b)}
	}
	for i := range 3 {
		if a := call("POST", "/restapis", "", fmt.Sprintf(`{"name":"api %d"}`, i)); a.status != 201 {
			t.Fatalf("create: %v", a)
		}
	}
	var names []any
	for position := ""; ; {
		page := auditOf(t, call("GET", "/audit", "user=Deploy&limit=2&"+position, ""))
		for _, r := range page.Records {
			names = append(names, r.RequestParameters["name"])
			if u := r.UserIdentity; u.Type != "AssumedRole" || u.AccessKeyID != "ASIAEXAMPLE" || r.SourceIPAddress != "192.0.2.1" {
				t.Errorf("recorded %+v", r)
			}
		}
		if page.Position == "" {
			break
		}
		position = "position=" + page.Position
	}
	if got := fmt.Sprint(names); got != "[api 2 api 1 api 0]" {
		t.Errorf("the trail has %s", got)
	}
	if a := call("GET", "/audit", "user=nobody", ""); a.status != 200 || strings.TrimSpace(a.body) != `{"Records":[]}` {
		t.Errorf("nobody's records: %v", a)
	}
}
