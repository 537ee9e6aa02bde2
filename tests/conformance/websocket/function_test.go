package websocket

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

// function is the Lambda function of these tests: the executable of the tests itself, run by the local
// process. It answers with the message; to "wait" it tells its process id and answers never.
func function(ctx context.Context, e lambdaevents.APIGatewayWebsocketProxyRequest) (lambdaevents.APIGatewayProxyResponse, error) {
	if strings.Contains(e.Body, "wait") {
		res, err := http.Post(os.Getenv("CONFORMANCE_TOLD"), "text/plain", strings.NewReader(strconv.Itoa(os.Getpid())))
		if err != nil {
			return lambdaevents.APIGatewayProxyResponse{}, err
		}
		_ = res.Body.Close()
		<-ctx.Done()
	}
	return lambdaevents.APIGatewayProxyResponse{StatusCode: http.StatusOK, Body: e.Body}, nil
}

// functionsFile is a --functions file with the function under the name "own".
func functionsFile(t testing.TB, told string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "functions.yaml")
	text := fmt.Sprintf("own:\n  command: [%q]\n  timeout: 60\n  environment:\n    CONFORMANCE_TOLD: %q\n", self, told)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A function that is killed in the middle of a message costs that message alone.
func TestKilledFunction(t *testing.T) {
	r := record(t)
	s := &suite{t: t, client: startClient(t), recorder: r, process: start(t, ":memory:", nil, "--functions", functionsFile(t, r.URL+"/told"))}
	s.ids = deploy(t, s.control, define("own", twoWay("$default", proxy("own"))))
	c, other := s.open(t, "own"), s.open(t, "own")
	if got := c.ask("before"); got != "before" {
		t.Fatalf("got %s", got)
	}
	for range 2 {
		calls := s.count("told")
		c.send("wait")
		eventually(t, "a function that waits", func() bool { return s.count("told") > calls })
		var pid int
		if err := json.Unmarshal([]byte(s.newest(t, "told", func(call) bool { return true }).body), &pid); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if got := c.text(); !frameForm("Internal server error").MatchString(got) {
			t.Errorf("got %s", got)
		}
		if got := c.ask("after"); got != "after" {
			t.Errorf("the connection then answers %s", got)
		}
		if got := other.ask("other"); got != "other" {
			t.Errorf("another connection answers %s", got)
		}
	}
}
