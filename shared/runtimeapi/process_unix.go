//go:build unix

package runtimeapi

import (
	"errors"
	"os/exec"
	"syscall"
)

// terminate asks the process group of cmd to end.
func terminate(cmd *exec.Cmd) { signalGroup(cmd, syscall.SIGTERM) }

// kill ends the process group of cmd, including what the child has started.
func kill(cmd *exec.Cmd) { signalGroup(cmd, syscall.SIGKILL) }

func signalGroup(cmd *exec.Cmd, signal syscall.Signal) {
	// The child leads its own group, so the group's id is the child's process
	// id. An error means that the group has ended already.
	_ = syscall.Kill(-cmd.Process.Pid, signal)
}

// busy reports that an executable is still being written.
func busy(err error) bool { return errors.Is(err, syscall.ETXTBSY) }
