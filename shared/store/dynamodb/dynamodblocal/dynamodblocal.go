package dynamodblocal

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Required is the environment variable that, if not empty, makes a missing
// installation fail a test instead of skipping it.
const Required = "POSTERN_REQUIRE_DYNAMODB_LOCAL"

// startWait is how long the server may take to start; it needs one or two
// seconds of a free processor.
const startWait = time.Minute

// Start starts an empty server on a loopback port and returns its address, of
// the form http://127.0.0.1:PORT. The server ends with the test, or with the
// test process if that dies first. Without an installation the test is
// skipped, or fails if the variable Required says so.
func Start(t testing.TB) string {
	t.Helper()
	folder := installation(t)
	// The server ends when its standard input does, which the system sees to
	// even if this process is killed.
	command := exec.Command("java", "-Xmx1g", "-Djava.library.path=lib", "-cp", "classes"+string(os.PathListSeparator)+filepath.Join("lib", "*"), "Launch")
	command.Dir = folder
	var messages bytes.Buffer
	command.Stderr = &messages
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("start DynamoDB Local: %v", err)
	}
	t.Cleanup(func() {
		input.Close()
		killer := time.AfterFunc(5*time.Second, func() { command.Process.Kill() })
		defer killer.Stop()
		command.Wait()
	})
	address, err := awaitReady(output)
	if err != nil {
		command.Process.Kill()
		command.Wait()
		t.Fatalf("DynamoDB Local did not start: %v\n%s", err, &messages)
	}
	return address
}

// Client returns a client of the server, with credentials that it accepts.
func Client(address string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: &address,
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

func awaitReady(output io.Reader) (string, error) {
	type result struct {
		address string
		err     error
	}
	ready := make(chan result, 1)
	go func() {
		line, err := bufio.NewReader(output).ReadString('\n')
		address, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
		if err == nil && !ok {
			err = errors.New("it printed " + line)
		}
		ready <- result{address, err}
	}()
	select {
	case r := <-ready:
		return r.address, r.err
	case <-time.After(startWait):
		return "", errors.New("no answer within " + startWait.String())
	}
}

// installation finds the folder that install.sh fills, at the root of the
// repository, which is the first folder upwards that has that script.
func installation(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join("scripts", "dynamodb-local", "install.sh")
	for !exists(filepath.Join(folder, script)) {
		parent := filepath.Dir(folder)
		if parent == folder {
			t.Fatalf("no %s in any folder upwards", script)
		}
		folder = parent
	}
	installed := filepath.Join(folder, ".build", "dynamodb-local")
	_, err = exec.LookPath("java")
	switch {
	case exists(filepath.Join(installed, "stamp")) && err == nil:
		return installed
	case os.Getenv(Required) != "":
		t.Fatalf("DynamoDB Local is not installed, and %s is set: run %s", Required, script)
	default:
		t.Skipf("DynamoDB Local is not installed: run %s", script)
	}
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
