package runtimeapi

import (
	"os/exec"
	"runtime"
	"time"
)

// spawner starts children from one operating-system thread that lives until
// close. Linux delivers a parent-death signal when the thread that forked ends,
// so a child started from an ordinary goroutine could die with a thread that the
// Go scheduler retires.
type spawner struct {
	requests chan spawnRequest
}

type spawnRequest struct {
	cmd    *exec.Cmd
	result chan error
}

func newSpawner() *spawner {
	s := &spawner{requests: make(chan spawnRequest)}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for request := range s.requests {
			request.result <- request.cmd.Start()
		}
	}()
	return s
}

// start starts a command made by build. A build tool may still be writing the
// executable, so a busy file is tried again for up to a second.
func (s *spawner) start(build func() *exec.Cmd) (*exec.Cmd, error) {
	for deadline := time.Now().Add(time.Second); ; time.Sleep(20 * time.Millisecond) {
		request := spawnRequest{cmd: build(), result: make(chan error, 1)}
		s.requests <- request
		err := <-request.result
		if err == nil || !busy(err) || time.Now().After(deadline) {
			return request.cmd, err
		}
	}
}

// close ends the thread. No child may be left, and start may not be called again.
func (s *spawner) close() { close(s.requests) }
