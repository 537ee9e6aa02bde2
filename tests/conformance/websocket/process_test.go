package websocket

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// root is the checkout, bin the folder of the executables under test.
var root, bin string

// bareEchoVariable makes this executable the server of benchmarks.
const bareEchoVariable = "CONFORMANCE_BARE_ECHO"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv("AWS_LAMBDA_RUNTIME_API") != "":
		lambda.Start(function)
		return
	case os.Getenv(bareEchoVariable) != "":
		fmt.Fprintln(os.Stderr, bareEcho())
		os.Exit(1)
	}
	code, err := build(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		code = 1
	}
	os.Exit(code)
}

func build(m *testing.M) (int, error) {
	var err error
	if root, err = filepath.Abs("../../.."); err != nil {
		return 0, err
	}
	if bin, err = os.MkdirTemp("", "postern-websocket-"); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(bin) }()
	cmd := exec.Command("go", "build", "-o", bin+"/", "./functions/local", "./functions/connect", "./functions/route", "./scripts/demo/chat")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("build the executables under test: %w", err)
	}
	return m.Run(), nil
}

// api is a definition in the shapes that deployment is to make of it: the API, whose identifier is
// the name that cases use, its routes and its stage.
type api struct {
	snapshot.WebSocketAPI
	routes []snapshot.WebSocketRoute
	stage  snapshot.Stage
}

// process is a running local process.
type process struct {
	cmd *exec.Cmd
	// data is the address of the data plane, control the URL of the control plane.
	data, control string

	out  *lockedBuffer
	log  *lockedBuffer
	done chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var readyLine = regexp.MustCompile(`^ready: data plane on http://([^\s,]+), control plane on (http://\S+)`)

// start runs the local process on free ports. It ends with the test.
func start(t *testing.T, dir string, environment []string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(filepath.Join(bin, "local"), append([]string{"--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", dir}, args...)...)
	cmd.Env = append(os.Environ(), "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
	cmd.Env = append(cmd.Env, environment...)
	p := &process{cmd: cmd, out: &lockedBuffer{}, log: &lockedBuffer{}, done: make(chan error, 1)}
	cmd.Stderr = p.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan []string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
				ready <- m
			}
			_, _ = p.out.Write(append(lines.Bytes(), '\n'))
		}
		p.done <- cmd.Wait()
		close(p.done)
		close(ready)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-p.done
		if t.Failed() {
			t.Logf("the local process said:\n%.20000s", p.log)
		}
	})
	select {
	case m := <-ready:
		if m != nil {
			p.data, p.control = m[1], m[2]
		}
	case <-time.After(patience):
	}
	if p.data == "" {
		t.Fatalf("the local process did not get ready\n%s", p.log)
	}
	return p
}

func (p *process) terminate(t *testing.T) error {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-p.done:
		return err
	case <-time.After(patience):
		t.Fatal("the local process did not end after SIGTERM")
		return nil
	}
}
