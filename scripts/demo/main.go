// Command demo serves the pet store of this folder with the local process: it starts the HTTP
// backend, prints what to try, and runs until it is interrupted. Editing openapi.yaml
// meanwhile changes what is served.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/postern-gateway/postern/scripts/demo/photos"
)

// photosAddress is where openapi.yaml expects the HTTP backend.
const photosAddress = "127.0.0.1:8082"

const help = `The pet store is about to be served. Try:

  curl http://127.0.0.1:8080/health
  curl 'http://127.0.0.1:8080/pets?type=cat'
  curl -X POST -H 'Content-Type: image/png' --data-binary 'any bytes' http://127.0.0.1:8080/photos

Look at it with the AWS CLI:

  AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 aws --endpoint-url http://127.0.0.1:8081 apigateway get-rest-apis

Edit scripts/demo/openapi.yaml, save, and ask again. Ctrl-C ends it.

`

func main() {
	bin := flag.String("bin", ".build/bin", "folder of the built executables local and pets")
	dir := flag.String("dir", "scripts/demo", "folder of openapi.yaml and functions.yaml")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *bin, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, bin, dir string) error {
	l, err := net.Listen("tcp", photosAddress)
	if err != nil {
		return fmt.Errorf("start the demo's HTTP backend, to which openapi.yaml points: %w", err)
	}
	backend := &http.Server{Handler: photos.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = backend.Serve(l) }()
	defer func() { _ = backend.Close() }()

	fmt.Print(help)
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "local"),
		"--api", filepath.Join(dir, "openapi.yaml"),
		"--functions", filepath.Join(dir, "functions.yaml"))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	// In a process group of its own, so that Ctrl-C reaches the gateway once, from here.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 15 * time.Second
	err = cmd.Run()
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the local process ended: %w", err)
	}
	return nil
}
