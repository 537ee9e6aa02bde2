package iam_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/controlplane/iam"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/wire"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

const account = "123456789012"

type harness struct {
	*testing.T
	root  *accesskey.Static
	store *accesskey.Store
	gate  *iam.Gate
	iam   *iam.Service
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	db, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	root, err := accesskey.NewStatic("test", "test", account)
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	log := slog.New(slog.DiscardHandler)
	cipher := accesskey.NewCipher(func(context.Context) ([]byte, error) { return bytes.Repeat([]byte{1}, accesskey.MasterKeyBytes), nil })
	cache := accesskey.NewCache(accesskey.CacheConfig{Store: db, Cipher: cipher, Now: clock, Log: log})
	h := &harness{T: t, root: root, store: accesskey.NewStore(accesskey.StoreConfig{Rows: db, Cipher: cipher, Account: account, Changed: cache.Forget, Now: clock})}
	h.gate = iam.NewGate(iam.GateConfig{Keys: accesskey.Layered{root, cache}, Root: root.Principal(), Region: "us-east-1", Now: clock, Log: log})
	h.iam = iam.NewService(iam.ServiceConfig{Store: h.store, Gate: h.gate, Account: account, Log: log})
	return h
}

// user makes a user with a key and a policy, or none.
func (h *harness) user(name, statement string) aws.Credentials {
	h.Helper()
	if _, err := h.store.CreateUser(h.Context(), name, "", nil); err != nil {
		h.Fatal(err)
	}
	if statement != "" {
		if err := h.store.PutPolicy(h.Context(), name, "p", `{"Version":"2012-10-17","Statement":`+statement+`}`); err != nil {
			h.Fatal(err)
		}
	}
	made, err := h.store.CreateKey(h.Context(), name)
	if err != nil {
		h.Fatal(err)
	}
	return aws.Credentials{AccessKeyID: made.ID, SecretAccessKey: made.Secret}
}

func (h *harness) request(c aws.Credentials, service, method, target, body string) *http.Request {
	h.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:8081"+target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	if c.AccessKeyID != "" {
		sum := sha256.Sum256([]byte(body))
		if err := signer.NewSigner().SignHTTP(h.Context(), c, r, hex.EncodeToString(sum[:]), service, "eu-north-1", now); err != nil {
			h.Fatal(err)
		}
	}
	return r
}

// A caller may do what its policies say in AWS's own terms, and the account's root everything.
func TestGate(t *testing.T) {
	h := newHarness(t)
	root := aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}
	one := h.user("one", `[{"Effect":"Allow","Action":["apigateway:GET","apigateway:PATCH"],"Resource":"arn:aws:apigateway:us-east-1::/restapis/abc*"},
		{"Effect":"Deny","Action":"apigateway:*","Resource":"arn:aws:apigateway:*::/restapis/*/stages/prod"}]`)
	for _, c := range []struct {
		who            aws.Credentials
		method, target string
		want           string // the code of the refusal, or ""
	}{
		{root, "DELETE", "/restapis/abc", ""},
		{aws.Credentials{}, "GET", "/restapis/abc", "MissingAuthenticationTokenException"},
		{aws.Credentials{AccessKeyID: "test", SecretAccessKey: "x"}, "GET", "/restapis", "InvalidSignatureException"},
		{aws.Credentials{AccessKeyID: "other", SecretAccessKey: "x"}, "GET", "/restapis", "UnrecognizedClientException"},
		{h.user("none", ""), "GET", "/restapis", "AccessDeniedException"},
		{one, "GET", "/restapis/abc", ""},
		{one, "PATCH", "/restapis/abc/stages/dev", ""},
		{one, "DELETE", "/restapis/abc", "AccessDeniedException"},
		{one, "GET", "/restapis/xyz", "AccessDeniedException"},
		{one, "GET", "/restapis/abc/stages/prod", "AccessDeniedException"},
		{one, "GET", "/restapis/abc/stages/%70rod", "AccessDeniedException"},
	} {
		r := h.request(c.who, "apigateway", c.method, c.target, "")
		err := h.gate.Authenticate(r, nil)
		var refusal *wire.Error
		if errors.As(err, &refusal) != (c.want != "") || err != nil && (refusal.Code != c.want || refusal.Status != 403) {
			t.Errorf("%s %s by %s: %v, want %s", c.method, c.target, c.who.AccessKeyID, err, c.want)
		}
		if err == nil && edge.FromContext(r.Context()).Caller.AccessKey != c.who.AccessKeyID {
			t.Errorf("%s %s: the caller is not noted", c.method, c.target)
		}
	}
}

// Behind a function URL with AWS_IAM those pass whom AWS has verified, and nobody else.
func TestGateBehindFunctionURL(t *testing.T) {
	gate := iam.NewGate(iam.GateConfig{Region: "us-east-1", Log: slog.New(slog.DiscardHandler)})
	r := httptest.NewRequest("GET", "/restapis", nil)
	var refusal *wire.Error
	if err := gate.Authenticate(r, nil); !errors.As(err, &refusal) || refusal.Code != "MissingAuthenticationTokenException" {
		t.Errorf("nobody: %v", err)
	}
	r = r.WithContext(edge.NewContext(r.Context(), &edge.Info{Caller: &edge.Caller{AccountID: account, UserARN: "arn:aws:sts::123456789012:assumed-role/Deploy/bob"}}))
	if err := gate.Authenticate(r, nil); err != nil {
		t.Error(err)
	}
}

