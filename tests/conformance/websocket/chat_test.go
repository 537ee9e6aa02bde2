package websocket

import (
	"bufio"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// terminal is one process of the chat demo.
type terminal struct {
	*testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string
}

func openTerminal(t *testing.T, args ...string) *terminal {
	t.Helper()
	term := &terminal{T: t, cmd: exec.Command(filepath.Join(bin, "chat"), args...), lines: make(chan string, 100)}
	said := &lockedBuffer{}
	term.cmd.Stderr = said
	var err error
	if term.in, err = term.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := term.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := term.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			term.lines <- lines.Text()
		}
		close(term.lines)
		_ = term.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = term.cmd.Process.Signal(syscall.SIGTERM) // the room ends its own local process
		select {
		case <-done:
		case <-time.After(patience):
			_ = term.cmd.Process.Kill()
			<-done
		}
		if t.Failed() {
			t.Logf("chat %s said:\n%.5000s", strings.Join(args, " "), said)
		}
	})
	return term
}

func (term *terminal) shows(text string) {
	term.Helper()
	for end := time.After(patience); ; {
		select {
		case line, more := <-term.lines:
			if !more {
				term.Fatalf("the terminal ended without %q", text)
			}
			if strings.Contains(line, text) {
				return
			}
		case <-end:
			term.Fatalf("the terminal does not show %q", text)
		}
	}
}

func (term *terminal) types(line string) {
	term.Helper()
	if _, err := io.WriteString(term.in, line+"\n"); err != nil {
		term.Fatal(err)
	}
}

// The chat demo: one terminal serves the room, two talk.
func TestChat(t *testing.T) {
	at := []string{"--listen", free(t), "--control", free(t)}
	openTerminal(t, at...).shows("The room is open")
	ada, grace := openTerminal(t, append(at, "talk", "Ada")...), openTerminal(t, append(at, "talk", "Grace")...)
	for _, each := range []*terminal{ada, grace} { // what one says reaches itself too: both are in
		each.types("I am here")
		each.shows("I am here")
	}
	ada.types("hello, Grace")
	grace.shows("Ada: hello, Grace")
	grace.types("hello, Ada")
	ada.shows("Grace: hello, Ada")
}

// free is an address with a port that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
