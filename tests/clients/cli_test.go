package clients

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// step is one command of the AWS CLI, without "aws apigateway", and what it prints. Arguments are
// separated by blanks; single quotes hold one together. Names in angle brackets are expanded.
type step struct {
	command string
	want    string // as differences takes it
	refusal string // text that standard error must have instead; the command must fail then
}

// The AWS CLI takes every kind of resource through create, get, update and delete.
func TestCLI(t *testing.T) {
	t.Parallel()
	cli := installed(t, "aws", "the AWS CLI is not on PATH; make test installs it")
	for _, l := range cliLifecycles {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			url, n := start(t), names{"swagger": writeSwagger(t)}
			for _, s := range l.steps {
				s.run(t, cli, url, n)
			}
		})
	}
}

func writeSwagger(t *testing.T) string {
	t.Helper()
	path := t.TempDir() + "/swagger.json"
	if err := os.WriteFile(path, []byte(swagger), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func (s step) run(t *testing.T, cli, url string, n names) {
	t.Helper()
	args := []string{"--endpoint-url", url, "--output", "json", "apigateway"}
	for _, a := range words(s.command) {
		args = append(args, n.expand(a))
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, cli, args...)
	cmd.Env = append(os.Environ(), append(signing, "AWS_MAX_ATTEMPTS=1")...)
	cmd.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	said := strings.TrimSpace(stderr.String())
	switch {
	case s.refusal != "":
		if want := n.expand(s.refusal); err == nil || !strings.Contains(said, want) {
			t.Errorf("aws apigateway %s\n got %s %s\nwant %s", s.command, stdout.String(), said, want)
		}
	case err != nil:
		t.Fatalf("aws apigateway %s: %v\n%s", s.command, err, said)
	default:
		for _, d := range n.differences(s.want, bytes.TrimSpace(stdout.Bytes())) {
			t.Errorf("aws apigateway %s: %s", s.command, d)
		}
	}
}

// words splits a command at blanks outside of single quotes.
func words(command string) []string {
	var all []string
	for i, part := range strings.Split(command, "'") {
		if i%2 == 0 {
			all = append(all, strings.Fields(part)...)
		} else {
			all = append(all, part)
		}
	}
	return all
}
