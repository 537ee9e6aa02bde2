package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// root is the checkout, bin the folder of the executables under test.
var root, bin string

func TestMain(m *testing.M) {
	code, err := build(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func build(m *testing.M) (int, error) {
	var err error
	if root, err = filepath.Abs("../.."); err != nil {
		return 0, err
	}
	if bin, err = os.MkdirTemp("", "postern-e2e-"); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(bin) }()
	cmd := exec.Command("go", "build", "-o", bin+"/", "./functions/local", "./functions/proxy", "./functions/controlplane", "./scripts/demo/pets", "./scripts/invoke")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("build the executables under test: %w", err)
	}
	return m.Run(), nil
}
