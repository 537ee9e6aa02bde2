package metering

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// bin is the folder of the executables under test.
var bin string

func TestMain(m *testing.M) {
	code, err := build(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "metering:", err)
		code = 1
	}
	os.Exit(code)
}

func build(m *testing.M) (int, error) {
	var err error
	if bin, err = os.MkdirTemp("", "postern-metering-"); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(bin) }()
	cmd := exec.Command("go", "build", "-o", bin+"/", "./functions/proxy", "./functions/authorizer")
	cmd.Dir, cmd.Stderr = "../..", os.Stderr
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("build the executables under test: %w", err)
	}
	return m.Run(), nil
}
