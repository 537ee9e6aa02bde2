package clients

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"
)

// boto3 takes every kind of resource through its life. The steps are in boto3_steps.py.
func TestBoto3(t *testing.T) {
	t.Parallel()
	const hint = "there is no python3 on PATH that can import boto3; make test installs it"
	python := installed(t, "python3", hint)
	if err := script(t, python, "-c", "import boto3").Run(); err != nil {
		missing(t, hint)
	}
	if out, err := script(t, python, "boto3_lifecycle.py", start(t)).CombinedOutput(); err != nil {
		t.Errorf("boto3_lifecycle.py: %v\n%s", err, out)
	}
}

func script(t *testing.T, python string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, python, args...)
	cmd.Env = append(os.Environ(), append(signing, "PYTHONDONTWRITEBYTECODE=1")...)
	cmd.WaitDelay = time.Second
	return cmd
}
