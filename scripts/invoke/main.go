// Command invoke runs one of Postern's Lambda functions on this machine and sends it an event:
//
//	go run ./scripts/invoke -function proxy -event events/url-get.json
//
// The real executable is built and run behind a Lambda Runtime API. The proxy gets the demo's
// definitions baked in, the demo's Lambda function at the Lambda endpoint and the demo's HTTP
// backend, and its answer is printed as it streams. The authorizer gets an issuer of its own, and
// {{token}} in the event becomes a good token of it.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/postern-gateway/postern/shared/runtimeapi"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "invoke:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	f := flag.NewFlagSet("invoke", flag.ContinueOnError)
	f.SetOutput(stderr)
	function := f.String("function", "proxy", "`name` of the function, a folder of functions/")
	event := f.String("event", "", "`file` of the event, as in events/")
	definition := f.String("api", "scripts/demo/openapi.yaml", "OpenAPI `file` that is baked in for the proxy")
	root := f.String("root", ".", "`folder` of the checkout")
	timeout := f.Duration("timeout", 30*time.Second, "the function's time-out")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *event == "" {
		return errors.New("-event is missing: name a file of events/")
	}
	payload, err := os.ReadFile(*event)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "postern-invoke-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	env := &environment{root: *root, dir: dir, stderr: stderr}
	defer func() { err = errors.Join(err, env.close()) }()
	variables, err := env.prepare(ctx, *function, *definition)
	if err != nil {
		return err
	}
	payload = bytes.ReplaceAll(payload, []byte("{{token}}"), []byte(env.token))
	executable, err := env.build(ctx, "./functions/"+*function)
	if err != nil {
		return err
	}
	server, err := runtimeapi.New(runtimeapi.Config{Log: stderr, Environ: os.Environ()}, runtimeapi.Function{
		Name: *function, Command: []string{executable}, Environment: variables, Timeout: *timeout,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close(context.WithoutCancel(ctx))) }()
	stream, err := server.InvokeStream(ctx, runtimeapi.Invocation{Function: *function, Payload: payload})
	if err != nil {
		return fmt.Errorf("invoke %s with %s: %w", *function, *event, err)
	}
	defer func() { _ = stream.Body.Close() }()
	printHead(stdout, stream)
	if _, err := io.Copy(stdout, stream.Body); err != nil {
		return fmt.Errorf("read the answer of %s: %w", *function, err)
	}
	_, _ = fmt.Fprintln(stdout)
	return nil
}

// printHead prints status and headers of a streamed HTTP answer. A buffered answer is one
// JSON document, which holds them itself.
func printHead(w io.Writer, s *runtimeapi.Stream) {
	if s.Prelude == nil {
		return
	}
	_, _ = fmt.Fprintf(w, "HTTP %d\n", s.Prelude.StatusCode)
	var lines []string
	for name, value := range s.Prelude.Headers {
		lines = append(lines, name+": "+value)
	}
	for name, values := range s.Prelude.MultiValueHeaders {
		for _, value := range values {
			lines = append(lines, name+": "+value)
		}
	}
	for _, cookie := range s.Prelude.Cookies {
		lines = append(lines, "Set-Cookie: "+cookie)
	}
	slices.Sort(lines)
	for _, line := range lines {
		_, _ = fmt.Fprintln(w, line)
	}
	_, _ = fmt.Fprintln(w)
}
