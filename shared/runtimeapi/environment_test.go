package runtimeapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestInitFailures(t *testing.T) {
	tests := map[string]struct {
		init      string
		errorType string
		message   func(id string) string
	}{
		"exit": {"exit", "Runtime.ExitError", func(id string) string {
			return "RequestId: " + id + " Error: Runtime exited with error: exit status 7\nLast output:\ncannot reach the database"
		}},
		"hang": {"hang", "Sandbox.Timedout", func(id string) string {
			return "RequestId: " + id + " Error: Init timed out after 1.00 seconds\nLast output:\nstill looking"
		}},
		"report": {"report", "Config.Missing", func(string) string { return "TABLE is not set" }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, log := serve(t, func(f *Function) { f.Environment = map[string]string{"INIT": test.init} })
			if test.init == "hang" {
				s.initTimeout = time.Second
			}
			result := invoke(t, s, `{}`)
			errorType, message := failure(t, result)
			if errorType != test.errorType || message != test.message(result.RequestID) {
				t.Errorf("got %s: %q", errorType, message)
			}
			log.waitFor(t, "orders[1] init failed: "+test.errorType)
			_, err := s.InvokeStream(t.Context(), Invocation{Function: "orders"})
			var failed *FunctionError
			if !errors.As(err, &failed) || failed.Type != test.errorType || failed.Kind != "Unhandled" {
				t.Errorf("stream: %v", err)
			}
		})
	}
}

func TestExecutableThatIsNone(t *testing.T) {
	path := t.TempDir() + "/broken"
	if err := os.WriteFile(path, []byte("neither a script nor a program"), 0o700); err != nil {
		t.Fatal(err)
	}
	s, _ := serve(t, func(f *Function) { f.Command = []string{path} })
	errorType, message := failure(t, invoke(t, s, `{}`))
	if errorType != "Runtime.InvalidEntrypoint" || !strings.Contains(message, "exec format error") {
		t.Errorf("got %s: %s", errorType, message)
	}
}

func TestCrashLoopBacksOff(t *testing.T) {
	s, log := serve(t, func(f *Function) { f.Environment = map[string]string{"INIT": "exit"} })
	const invocations = 200
	for range invocations {
		failure(t, invoke(t, s, `{}`))
	}
	// Two starts at once, then one after 100 ms, one after 200 ms more, and so on.
	if starts := strings.Count(log.String(), "init failed"); starts < 2 || starts > 12 {
		t.Errorf("%d starts for %d invocations", starts, invocations)
	}
	// A new build is tried at once.
	p := s.pools["orders"]
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failures = 100; !p.backingOff(p.stamp) || p.backingOff(p.stamp+1) {
		t.Error("backing off must depend on the executable")
	}
}

func TestConcurrency(t *testing.T) {
	s, _ := serve(t, func(f *Function) { f.Concurrency = 4 })
	var (
		mu   sync.Mutex
		pids = map[string]int{}
		wg   sync.WaitGroup
	)
	for range 8 {
		wg.Go(func() {
			result := invoke(t, s, `{"do":"sleep","ms":150}`)
			mu.Lock()
			defer mu.Unlock()
			pids[string(result.Payload)]++
		})
	}
	wg.Wait()
	total := 0
	for pid, n := range pids {
		total += n
		if _, err := strconv.Atoi(pid); err != nil {
			t.Errorf("payload %s", pid)
		}
	}
	if total != 8 || len(pids) < 2 || len(pids) > 4 {
		t.Errorf("8 invocations in environments %v, want 2 to 4 of them", pids)
	}
	// Warm environments are used before new ones.
	if pid := string(invoke(t, s, `{"do":"pid"}`).Payload); pids[pid] == 0 {
		t.Errorf("environment %s is new", pid)
	}
}

