package velocity

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// required is the variable that, if not empty, makes a missing reference fail the tests.
const required = "POSTERN_REQUIRE_VELOCITY"

// installed returns the folder that java/install.sh fills, or "" if it or Java is missing.
func installed(t testing.TB) string {
	t.Helper()
	folder, err := filepath.Abs("../../.build/velocity")
	if err != nil {
		t.Fatal(err)
	}
	_, noStamp := os.Stat(filepath.Join(folder, "stamp"))
	_, noJava := exec.LookPath("java")
	if noStamp == nil && noJava == nil {
		return folder
	}
	if os.Getenv(required) != "" {
		t.Fatalf("Apache Velocity is not installed, and %s is set: run tests/velocity/java/install.sh", required)
	}
	return ""
}

// runReference gives all cases to one process, and decodes its lines into those of R.
func runReference[R any](t testing.TB, folder string, cases []testCase, args ...string) []R {
	t.Helper()
	input, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("java", append([]string{"-Xmx1g", "-Xss16m", "-cp", "classes" + string(os.PathListSeparator) + filepath.Join("lib", "*"), "Runner"}, args...)...)
	command.Dir = folder
	command.Stdin = bytes.NewReader(input)
	var messages bytes.Buffer
	command.Stderr = &messages
	output, err := command.Output()
	if err != nil {
		t.Fatalf("run Apache Velocity: %v\n%s", err, &messages)
	}
	var results []R
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var r R
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("the runner wrote %q: %v", lines.Bytes(), err)
		}
		results = append(results, r)
	}
	if len(results) != len(cases) {
		t.Fatalf("the runner answered %d of %d cases\n%s", len(results), len(cases), &messages)
	}
	return results
}
