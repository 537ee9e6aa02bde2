package runtimeapi

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// launch starts the process of e, which is in the init phase until its first "next".
func (s *Server) launch(e *environment) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for the Runtime API: %w", err)
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		_ = listener.Close()
		return fmt.Errorf("make a pipe for the output: %w", err)
	}
	variables := s.variables(e, listener.Addr().String())
	cmd, err := s.spawner.start(func() *exec.Cmd {
		cmd := exec.Command(e.function.executable, e.function.Command[1:]...)
		cmd.Args[0] = e.function.Command[0]
		cmd.Dir = e.function.Dir
		cmd.Env = variables
		cmd.Stdout, cmd.Stderr = writer, writer
		cmd.SysProcAttr = childAttributes()
		return cmd
	})
	_ = writer.Close() // the child has its own copy
	if err != nil {
		_ = reader.Close()
		_ = listener.Close()
		return err
	}
	e.cmd = cmd
	e.api = &http.Server{
		Handler: e.routes(),
		// Broken connections of children that end are no news.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() {
		// Serve ends with the environment.
		_ = e.api.Serve(listener)
	}()
	go e.watch(reader)
	return nil
}

func (s *Server) newEnvironment(p *pool, number int) *environment {
	name := fmt.Sprintf("%s[%d]", p.function.Name, number)
	return &environment{
		function:  p.function,
		pool:      p,
		name:      name,
		stamp:     p.function.stamp(),
		started:   time.Now(),
		output:    &output{prefix: name, log: s.log},
		log:       s.log,
		work:      make(chan *exchange, 1),
		polled:    make(chan struct{}),
		initFault: make(chan *fault, 1),
		exited:    make(chan struct{}),
		state:     stateStarted,
	}
}

// variables is the environment of the process: the base, Lambda's defined
// variables, then the function's own.
func (s *Server) variables(e *environment, address string) []string {
	stream := fmt.Sprintf("%s/[%s]%x", e.started.UTC().Format("2006/01/02"), latest, [16]byte(uuid.New()))
	variables := slices.DeleteFunc(slices.Clone(s.config.Environ), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(ownedVariables, name)
	})
	variables = append(variables, "TZ=:UTC", "AWS_REGION="+s.config.Region, "AWS_DEFAULT_REGION="+s.config.Region)
	for name, value := range e.function.Environment {
		variables = append(variables, name+"="+value)
	}
	// The last value of a name counts, so nothing overrides what follows.
	return append(variables,
		"AWS_LAMBDA_RUNTIME_API="+address,
		"AWS_LAMBDA_FUNCTION_NAME="+e.function.Name,
		"AWS_LAMBDA_FUNCTION_VERSION="+latest,
		fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", e.function.MemorySize),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/"+e.function.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME="+stream,
		"AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
		"LAMBDA_TASK_ROOT="+e.function.Dir,
		"_HANDLER="+handlerName(e.function),
	)
}

// handlerName is the handler setting, which an executable has no other use for.
func handlerName(f *function) string { return filepath.Base(f.executable) }
