package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// uploadTimeout is how long a client may take for a whole request, whose body has 10 MB at most: one
// that stops in the middle would otherwise hold its connection for ever. Answers may take longer.
const uploadTimeout = 5 * time.Minute

// serve answers on both addresses until ctx ends or one of them fails, then lets requests
// under way finish. It calls ready once both accept connections.
func serve(ctx context.Context, log *slog.Logger, data, control server, ready func()) error {
	failed := make(chan error, 2)
	var servers []*http.Server
	for _, s := range []server{data, control} {
		protocols := new(http.Protocols)
		protocols.SetHTTP1(true)
		protocols.SetUnencryptedHTTP2(true)
		h := &http.Server{
			Handler:           s.handler,
			Protocols:         protocols,
			ReadHeaderTimeout: 10 * time.Second,
			ReadTimeout:       uploadTimeout,
			IdleTimeout:       2 * time.Minute,
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		}
		servers = append(servers, h)
		go func() {
			if err := h.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serve %s: %w", s.listener.Addr(), err)
			}
		}()
	}
	ready()

	var failure error
	select {
	case <-ctx.Done():
		log.Info("draining", "at most", drainTimeout)
	case failure = <-failed:
	}
	drain, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	results := make(chan error, len(servers))
	for _, h := range servers {
		go func() {
			err := h.Shutdown(drain)
			if err != nil {
				_ = h.Close()
				err = fmt.Errorf("requests were still under way after %s: %w", drainTimeout, err)
			}
			results <- err
		}()
	}
	for range servers {
		failure = errors.Join(failure, <-results)
	}
	return failure
}
