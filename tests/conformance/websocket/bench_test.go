package websocket

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	coder "github.com/coder/websocket"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// bareEcho is what there is to compare with: an echo and nothing else. It prints its address.
func bareEcho() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	s := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := coder.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = c.CloseNow() }()
		for {
			kind, text, err := c.Read(r.Context())
			if err != nil {
				return
			}
			if err := c.Write(r.Context(), kind, text); err != nil {
				return
			}
		}
	})}
	return s.Serve(l)
}

// BenchmarkEcho compares the echo of a message through processes of their own, each asked by several
// connections that wait for their answer: by bare coder/websocket, by a MOCK integration, and by a
// Lambda function that the local process runs.
func BenchmarkEcho(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	bare := exec.Command(self)
	bare.Env = append(os.Environ(), bareEchoVariable+"=1")
	address := firstLine(b, bare, func(line string) (string, bool) { return line, true })
	gateway := exec.Command(filepath.Join(bin, "local"), "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", ":memory:",
		"--functions", functionsFile(b, "http://127.0.0.1:1/"))
	var control string
	data := firstLine(b, gateway, func(line string) (string, bool) {
		m := readyLine.FindStringSubmatch(line)
		if m == nil {
			return "", false
		}
		control = m[2]
		return m[1], true
	})
	// A MOCK does not see the message; its template has the same text.
	echo := &snapshot.WebSocketIntegration{
		Type: "MOCK", TimeoutMillis: 29000, RequestTemplates: templates("$default", `{"statusCode":200}`),
		Responses: []snapshot.WebSocketIntegrationResponse{{Key: "$default", Templates: templates("$default", message)}},
	}
	c := &creation{ctx: b.Context(), client: controlPlane(control)}
	if err := c.create(define("echo", twoWay("echo", echo), twoWay("lambda", proxy("own")))); err != nil {
		b.Fatal(err)
	}
	url := "ws://" + data + "/_aws/execute-api/" + c.api + "/dev"
	b.Run("bare", func(b *testing.B) { echoes(b, "ws://"+address, message) })
	b.Run("mock", func(b *testing.B) { echoes(b, url, message) })
	b.Run("lambda", func(b *testing.B) { echoes(b, url, `{"action":"lambda","data":"hello, world"}`) })
}

const message = `{"action":"echo","data":"hello, world"}`

// echoes sends text on 16 connections for each processor and reports messages per second.
func echoes(b *testing.B, url, text string) {
	b.SetParallelism(16)
	var failed atomic.Pointer[error]
	begin := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		c, _, err := coder.Dial(ctx, url, nil)
		if err != nil {
			failed.Store(&err)
			return
		}
		defer func() { _ = c.CloseNow() }()
		for pb.Next() {
			err := c.Write(ctx, coder.MessageText, []byte(text))
			if err == nil {
				var got []byte
				if _, got, err = c.Read(ctx); err == nil && string(got) != text {
					err = fmt.Errorf("got %s", got)
				}
			}
			if err != nil {
				failed.Store(&err)
				return
			}
		}
	})
	if err := failed.Load(); err != nil {
		b.Fatal(*err)
	}
	b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "messages/s")
}

// firstLine starts a command, which ends with the benchmark, and returns what it prints first that
// fits.
func firstLine(b *testing.B, cmd *exec.Cmd, fits func(string) (string, bool)) string {
	b.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found, ok := fits(lines.Text()); ok {
			return found
		}
	}
	b.Fatalf("%s said nothing that fits", cmd.Path)
	return ""
}
