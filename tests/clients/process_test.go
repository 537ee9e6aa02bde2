package clients

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"
)

// patience bounds every wait for one answer; nothing is measured by it.
const patience = 60 * time.Second

// signing is the key pair that the local process knows by default, and nothing of the machine's
// own configuration.
var signing = []string{
	"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1", "AWS_REGION=us-east-1",
	"AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true",
}

// installed returns the path of a tool. Without it the test is skipped, or fails where `make test`
// promised to install it.
func installed(t *testing.T, tool, hint string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		missing(t, hint)
	}
	return path
}

func missing(t *testing.T, hint string) {
	t.Helper()
	if os.Getenv("POSTERN_REQUIRE_AWS_CLI") != "" {
		t.Fatal(hint)
	}
	t.Skip(hint)
}

// log keeps what the process writes to standard error.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var readyLine = regexp.MustCompile(`^ready\b.*http://\S+?[, ].*(http://\S+)$`)

// start runs a local process of the test's own, with an empty store and on free ports, and
// returns the URL of its control plane. environment adds variables like "NAME=value". The process
// ends with the test.
func start(t *testing.T, environment ...string) string {
	t.Helper()
	cmd := exec.Command(filepath.Join(bin, "local"), "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", ":memory:")
	cmd.Env = append(append(os.Environ(), signing...), environment...)
	said := &log{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
				ready <- m[1]
			}
		}
		done <- cmd.Wait()
		close(done)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-done
		if t.Failed() {
			t.Logf("the local process said:\n%s", said)
		}
	})
	select {
	case url := <-ready:
		return url
	case err := <-done:
		t.Fatalf("the local process ended instead of getting ready: %v\n%s", err, said)
	case <-time.After(patience):
		t.Fatalf("the local process did not get ready\n%s", said)
	}
	return ""
}
