package awsservices

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// patience bounds every wait of these tests; nothing is measured by it.
const patience = 45 * time.Second

var own = aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}

// moto is a running server.
type moto struct {
	t    *testing.T
	base string
}

var runningOn = regexp.MustCompile(`Running on (http://127\.0\.0\.1:\d+)`)

// startMoto runs moto's server on a free port until the test ends.
func startMoto(t *testing.T) *moto {
	t.Helper()
	path, err := exec.LookPath("moto_server")
	if err != nil {
		if os.Getenv("POSTERN_REQUIRE_MOTO") != "" {
			t.Fatal("moto_server is not on the PATH; scripts/tools.sh moto installs it")
		}
		t.Skip("moto_server is not on the PATH; scripts/tools.sh moto installs it")
	}
	cmd := exec.Command(path, "-H", "127.0.0.1", "-p", "0")
	cmd.Env = append(os.Environ(), "PYTHONUNBUFFERED=1", "MOTO_ACCOUNT_ID=123456789012")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = in, in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	found := make(chan string, 1)
	ended := make(chan struct{})
	var said strings.Builder
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := runningOn.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
			}
			said.WriteString(lines.Text() + "\n")
		}
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // its own group: the launcher may have forked
		_ = cmd.Wait()
		<-ended
		_ = out.Close()
		if t.Failed() {
			t.Logf("moto said:\n%s", said.String())
		}
	})
	select {
	case base := <-found:
		return &moto{t, base}
	case <-time.After(patience):
		t.Fatal("moto did not get ready")
	case <-ended:
		t.Fatal("moto ended at once")
	}
	return nil
}

// ask sends a request straight to moto and returns the answer, which must be a success.
func (m *moto) ask(service, method, path, body string, headers ...string) []byte {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, m.base+path, strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(ctx, own, r, hex.EncodeToString(sum[:]), service, "us-east-1", time.Now()); err != nil {
		m.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		m.t.Fatalf("%s %s %s: %d %s, %v", service, path, body, res.StatusCode, b, err)
	}
	return b
}

// json asks a JSON-RPC service and decodes the answer.
func (m *moto) json(service, target, version string, in any) map[string]any {
	m.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		m.t.Fatal(err)
	}
	out := map[string]any{}
	if b := m.ask(service, "POST", "/", string(body), "X-Amz-Target", target, "Content-Type", "application/x-amz-json-"+version); len(b) > 0 {
		if err := json.Unmarshal(b, &out); err != nil {
			m.t.Fatalf("%s: %v in %s", target, err, b)
		}
	}
	return out
}

// query asks a service of the query protocol and returns its XML.
func (m *moto) query(service, version string, pairs ...string) string {
	m.t.Helper()
	form := url.Values{"Version": {version}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return string(m.ask(service, "POST", "/", form.Encode(), "Content-Type", "application/x-www-form-urlencoded"))
}

// queue creates a queue and returns its ARN.
func (m *moto) queue(name string) string {
	m.t.Helper()
	m.json("sqs", "AmazonSQS.CreateQueue", "1.0", obj{"QueueName": name})
	return "arn:aws:sqs:us-east-1:123456789012:" + name
}

// receive returns the body of the next message in a queue, which must be there.
func (m *moto) receive(name string) string {
	m.t.Helper()
	out := m.json("sqs", "AmazonSQS.ReceiveMessage", "1.0", obj{"QueueUrl": m.base + "/123456789012/" + name})
	list, _ := out["Messages"].([]any)
	if len(list) != 1 {
		m.t.Fatalf("queue %s holds %v", name, out)
	}
	body, _ := list[0].(obj)["Body"].(string)
	return body
}

// obj is a JSON object.
type obj = map[string]any
