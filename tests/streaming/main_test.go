package streaming

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// patience bounds every wait of these tests; nothing is measured by it.
const patience = 30 * time.Second

// bin is the folder of the executables under test.
var bin string

func TestMain(m *testing.M) {
	code, err := build(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "streaming:", err)
		code = 1
	}
	os.Exit(code)
}

func build(m *testing.M) (int, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return 0, err
	}
	if bin, err = os.MkdirTemp("", "postern-streaming-"); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(bin) }()
	cmd := exec.Command("go", "build", "-o", bin+"/", "./functions/local", "./functions/proxy", "./tests/streaming/testdata/function")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("build the executables under test: %w", err)
	}
	return m.Run(), nil
}