func TestQuery(t *testing.T) {
	h := newHarness(t)
	root := aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}
	alice := h.user("alice", `{"Effect":"Allow","Action":["iam:*AccessKey*","iam:GetUser"],"Resource":"arn:aws:iam::123456789012:user/${aws:username}"}`)
	h.user("bob", "")
	for _, c := range []struct {
		who     aws.Credentials
		service string
		form    string
		status  int
		want    string
	}{
		{root, "iam", "Action=ListUsers&Version=2010-05-08", 200, "<UserName>alice</UserName>"},
		{root, "iam", "Action=ListUsers&Version=2010-05-08&MaxItems=1", 200, "<IsTruncated>true</IsTruncated><Marker>alice</Marker>"},
		{root, "iam", "Action=ListUsers&Version=2010-05-08&Marker=alice", 200, "<IsTruncated>false</IsTruncated>"},
		{root, "iam", "Action=ListUsers&Version=2010-05-08&Marker=zoe", 400, "<Code>ValidationError</Code>"},
		{root, "iam", "Action=ListUsers&Version=2010-05-08&MaxItems=0", 400, "<Code>ValidationError</Code>"},
		{root, "iam", "Action=GetUser&Version=2010-05-08&UserName=carol", 404, "<Code>NoSuchEntity</Code><Message>The user with name carol cannot be found.</Message>"},
		{root, "iam", "Action=GetUser&Version=2010-05-08", 400, "Must specify userName when calling with non-User credentials"},
		{root, "iam", "Action=DeleteUser&Version=2010-05-08", 400, "Value null at &#39;userName&#39;"},
		{root, "iam", "Action=ListUsers&Version=2009-01-01", 400, "<Code>InvalidAction</Code>"},
		{root, "sts", "Action=ListUsers&Version=2011-06-15", 400, "<Code>InvalidAction</Code>"},
		{root, "sts", "Action=AssumeRole&Version=2011-06-15", 400, "Could not find operation AssumeRole for version 2011-06-15"},
		{root, "sts", "Action=GetSessionToken&Version=2011-06-15", 403, "<Code>AccessDenied</Code>"},
		{root, "sts", "Action=ListUsers&Version=2010-05-08", 403, "<Code>SignatureDoesNotMatch</Code>"},
		{aws.Credentials{}, "iam", "Action=ListUsers&Version=2010-05-08", 403, "<Code>MissingAuthenticationToken</Code>"},
		{alice, "iam", "Action=GetUser&Version=2010-05-08", 200, "<UserName>alice</UserName>"},
		{alice, "iam", "Action=ListAccessKeys&Version=2010-05-08", 200, "<AccessKeyId>" + alice.AccessKeyID + "</AccessKeyId>"},
		{alice, "iam", "Action=CreateAccessKey&Version=2010-05-08&UserName=alice", 200, "<SecretAccessKey>"},
		{alice, "iam", "Action=CreateAccessKey&Version=2010-05-08&UserName=bob", 403, "is not authorized to perform: iam:CreateAccessKey on resource: arn:aws:iam::123456789012:user/bob"},
		{alice, "iam", "Action=PutUserPolicy&Version=2010-05-08&UserName=alice&PolicyName=p&PolicyDocument=x", 403, "<Code>AccessDenied</Code>"},
		{alice, "iam", "Action=CreateUser&Version=2010-05-08&UserName=eve", 403, "<Code>AccessDenied</Code>"},
		{alice, "sts", "Action=GetCallerIdentity&Version=2011-06-15", 200, "<Arn>arn:aws:iam::123456789012:user/alice</Arn>"},
		{alice, "sts", "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=60", 400, "DurationSeconds must be between 900 and 129600"},
		{alice, "sts", "Action=GetSessionToken&Version=2011-06-15&SerialNumber=x", 501, "<Code>NotImplemented</Code>"},
	} {
		r := h.request(c.who, c.service, "POST", "/", c.form)
		if !iam.IsQuery(r) {
			t.Fatalf("%s is not taken for a query", c.form)
		}
		w := httptest.NewRecorder()
		h.iam.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) || w.Header().Get("Content-Type") != "text/xml" {
			t.Errorf("%s by %s: %d %s, want %d with %s", c.form, c.who.AccessKeyID, w.Code, w.Body, c.status, c.want)
		}
	}
}

func TestIsQuery(t *testing.T) {
	for _, r := range []*http.Request{
		{Method: "GET", URL: &url.URL{Path: "/"}},
		{Method: "POST", URL: &url.URL{Path: "/"}, Header: http.Header{"Content-Type": {"application/json"}}},
		{Method: "POST", URL: &url.URL{Path: "/restapis"}, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}},
	} {
		if iam.IsQuery(r) {
			t.Errorf("%s %s is taken for a query", r.Method, r.URL)
		}
	}
}
