package harness

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/store/embedded"
)

var readyLine = regexp.MustCompile(`^ready: data plane on http://([^\s,]+), control plane on (http://\S+)`)

// local is functions/local over TCP.
type local struct {
	address string
	conn    net.Conn
	reader  *bufio.Reader
}

func startLocal(t *testing.T, bin string, s *Suite, p *Place) (door, map[string]string) {
	t.Helper()
	functions := filepath.Join(t.TempDir(), "functions.yaml")
	text := ""
	for _, f := range p.functions() {
		text += fmt.Sprintf("%s:\n  command: [%q]\n  timeout: %d\n  environment:\n    CONFORMANCE_CONTROL: %s\n", f.name, filepath.Join(bin, "function"), int(f.timeout.Seconds()), f.control)
	}
	if err := os.WriteFile(functions, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	data := ":memory:"
	if s.Users != nil {
		data = s.dataWithUsers(t, p)
	}
	args := []string{"--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", data, "--no-auth", "--functions", functions}
	if s.AccountThrottle != "" {
		args = append(args, "--account-throttle", s.AccountThrottle)
	}
	for _, link := range s.VPCLinks {
		args = append(args, "--vpc-link", p.Fill(link))
	}
	cmd := exec.Command(filepath.Join(bin, "local"), args...)
	environment := map[string]string{"AWS_ENDPOINT_URL": p.backend.url(), "POSTERN_SECRET_KEY": masterKey}
	maps.Copy(environment, s.Environment)
	cmd.Env = environ(environment)
	var log lockedBuffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan []string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
				ready <- m
			} else {
				_, _ = log.Write(append(lines.Bytes(), '\n')) // access and execution logs
			}
		}
		close(ready)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	p.log = log.take
	select {
	case m := <-ready:
		if m == nil {
			t.Fatalf("the local process did not get ready\n%s", log.take())
		}
		l := &local{address: m[1]}
		p.control = m[2]
		t.Cleanup(l.close)
		return l, s.deploy(t, m[2], p)
	case <-time.After(patience):
		t.Fatalf("the local process did not get ready\n%s", log.take())
	}
	return nil, nil
}

// dataWithUsers makes a folder of the embedded store that has the suite's users.
func (s *Suite) dataWithUsers(t *testing.T, p *Place) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	db, err := embedded.Open(folder, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p.credentials, err = s.addUsers(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return folder
}

func (l *local) close() {
	if l.conn != nil {
		_ = l.conn.Close()
		l.conn = nil
	}
}

func (l *local) do(ctx context.Context, r *Request) (*Response, error) {
	if l.conn == nil {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.address)
		if err != nil {
			return nil, err
		}
		l.conn, l.reader = c, bufio.NewReader(c)
	}
	deadline, _ := ctx.Deadline()
	if err := l.conn.SetDeadline(deadline); err != nil {
		return nil, err
	}
	lines := append([]string{"Host: " + r.Host}, r.Header...)
	text := format(r.Method+" "+r.Target+" HTTP/1.1", lines, r.Body, r.Chunked)
	if r.Body == "" && !r.Chunked && r.Method != "POST" && r.Method != "PUT" && r.Method != "PATCH" {
		text = strings.Replace(text, "Content-Length: 0\r\n\r\n", "\r\n", 1)
	}
	written := make(chan error, 1)
	conn := l.conn
	go func() { // the server may answer before it has read everything
		_, err := conn.Write([]byte(text))
		written <- err
	}()
	m, err := l.answer(r)
	if err != nil {
		l.close()
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if c, _ := joined(m.lines, "Connection"); strings.EqualFold(c, "close") {
		l.close()
	} else if err := <-written; err != nil {
		l.close()
	}
	_, rest, _ := strings.Cut(m.start, " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if err != nil {
		return nil, fmt.Errorf("status line %q: %w", m.start, err)
	}
	return &Response{Status: status, Lines: m.lines, Body: m.body}, nil
}

// answer reads an answer, after those that are not final.
func (l *local) answer(r *Request) (*message, error) {
	for {
		interim := false
		m, err := readMessage(l.reader, func(start string) bool {
			_, status, _ := strings.Cut(start, " ")
			interim = strings.HasPrefix(status, "1")
			return interim || r.Method == "HEAD" || strings.HasPrefix(status, "204") || strings.HasPrefix(status, "304")
		}, true)
		if err != nil || !interim {
			return m, err
		}
	}
}
