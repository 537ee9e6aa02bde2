package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait of these tests; nothing is measured by it.
const patience = 30 * time.Second

// process is a running local process.
type process struct {
	t             *testing.T
	cmd           *exec.Cmd
	data, control string // host:port
	log           *lockedBuffer
	done          chan error
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

var readyLine = regexp.MustCompile(`^ready\b.*http://(\S+?)[, ].*http://(\S+)$`)

// start runs the local process on free ports and waits for its line. It ends with the test.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := launch(t, args...)
	if p.data == "" {
		t.Fatalf("the local process ended instead of getting ready: %v\n%s", <-p.done, p.log)
	}
	return p
}

// launch is start for processes that may refuse: then data is empty and done has the outcome.
func launch(t *testing.T, args ...string) *process {
	t.Helper()
	args = append([]string{"--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"}, args...)
	cmd := exec.Command(filepath.Join(bin, "local"), args...)
	cmd.Env = append(os.Environ(), "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true")
	p := &process{t: t, cmd: cmd, log: &lockedBuffer{}, done: make(chan error, 1)}
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
		}
		close(ready)
		p.done <- cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-p.done
		if t.Failed() {
			t.Logf("the local process said:\n%s", p.log)
		}
	})
	select {
	case m := <-ready:
		if m != nil {
			p.data, p.control = m[1], m[2]
		}
	case <-time.After(patience):
		t.Fatalf("the local process did not get ready\n%s", p.log)
	}
	return p
}

// stop sends SIGTERM and returns how the process ended.
func (p *process) stop() error {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.done:
		return err
	case <-time.After(patience):
		p.t.Fatal("the local process did not end after SIGTERM")
		return nil
	}
}

// answer is an HTTP answer, read whole.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) String() string { return fmt.Sprintf("%d %s", a.status, a.body) }

// do sends a request to the data plane. Host is a header here, as in the form
// {api}.execute-api.localhost; empty leaves the address.
func (p *process) do(method, host, path string, header http.Header, body io.Reader) answer {
	p.t.Helper()
	return send(p.t, method, "http://"+p.data+path, host, header, body)
}

func (p *process) get(path string) answer {
	p.t.Helper()
	return p.do("GET", "", path, nil, nil)
}

func send(t *testing.T, method, url, host string, header http.Header, body io.Reader) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		r.Header[k] = v
	}
	r.Host = host
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("read the answer of %s %s: %v", method, url, err)
	}
	return answer{res.StatusCode, res.Header, string(b)}
}

// eventually waits until ok holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("it never happened that %s", what)
}

// demo copies the demo's files into a folder of the test, with its HTTP backend elsewhere.
func demo(t *testing.T, photos string) (openapi, functions string) {
	t.Helper()
	dir := t.TempDir()
	doc := readFile(t, filepath.Join(root, "scripts/demo/openapi.yaml"))
	openapi = filepath.Join(dir, "openapi.yaml")
	writeFile(t, openapi, strings.ReplaceAll(doc, "127.0.0.1:8082", photos))
	functions = filepath.Join(dir, "functions.yaml")
	writeFile(t, functions, "pets:\n  command: "+filepath.Join(bin, "pets")+"\n  timeout: 20\n")
	return openapi, functions
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
