package websocket

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

// root is the checkout, bin the folder of the executables under test.
var root, bin string

func TestMain(m *testing.M) {
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
	cmd := exec.Command("go", "build", "-o", bin+"/", "./functions/local", "./functions/connect", "./functions/route")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("build the executables under test: %w", err)
	}
	return m.Run(), nil
}

// api is a definition: the API, its routes and its stage.
type api struct {
	snapshot.WebSocketAPI
	routes []snapshot.WebSocketRoute
	stage  snapshot.Stage
}

// put writes a definition as the control plane does.
func put(t *testing.T, db interface {
	Transact(context.Context, []store.Write) error
}, a api) {
	t.Helper()
	data, err := snapshot.BuildWebSocket(a.WebSocketAPI, a.routes)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := snapshot.EncodeStage(a.stage)
	if err != nil {
		t.Fatal(err)
	}
	stagePartition, stageSort := snapshot.StageKey(a.stage.APIID, a.stage.Name)
	dataPartition, dataSort := snapshot.DataKey(a.stage.APIID, a.stage.DeploymentID)
	err = db.Transact(t.Context(), []store.Write{
		store.Put(store.Item{Key: store.Key{Partition: stagePartition, Sort: stageSort}, Value: doc}),
		store.Put(store.Item{Key: store.Key{Partition: dataPartition, Sort: dataSort}, Value: data}),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// seed makes a folder of state with the definitions.
func seed(t *testing.T, apis ...api) string {
	t.Helper()
	dir := t.TempDir()
	db, err := embedded.Open(dir, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range apis {
		put(t, db, a)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// process is a running local process.
type process struct {
	cmd  *exec.Cmd
	data string
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

var readyLine = regexp.MustCompile(`^ready\b.*data plane on http://(\S+?)[, ]`)

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
	ready := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
				ready <- m[1]
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
	case p.data = <-ready:
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
