package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"
)

// Config is what all functions of a server share.
type Config struct {
	Account string    // 12 digits, for ARNs; 123456789012 when empty
	Region  string    // us-east-1 when empty
	Log     io.Writer // lines that functions print, each after its environment's name; nil discards them

	// Environ is the base of every function's environment, as name=value; nil
	// means that of the server's own process.
	Environ []string
}

// Server runs functions. Its methods may be called from many goroutines.
type Server struct {
	config  Config
	log     *logger
	spawner *spawner
	pools   map[string]*pool

	// Limits that tests shorten.
	initTimeout  time.Duration
	queueTimeout time.Duration

	children sync.WaitGroup // environments, from their start until their process is gone
	stopped  chan struct{}  // closed when environments have to end

	mu      sync.Mutex
	running int           // invocations
	idle    chan struct{} // closed when a closing server has no invocation left
	closing bool
	gone    chan struct{} // closed when Close has finished
}

// New checks the functions and returns a server for them. No process is started
// until its function is invoked. The error names every function and field that
// is wrong.
func New(config Config, functions ...Function) (*Server, error) {
	if config.Account == "" {
		config.Account = "123456789012"
	}
	if config.Region == "" {
		config.Region = "us-east-1"
	}
	if config.Log == nil {
		config.Log = io.Discard
	}
	if config.Environ == nil {
		config.Environ = os.Environ()
	}
	s := &Server{
		config:       config,
		log:          &logger{w: config.Log},
		pools:        make(map[string]*pool, len(functions)),
		initTimeout:  initTimeout,
		queueTimeout: queueTimeout,
		stopped:      make(chan struct{}),
		idle:         make(chan struct{}),
		gone:         make(chan struct{}),
	}
	var faults []error
	for _, f := range functions {
		resolved, err := resolve(f)
		if err != nil {
			faults = append(faults, err)
		} else if s.pools[f.Name] != nil {
			faults = append(faults, fmt.Errorf("function %q: name: defined twice", f.Name))
		} else {
			s.pools[f.Name] = newPool(s, resolved)
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	s.spawner = newSpawner()
	return s, nil
}

// Has reports whether a name or ARN, with or without a qualifier, means one of
// the server's functions.
func (s *Server) Has(function string) bool {
	ref, err := s.parseReference(function, "")
	return err == nil && s.pools[ref.name] != nil
}

// Functions returns the names of the functions in alphabetical order.
func (s *Server) Functions() []string {
	names := make([]string, 0, len(s.pools))
	for name := range s.pools {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// begin counts an invocation in; false means that the server is closing.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.running++
	return true
}

func (s *Server) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	if s.closing && s.running == 0 {
		close(s.idle)
	}
}

// Close refuses new invocations, waits until those that run have ended or ctx
// ends, and stops every environment: SIGTERM, and SIGKILL after 2 s. It returns
// when no child is left, with the context's error if invocations were cut off.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		<-s.gone
		return nil
	}
	s.closing = true
	if s.running == 0 {
		close(s.idle)
	}
	s.mu.Unlock()

	var cut error
	select {
	case <-s.idle:
	case <-ctx.Done():
		cut = fmt.Errorf("wait for running invocations: %w", ctx.Err())
	}
	for _, p := range s.pools {
		p.close()
	}
	close(s.stopped)
	s.children.Wait()
	s.spawner.close()
	close(s.gone)
	return cut
}
