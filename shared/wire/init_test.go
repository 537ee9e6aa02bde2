package wire_test

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// TestNoStartUpWork asks the runtime which packages did anything before main.
func TestNoStartUpWork(t *testing.T) {
	if testing.CoverMode() != "" {
		t.Skip("coverage counters are registered at start-up")
	}
	c := exec.Command(os.Args[0], "-test.run=^$")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("run this test's executable: %v\n%s", err, out)
	}
	if !regexp.MustCompile(`(?m)^init net/http `).Match(out) {
		t.Fatalf("no trace of initialisation in\n%s", out)
	}
	if lines := regexp.MustCompile(`(?m)^init \S+/shared/wire(/\S+)? .*$`).FindAll(out, -1); lines != nil {
		t.Errorf("start-up work:\n%s", lines)
	}
}