// The statuses and error types are those of the Runtime API's OpenAPI document
// and of AWS's Runtime Interface Emulator.
func TestProtocolMisuse(t *testing.T) {
	s, _ := serve(t, func(f *Function) {
		f.Concurrency = 1 // the four invocations belong to one process
		f.Environment = map[string]string{"MODE": "protocol"}
	})
	if result := invoke(t, s, `{}`); string(result.Payload) != `"ok"` {
		t.Errorf("first invocation: %s", result.Payload)
	}
	if errorType, _ := failure(t, invoke(t, s, `{}`)); errorType != "Function.ResponseSizeTooLarge" {
		t.Errorf("second invocation: %s", errorType)
	}
	if errorType, _ := failure(t, invoke(t, s, `{}`)); errorType != "Runtime.InvalidResponseModeHeader" {
		t.Errorf("third invocation: %s", errorType)
	}
	type refusal struct {
		Call      string
		Status    int
		ErrorType string
	}
	var got []refusal
	if err := json.Unmarshal(invoke(t, s, `{}`).Payload, &got); err != nil {
		t.Fatal(err)
	}
	want := []refusal{
		{"response before next", 400, "InvalidRequestID"},
		{"unknown path", 404, ""},
		{"next twice", 403, "InvalidStateTransition"},
		{"init error after init", 403, "InvalidStateTransition"},
		{"unknown id", 400, "InvalidRequestID"},
		{"unknown id of an error", 400, "InvalidRequestID"},
		{"second response", 403, "InvalidStateTransition"},
		{"error after response", 403, "InvalidStateTransition"},
		{"id of the invocation before", 400, "InvalidRequestID"},
		{"too large", 413, "RequestEntityTooLarge"},
		{"response after too large", 403, "InvalidStateTransition"},
		{"response mode", 400, "InvalidFunctionResponseMode"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestClose(t *testing.T) {
	s, log := serve(t, nil)
	var pids []int
	if err := json.Unmarshal(invoke(t, s, `{"do":"child"}`).Payload, &pids); err != nil {
		t.Fatal(err)
	}
	answered := make(chan string, 1)
	go func() {
		result, err := s.Invoke(context.Background(), Invocation{Function: "orders", Payload: []byte(`{"do":"sleep","ms":600}`)})
		answered <- fmt.Sprintf("%v %v", err, result != nil && result.FunctionError == "")
	}()
	time.Sleep(200 * time.Millisecond)
	if err := s.Close(t.Context()); err != nil {
		t.Errorf("close: %v", err)
	}
	if got := <-answered; got != "<nil> true" {
		t.Errorf("the running invocation was not drained: %s", got)
	}
	for _, pid := range pids {
		if alive(pid) {
			t.Errorf("process %d has outlived the server", pid)
		}
	}
	if !strings.Contains(log.String(), "goodbye") {
		t.Error("no SIGTERM before the end")
	}
	_, err := s.Invoke(t.Context(), Invocation{Function: "orders"})
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Code != "ServiceException" {
		t.Errorf("after close: %v", err)
	}
}

func TestCloseCutsOffWhatTakesTooLong(t *testing.T) {
	s, _ := serve(t, nil)
	result := make(chan *Result, 1)
	go func() {
		// An error leaves nil, which fails below.
		answer, _ := s.Invoke(context.Background(), Invocation{Function: "orders", Payload: []byte(`{"do":"sleep","ms":60000}`)})
		result <- answer
	}()
	time.Sleep(200 * time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("close: %v", err)
	}
	if errorType, _ := failure(t, <-result); errorType != "Runtime.ExitError" {
		t.Errorf("error type %s", errorType)
	}
}

// A server that is killed has no chance to stop its children; on Linux the
// kernel does. The test runs itself as that server.
func TestChildrenOfAKilledServer(t *testing.T) {
	if os.Getenv("RUNTIMEAPI_TEST_SERVER") != "" {
		s, err := New(Config{}, Function{Name: "orders", Command: []string{os.Getenv("RUNTIMEAPI_TEST_SERVER")}})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("pid %s\n", invoke(t, s, `{"do":"pid"}`).Payload)
		time.Sleep(time.Minute)
		return
	}
	server := exec.Command(os.Args[0], "-test.run=^TestChildrenOfAKilledServer$")
	server.Env = append(os.Environ(), "RUNTIMEAPI_TEST_SERVER="+testFunction)
	output, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Wait() }() // it was killed
	var pid int
	_, err = fmt.Fscanf(output, "pid %d\n", &pid)
	if killed := server.Process.Kill(); killed != nil {
		t.Fatal(killed)
	}
	if err != nil {
		t.Fatal(err)
	}
	waitGone(t, pid)
}
