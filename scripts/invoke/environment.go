package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/postern-gateway/postern/scripts/demo/photos"
	"github.com/postern-gateway/postern/shared/controlplane/bake"
	"github.com/postern-gateway/postern/shared/runtimeapi"
)

// photosInDefinition is where the demo's definition expects its HTTP backend. Here a free
// port takes its place, so that a running demo is not in the way.
const photosInDefinition = "127.0.0.1:8082"

// environment is what a function finds around it.
type environment struct {
	root, dir string
	stderr    io.Writer
	closers   []func() error
	// token takes the place of {{token}} in events, for functions that verify one.
	token string
}

func (e *environment) close() error {
	var errs []error
	for i := len(e.closers) - 1; i >= 0; i-- {
		errs = append(errs, e.closers[i]())
	}
	return errors.Join(errs...)
}

// build builds a command of the checkout.
func (e *environment) build(ctx context.Context, pkg string) (string, error) {
	out := filepath.Join(e.dir, filepath.Base(pkg))
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-o", out, pkg)
	cmd.Dir, cmd.Stderr = e.root, e.stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build %s: %w", pkg, err)
	}
	return out, nil
}

// prepare starts what the function needs and returns its environment variables.
func (e *environment) prepare(ctx context.Context, function, definition string) (map[string]string, error) {
	variables := map[string]string{
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
		"AWS_EC2_METADATA_DISABLED": "true",
	}
	if function == "authorizer" {
		return variables, e.issueToken(variables)
	}
	if function != "proxy" {
		return variables, nil
	}
	photosAddress, err := e.serve(photos.Handler())
	if err != nil {
		return nil, err
	}
	apis, err := e.bake(ctx, definition, photosAddress)
	if err != nil {
		return nil, err
	}
	lambdaAddress, err := e.serveDemoFunctions(ctx)
	if err != nil {
		return nil, err
	}
	variables["POSTERN_APIS"] = apis
	variables["POSTERN_ALLOW_LOOPBACK"] = "true"
	variables["AWS_ENDPOINT_URL_LAMBDA"] = "http://" + lambdaAddress
	return variables, nil
}

// bake compiles the definition into a folder.
func (e *environment) bake(ctx context.Context, definition, photosAddress string) (string, error) {
	body, err := os.ReadFile(definition)
	if err != nil {
		return "", err
	}
	body = bytes.ReplaceAll(body, []byte(photosInDefinition), []byte(photosAddress))
	api, err := bake.Compile(ctx, body, bake.Options{Name: filepath.Base(definition), Stage: "local", Account: "123456789012", Region: "us-east-1"})
	if err != nil {
		return "", err
	}
	for _, w := range api.Warnings {
		_, _ = fmt.Fprintf(e.stderr, "%s: warning: %s\n", definition, w)
	}
	apis := filepath.Join(e.dir, "apis")
	return apis, api.Write(apis)
}

// serveDemoFunctions runs the demo's Lambda function behind a Lambda endpoint.
func (e *environment) serveDemoFunctions(ctx context.Context) (string, error) {
	executable, err := e.build(ctx, "./scripts/demo/pets")
	if err != nil {
		return "", err
	}
	lambda, err := runtimeapi.New(runtimeapi.Config{Log: e.stderr, Environ: os.Environ()},
		runtimeapi.Function{Name: "pets", Command: []string{executable}})
	if err != nil {
		return "", err
	}
	e.closers = append(e.closers, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return lambda.Close(ctx)
	})
	return e.serve(lambda.Handler())
}

// serve answers on a free port of this machine until close.
func (e *environment) serve(h http.Handler) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.Serve(l) }()
	e.closers = append(e.closers, s.Close)
	return l.Addr().String(), nil
}
