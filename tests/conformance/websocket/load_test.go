package websocket

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	coder "github.com/coder/websocket"
)

// dialMany opens connections with a client that costs little.
func dialMany(t *testing.T, s *suite, api string, n int) []*coder.Conn {
	t.Helper()
	all := make([]*coder.Conn, n)
	var wait sync.WaitGroup
	gate := make(chan struct{}, 64)
	for i := range all {
		gate <- struct{}{}
		wait.Go(func() {
			defer func() { <-gate }()
			c, _, err := coder.Dial(t.Context(), "ws://"+s.data+s.fill("/_aws/execute-api/<"+api+">/dev"), nil)
			if err != nil {
				t.Errorf("connection %d: %v", i, err)
				return
			}
			c.SetReadLimit(-1)
			all[i] = c
		})
	}
	wait.Wait()
	if t.Failed() {
		t.FailNow()
	}
	t.Cleanup(func() {
		for _, c := range all {
			_ = c.CloseNow()
		}
	})
	return all
}

// memory is the resident memory of the process in bytes, as far as the system tells.
func (p *process) memory(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	if err != nil {
		t.Skip("this system does not tell the memory of a process")
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	t.Fatal("no VmRSS")
	return 0
}

// Budgets: 5,000 idle connections under 250 MB, and 25 kB for each.
func TestIdleMemory(t *testing.T) {
	const connections = 5000
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err == nil && limit.Max < 2*connections {
		t.Skipf("only %d files may be open", limit.Max)
	}
	s := newSuite(t, []string{"onnothing"})
	dialMany(t, s, "onnothing", 1)
	before := s.memory(t)
	dialMany(t, s, "onnothing", connections)
	after := s.memory(t)
	t.Logf("%d kB, %d kB with %d connections: %.1f kB each", before>>10, after>>10, connections, float64(after-before)/1024/connections)
	if after > 250<<20 {
		t.Errorf("%d MB", after>>20)
	}
	if each := (after - before) / connections; each > 25<<10 {
		t.Errorf("%d bytes for each connection", each)
	}
}

// Every message of a broadcast arrives at every one of 500 sockets, in order, and every message that
// they send at once is answered.
func TestNothingIsLost(t *testing.T) {
	const connections, broadcasts, messages = 500, 10, 20
	s := newSuite(t, []string{"events2"})
	all := dialMany(t, s, "events2", connections)
	var wait sync.WaitGroup
	for i, c := range all {
		wait.Go(func() {
			for n := range messages {
				if err := c.Write(t.Context(), coder.MessageText, []byte(fmt.Sprintf(`{"n":%d}`, n))); err != nil {
					t.Errorf("connection %d: %v", i, err)
					return
				}
			}
			echoed, heard := 0, 0
			for echoed < messages || heard < broadcasts {
				_, b, err := c.Read(t.Context())
				switch {
				case err != nil:
					t.Errorf("connection %d: %v after %d answers and %d broadcasts", i, err, echoed, heard)
					return
				case string(b) == "answer":
					echoed++
				case string(b) == strconv.Itoa(heard):
					heard++
				default:
					t.Errorf("connection %d: %s arrived as broadcast %d", i, b, heard)
					return
				}
			}
		})
	}
	for n := range broadcasts {
		status, _, text := s.signed(t, "POST", "/_aws/execute-api/<events2>/dev/@connections", []byte(strconv.Itoa(n)))
		var counts struct{ Delivered, Gone, Failed int }
		if err := json.Unmarshal([]byte(text), &counts); err != nil || status != 200 || counts.Delivered != connections || counts.Gone != 0 || counts.Failed != 0 {
			t.Errorf("broadcast %d: %d %s", n, status, text)
		}
	}
	wait.Wait()
}

// After kill -9 the sockets are gone, and so is what was known of them; what was defined is served.
func TestKill(t *testing.T) {
	r, c := record(t), startClient(t)
	dir := t.TempDir()
	s := &suite{t: t, client: c, recorder: r, process: start(t, dir, nil)}
	s.ids = deploy(t, s.control, pick(r.URL, "messages")...)
	first := s.open(t, "messages")
	id := strings.ReplaceAll(first.id(), "=", "%3D")
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if got := first.recv(); !got.Closed || got.Code != 1006 {
		t.Errorf("the client sees %+v", got)
	}
	<-s.done
	again := &suite{t, c, r, start(t, dir, nil), s.ids}
	if status, _, _ := again.signed(t, "GET", "/dev/@connections/"+id, nil); status != 410 {
		t.Errorf("the old connection answers %d", status)
	}
	again.open(t, "messages").id()
}
