package runtimeapi

import "syscall"

// childAttributes puts the child into its own process group and has the kernel
// end it when the server dies without a chance to clean up.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
