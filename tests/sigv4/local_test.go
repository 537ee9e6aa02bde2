package sigv4

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const protectedAPI = `{"openapi":"3.0.1","info":{"title":"pets","version":"1"},"paths":{"/pets":{"get":{
	"x-amazon-apigateway-auth":{"type":"AWS_IAM"},"responses":{"200":{"description":"ok"}},
	"x-amazon-apigateway-integration":{"type":"mock","requestTemplates":{"application/json":"{\"statusCode\":200}"},
	"responses":{"default":{"statusCode":"200","responseTemplates":{"application/json":"$context.identity.userArn"}}}}}}}}`

var readyLine = regexp.MustCompile(`^ready\b.*(http://\S+?), .*(http://\S+)$`)

// startLocal runs the local process with the API above and returns its two addresses.
func startLocal(t *testing.T) (data, control string) {
	t.Helper()
	folder := t.TempDir()
	bin, api := filepath.Join(folder, "local"), filepath.Join(folder, "api.json")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "../../functions/local")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	if err := os.WriteFile(api, []byte(protectedAPI), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", filepath.Join(folder, "data"), "--api", api)
	cmd.Env = append(os.Environ(), "AWS_REGION=us-east-1")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan []string, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for s := bufio.NewScanner(out); s.Scan(); {
			if m := readyLine.FindStringSubmatch(s.Text()); m != nil {
				lines <- m
			}
		}
		_ = cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-done
		if t.Failed() {
			t.Logf("the local process said:\n%s", said.String())
		}
	})
	select {
	case m := <-lines:
		return m[1], m[2]
	case <-done:
		t.Fatalf("the local process ended\n%s", said.String())
	case <-time.After(patience):
		t.Fatal("the local process did not get ready")
	}
	return "", ""
}

// callSigned sends a request that the SDK's signer signed now.
func callSigned(t *testing.T, c aws.Credentials, service, method, address, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if c.AccessKeyID != "" {
		if err := signer.NewSigner().SignHTTP(t.Context(), c, r, hex.EncodeToString(digest(body)), service, "us-east-1", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// A user made through the control plane calls a method of the data plane with its own key: not
// before a policy allows it, and not after the key was taken away.
func TestLocalProcess(t *testing.T) {
	t.Parallel()
	data, control := startLocal(t)
	root := aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}
	admin := func(parameters ...string) string {
		t.Helper()
		form := url.Values{"Version": {"2010-05-08"}}
		for i := 0; i < len(parameters); i += 2 {
			form.Set(parameters[i], parameters[i+1])
		}
		status, body := callSigned(t, root, "iam", "POST", control+"/", form.Encode())
		if status != 200 {
			t.Fatalf("%v: %d %s", parameters, status, body)
		}
		return body
	}
	expect := func(who string, c aws.Credentials, want int, text string) {
		t.Helper()
		status, body := callSigned(t, c, "execute-api", "GET", data+"/pets", "")
		if status != want || !strings.Contains(body, text) {
			t.Errorf("%s: %d %s, want %d with %s", who, status, body, want, text)
		}
	}
	expect("nobody", aws.Credentials{}, 403, `{"message":"Missing Authentication Token"}`)
	expect("the process's key pair", root, 200, "arn:aws:iam::123456789012:root")

	admin("Action", "CreateUser", "UserName", "alice")
	made := admin("Action", "CreateAccessKey", "UserName", "alice")
	alice := aws.Credentials{AccessKeyID: between(made, "<AccessKeyId>", "<"), SecretAccessKey: between(made, "<SecretAccessKey>", "<")}
	expect("alice without a policy", alice, 403, "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********9012:")
	admin("Action", "PutUserPolicy", "UserName", "alice", "PolicyName", "invoke",
		"PolicyDocument", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}}`)
	expect("alice", alice, 200, "user/alice")
	expect("alice with another secret", aws.Credentials{AccessKeyID: alice.AccessKeyID, SecretAccessKey: "x"}, 403, "The request signature we calculated does not match")

	status, body := callSigned(t, alice, "sts", "POST", control+"/", "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900")
	session := aws.Credentials{AccessKeyID: between(body, "<AccessKeyId>", "<"), SecretAccessKey: between(body, "<SecretAccessKey>", "<"), SessionToken: between(body, "<SessionToken>", "<")}
	if status != 200 {
		t.Fatalf("GetSessionToken: %d %s", status, body)
	}
	expect("alice's session", session, 200, "user/alice")
	session.SessionToken = ""
	expect("the session without its token", session, 403, "The security token included in the request is invalid.")

	// What alice may invoke she may not manage.
	if status, body := callSigned(t, alice, "apigateway", "GET", control+"/restapis", ""); status != 403 || !strings.Contains(body, "apigateway:GET") {
		t.Errorf("alice at the control plane: %d %s", status, body)
	}
	if status, body := callSigned(t, alice, "iam", "POST", control+"/", "Action=CreateUser&Version=2010-05-08&UserName=bob"); status != 403 || !strings.Contains(body, "<Code>AccessDenied</Code>") {
		t.Errorf("alice makes a user: %d %s", status, body)
	}

	admin("Action", "UpdateAccessKey", "UserName", "alice", "AccessKeyId", alice.AccessKeyID, "Status", "Inactive")
	expect("alice with an inactive key", alice, 403, "The security token included in the request is invalid.")
	admin("Action", "UpdateAccessKey", "UserName", "alice", "AccessKeyId", alice.AccessKeyID, "Status", "Active")
	expect("alice with an active key", alice, 200, "user/alice")
	admin("Action", "DeleteAccessKey", "UserName", "alice", "AccessKeyId", alice.AccessKeyID)
	expect("alice without a key", alice, 403, "The security token included in the request is invalid.")
}
