//go:build unix && !linux

package runtimeapi

import "syscall"

// childAttributes puts the child into its own process group. These systems have
// no death signal: a child of a server that was killed ends when its next call
// to the Runtime API fails.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
