package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// serve runs the local process and makes the room in it. out gets what the process prints, and once
// the room is open how to enter it.
func serve(ctx context.Context, at addresses, out io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "postern-chat-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	functions := filepath.Join(dir, "functions.yaml")
	text := fmt.Sprintf("say:\n  command: [%q]\n  timeout: 10\n  environment:\n    CHAT_ADDRESS: %q\n", self, at.data)
	if err := os.WriteFile(functions, []byte(text), 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(self), "local"),
		"--listen", at.data, "--control", at.control, "--data", ":memory:", "--functions", functions)
	cmd.Stderr = os.Stderr
	// In a process group of its own, so that Ctrl-C reaches it once, from here.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 15 * time.Second
	said, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the local process: %w", err)
	}
	var failed error
	for lines := bufio.NewScanner(said); lines.Scan(); {
		_, _ = fmt.Fprintln(out, lines.Text())
		if !strings.HasPrefix(lines.Text(), "ready") || failed != nil {
			continue
		}
		if err := deploy(ctx, controlPlane(at.control)); err != nil {
			failed = fmt.Errorf("make the room: %w", err)
			_ = cmd.Process.Signal(syscall.SIGTERM)
			continue
		}
		_, _ = fmt.Fprintf(out, "\nThe room is open. In two other terminals:\n\n  %s talk Ada\n  %[1]s talk Grace\n\n", self)
	}
	if err := cmd.Wait(); err != nil && ctx.Err() == nil {
		return errors.Join(failed, fmt.Errorf("the local process ended: %w", err))
	}
	return failed
}
