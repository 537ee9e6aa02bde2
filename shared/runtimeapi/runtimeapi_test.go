package runtimeapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// testFunction is the executable of testdata/function.
var testFunction string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "runtimeapi")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	testFunction = filepath.Join(dir, "bootstrap")
	build := exec.Command("go", "build", "-o", testFunction, "./testdata/function")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build the test function:", err)
		return 1
	}
	return m.Run()
}

// journal is a log that tests read while functions write.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// waitFor waits until the log contains text.
func (j *journal) waitFor(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if strings.Contains(j.String(), text) {
			return
		}
	}
	t.Fatalf("log does not contain %q:\n%s", text, j)
}

// serve starts a server with one function named orders.
func serve(t *testing.T, change func(*Function)) (*Server, *journal) {
	t.Helper()
	f := Function{Name: "orders", Command: []string{testFunction}, Timeout: 10 * time.Second}
	if change != nil {
		change(&f)
	}
	log := new(journal)
	s, err := New(Config{Log: log}, f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s, log
}

func invoke(t *testing.T, s *Server, payload string) *Result {
	t.Helper()
	result, err := s.Invoke(t.Context(), Invocation{Function: "orders", Payload: []byte(payload)})
	if err != nil {
		t.Fatalf("invoke %s: %v", payload, err)
	}
	return result
}

// failure checks that the function failed and returns its error document.
func failure(t *testing.T, result *Result) (errorType, message string) {
	t.Helper()
	var document struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}
	if err := json.Unmarshal(result.Payload, &document); err != nil {
		t.Fatalf("payload %s: %v", result.Payload, err)
	}
	if result.Status != 200 || result.FunctionError != "Unhandled" {
		t.Errorf("status %d, function error %q, payload %s", result.Status, result.FunctionError, result.Payload)
	}
	return document.Type, document.Message
}

// alive reports that a process exists and is not a zombie.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	return len(fields) > 0 && fields[0] != "Z"
}

// waitGone waits until processes have ended.
func waitGone(t *testing.T, pids ...int) {
	t.Helper()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("needs /proc")
	}
	for _, pid := range pids {
		for end := time.Now().Add(5 * time.Second); alive(pid); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("process %d is still there", pid)
			}
		}
	}
}
