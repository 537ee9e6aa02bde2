package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// signed sends a control-plane request signed with the default key pair.
func (p *process) signed(t *testing.T, method, path, body string) answer {
	t.Helper()
	return p.signedWith(t, method, path, body, "test", "test")
}

func (p *process) signedWith(t *testing.T, method, path, body, key, secret string) answer {
	t.Helper()
	url := "http://" + p.control + path
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(body))
	err = signer.NewSigner().SignHTTP(context.Background(), aws.Credentials{AccessKeyID: key, SecretAccessKey: secret},
		r, hex.EncodeToString(sum[:]), "apigateway", "us-east-1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return send(t, method, url, "", r.Header, strings.NewReader(body))
}

func TestControlPlaneWantsItsKeys(t *testing.T) {
	t.Parallel()
	p := start(t, "--data", ":memory:", "--access-key", "AKIDLOCAL", "--secret-key", "s3cret")
	for _, c := range []struct {
		name string
		a    answer
		code string
	}{
		{"unsigned", send(t, "GET", "http://"+p.control+"/restapis", "", nil, nil), "MissingAuthenticationTokenException"},
		{"unknown key", p.signedWith(t, "GET", "/restapis", "", "test", "test"), "UnrecognizedClientException"},
		{"wrong secret", p.signedWith(t, "GET", "/restapis", "", "AKIDLOCAL", "test"), "InvalidSignatureException"},
	} {
		if c.a.status != 403 || c.a.header.Get("X-Amzn-Errortype") != c.code {
			t.Errorf("%s: %v %s, want 403 %s", c.name, c.a, c.a.header.Get("X-Amzn-Errortype"), c.code)
		}
	}
	if a := p.signedWith(t, "GET", "/restapis", "", "AKIDLOCAL", "s3cret"); a.status != 200 {
		t.Errorf("the right pair: %v", a)
	}
}

// Errors that a client sees before an operation runs (control-plane operations, 2.1).
func TestBadInput(t *testing.T) {
	t.Parallel()
	p := start(t, "--data", ":memory:")
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		code                     string
	}{
		{"malformed JSON", "POST", "/restapis", `{"name":`, 400, "SerializationException"},
		{"wrong JSON type", "POST", "/restapis", `{"name":true}`, 400, "SerializationException"},
		{"unknown operation", "GET", "/nothing/like/this", "", 404, "UnknownOperationException"},
		{"operation that is not built", "GET", "/v2/portals", "", 501, "NotImplementedException"},
		{"enumeration", "POST", "/restapis", `{"name":"x","endpointConfiguration":{"types":["wrong"]}}`, 400, "ValidationException"},
		{"body over 10 MB", "POST", "/restapis?mode=import", strings.Repeat(" ", 10<<20+1), 413, "RequestEntityTooLargeException"},
		{"garbage", "POST", "/restapis?mode=import", "{", 400, "BadRequestException"},
		{"unknown version", "POST", "/restapis?mode=import", `{"openapi":"4.0.0","info":{"title":"x"},"paths":{}}`, 400, "BadRequestException"},
		{"circular $ref", "POST", "/restapis?mode=import", `{"openapi":"3.0.1","info":{"title":"x"},"paths":{"/a":{"get":{"parameters":[{"$ref":"#/components/parameters/A"}]}}},"components":{"parameters":{"A":{"$ref":"#/components/parameters/B"},"B":{"$ref":"#/components/parameters/A"}}}}`, 400, "BadRequestException"},
		{"duplicate paths", "POST", "/restapis?mode=import", `{"openapi":"3.0.1","info":{"title":"x"},"paths":{"/a":{},"/a":{}}}`, 400, "BadRequestException"},
		{"unsupported extension", "POST", "/restapis?mode=import", `{"openapi":"3.0.1","info":{"title":"x"},"paths":{},"x-amazon-apigateway-teleport":true}`, 400, "BadRequestException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := p.signed(t, c.method, c.path, c.body)
			if a.status != c.status || a.header.Get("X-Amzn-Errortype") != c.code {
				t.Errorf("%d %s %.300s, want %d %s", a.status, a.header.Get("X-Amzn-Errortype"), a.body, c.status, c.code)
			}
			var e struct{ Message string }
			if err := json.Unmarshal([]byte(a.body), &e); err != nil || e.Message == "" {
				t.Errorf("no message: %.300s", a.body)
			}
		})
	}
	if a := p.signed(t, "GET", "/restapis", ""); strings.Contains(a.body, `"id"`) {
		t.Errorf("a refused request left an API behind: %v", a)
	}
}

// A user of the AWS CLI makes an API by hand and calls it.
func TestAWSCLI(t *testing.T) {
	t.Parallel()
	cli, err := exec.LookPath("aws")
	if err != nil {
		if os.Getenv("POSTERN_REQUIRE_AWS_CLI") != "" {
			t.Fatal("the AWS CLI is not on PATH; make test installs it")
		}
		t.Skip("the AWS CLI is not on PATH; make test installs it")
	}
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Backend", "yes")
		w.WriteHeader(http.StatusTeapot)
		_, _ = fmt.Fprintf(w, "%s %s", r.Method, r.URL.RequestURI())
	}))
	defer backend.Close()
	p := start(t, "--data", ":memory:")
	aws := func(args ...string) map[string]any {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
		defer cancel()
		cmd := exec.CommandContext(ctx, cli, append([]string{"--endpoint-url", "http://" + p.control, "--output", "json", "apigateway"}, args...)...)
		cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("aws apigateway %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
		}
		var v map[string]any
		if err := json.Unmarshal(out, &v); err != nil {
			t.Fatalf("aws apigateway %s printed %s", args[0], out)
		}
		return v
	}
	api := aws("create-rest-api", "--name", "by hand")
	id, rootID := api["id"].(string), api["rootResourceId"].(string)
	res := aws("create-resource", "--rest-api-id", id, "--parent-id", rootID, "--path-part", "{proxy+}")
	resource := res["id"].(string)
	aws("put-method", "--rest-api-id", id, "--resource-id", resource, "--http-method", "ANY", "--authorization-type", "NONE",
		"--request-parameters", "method.request.path.proxy=true")
	aws("put-integration", "--rest-api-id", id, "--resource-id", resource, "--http-method", "ANY", "--type", "HTTP_PROXY",
		"--integration-http-method", "ANY", "--uri", backend.URL+"/base/{proxy}",
		"--request-parameters", "integration.request.path.proxy=method.request.path.proxy")
	aws("create-deployment", "--rest-api-id", id, "--stage-name", "prod")
	a := p.do("PUT", id+".execute-api.localhost:8080", "/prod/some/path?x=1&x=2", nil, io.Reader(strings.NewReader("body")))
	if a.status != http.StatusTeapot || a.body != "PUT /base/some/path?x=1&x=2" || a.header.Get("X-Backend") != "yes" {
		t.Errorf("through the API: %v %v", a, a.header)
	}
	if a := p.do("GET", id+".execute-api.localhost:8080", "/prod/", nil, nil); a.status != 403 || a.body != `{"message":"Missing Authentication Token"}` {
		t.Errorf("no such route: %v", a)
	}
}
