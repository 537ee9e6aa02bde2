package sigv4

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// patience bounds a script's run; nothing is measured by it.
const patience = 2 * time.Minute

// signWithPython signs requests with a signer of sign.py, which needs a Python module.
func signWithPython(t *testing.T, signer, module, required string, in []request) []request {
	t.Helper()
	python := tool(t, "python3", required)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	run := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, python, args...)
		cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
		cmd.WaitDelay = time.Second
		return cmd
	}
	if err := run("-c", "import "+module).Run(); err != nil {
		missing(t, required, "python3 cannot import "+module)
	}
	var input bytes.Buffer
	e := json.NewEncoder(&input)
	for _, q := range in {
		if q.Headers == nil {
			q.Headers = [][2]string{}
		}
		if err := e.Encode(q); err != nil {
			t.Fatal(err)
		}
	}
	cmd := run("sign.py", signer, strconv.FormatInt(signedAt.Unix(), 10))
	cmd.Stdin = &input
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("sign.py: %v\n%s", err, said.String())
	}
	var signed []request
	for line := range strings.Lines(string(out)) {
		var q request
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatal(err)
		}
		signed = append(signed, q)
	}
	if len(signed) != len(in) {
		t.Fatalf("%d of %d requests came back", len(signed), len(in))
	}
	return signed
}

// accepted signs random requests with a signer and expects them to pass, and changes not to.
func accepted(t *testing.T, signer, module, required string, seed uint64, count int) {
	t.Helper()
	g := newGenerator(seed)
	in := make([]request, count)
	for i := range in {
		in[i] = g.request()
	}
	changes, every := 0, count/60
	for i, q := range signWithPython(t, signer, module, required, in) {
		if err := verify(q, signedAt); err != nil {
			t.Fatalf("request %d, %+v: %v", i, q, err)
		}
		if i%every == 0 {
			changes += refuseChanges(t, q, signedAt)
		}
	}
	t.Logf("%d requests accepted, %d changes refused", count, changes)
}

func TestBotocore(t *testing.T) {
	t.Parallel()
	accepted(t, "botocore", "botocore", "POSTERN_REQUIRE_AWS_CLI", 2, 1000)
}

// The AWS Common Runtime signs by both versions. Python packages of it exist for most systems, but
// nothing that `make test` installs needs it.
func TestCommonRuntime(t *testing.T) {
	t.Parallel()
	accepted(t, "crt", "awscrt", "POSTERN_REQUIRE_AWS_CRT", 3, 400)
}

func TestCommonRuntimeAsymmetric(t *testing.T) {
	t.Parallel()
	accepted(t, "crt4a", "awscrt", "POSTERN_REQUIRE_AWS_CRT", 4, 400)
}
