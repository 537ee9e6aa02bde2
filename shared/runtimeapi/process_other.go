//go:build !unix

package runtimeapi

import (
	"os/exec"
	"syscall"
)

func childAttributes() *syscall.SysProcAttr { return nil }

// terminate ends the child at once, because these systems cannot ask it to end.
func terminate(cmd *exec.Cmd) { kill(cmd) }

func kill(cmd *exec.Cmd) {
	// An error means that the process has ended already.
	_ = cmd.Process.Kill()
}

func busy(error) bool { return false }
