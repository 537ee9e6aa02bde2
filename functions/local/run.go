package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/audit"
	v2 "github.com/postern-gateway/postern/shared/controlplane/v2"
	"github.com/postern-gateway/postern/shared/eventsource"
	"github.com/postern-gateway/postern/shared/gateway"
	"github.com/postern-gateway/postern/shared/gateway/httpapi"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/runtimeapi"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/telemetry/explain"
)

// drainTimeout bounds how long requests under way may take once the process is told to end.
const drainTimeout = 10 * time.Second

// run serves until ctx ends, then drains. It prints the line that starts with "ready" to
// stdout when both addresses answer and every --api file is live, and after it the access and
// execution logs of the stages, from many goroutines.
func run(ctx context.Context, o options, stdout io.Writer, log *slog.Logger) (err error) {
	// Both addresses are taken first: a second process on the same ports must not touch the store.
	data, err := net.Listen("tcp", o.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	defer func() { _ = data.Close() }()
	control, err := net.Listen("tcp", o.control)
	if err != nil {
		return fmt.Errorf("--control: %w", err)
	}
	defer func() { _ = control.Close() }()

	db, err := embedded.Open(o.data, embedded.Options{})
	if err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	functions, err := startFunctions(o)
	if err != nil {
		return err
	}
	defer func() {
		// The functions end after the requests that use them, which serve waits for.
		closing, cancel := context.WithTimeout(context.Background(), drainTimeout)
		defer cancel()
		err = errors.Join(err, functions.Close(closing))
	}()

	stages := gateway.NewStages(gateway.StoreSource{Reader: db}, o.region, time.Now, log)
	domains := gateway.NewDomains(gateway.StoreSource{Reader: db}, time.Now, log)
	var only atomic.Pointer[string]
	m := newMetrics()
	refusals := explain.New(explain.Limits{})
	own := &credentials{}
	services := integration.NewServiceAPI(integration.ServiceAPIConfig{Credentials: own, Region: o.region, Getenv: os.Getenv})
	router := newLambdaRouter(functions, services, own, os.Getenv)
	who, err := newAccess(o, db, log)
	if err != nil {
		return err
	}
	kept, err := newCache(o, db, log)
	if err != nil {
		return err
	}
	tokens := jwt.NewKeyring(jwt.Options{AllowLoopback: true, UserPoolEndpoint: jwt.UserPoolEndpoint(os.Getenv)})
	meter, stopMetering := startMetering(o, db, log)
	// What is leased is returned after the requests, and before the store closes.
	defer stopMetering()
	config := rest.Config{
		Limits:       meter,
		Keys:         who.keys,
		HTTP:         integration.NewHTTP(integration.HTTPConfig{AllowLoopback: true}),
		Lambda:       router,
		LambdaStream: router,
		Services:     services,
		VPCLinks:     integration.NewVPCLinks(o.vpcLinks, services, time.Now),
		UserPools:    tokens,

		ClientCertificates: gateway.NewClientCertificates(db),
		Cache:              kept,
		Observe: func(r *rest.Record) {
			m.observe(r)
			logRequest(log, r)
			remember(refusals, r)
			meter.Observe(r)
		},
		AccessLog:    stdout,
		ExecutionLog: stdout,
	}
	pipeline := rest.New(config)
	live := newWebSockets(o, config, meter.WebSockets(), m, stdout, log)
	// The sockets end after the requests, which may be handshakes, and before the functions.
	defer func() { err = errors.Join(err, live.close()) }()
	service := controlplane.New(controlplane.Config{
		Store: db, Account: o.account, Region: o.region,
		StageChanged: stages.Forget, DomainChanged: domains.Forget,
		Warn:   func(message string) { log.Warn(message) },
		Tester: gateway.Tester{Pipeline: pipeline, Region: o.region},
	})
	second := v2.New(v2.Config{Store: db, Account: o.account, Region: o.region, REST: service, StageChanged: stages.Forget})
	trail := audit.New(audit.Config{Store: db, Account: o.account, Region: o.region, Log: log})
	files := &apiFiles{service: service, trail: trail, store: db, log: log}
	byDefault := func() (string, string, bool) {
		if id := only.Load(); id != nil {
			return *id, localStage, true
		}
		return "", "", false
	}
	mux, err := controlHandler(service, second, trail, refusals, usageExport(o, db, meter, log), who, o, m, log)
	if err != nil {
		return err
	}

	for _, file := range o.apis {
		id, err := files.load(ctx, file)
		if err != nil {
			return fmt.Errorf("--api: %w", err)
		}
		if len(o.apis) == 1 {
			only.Store(&id)
		}
		log.Info("serving", "file", filepath.Base(file), "api", id, "stage", localStage)
	}
	if len(o.apis) > 0 {
		watching, stop := context.WithCancel(ctx)
		wait, err := watch(watching, o.apis, log, func(file string) { reload(watching, files, file, log) })
		if err != nil {
			stop()
			return err
		}
		defer func() { stop(); wait() }()
	}

	front := gateway.New(stages, domains, byDefault, pipeline, log)
	front.ServeWebSockets(live.pipeline)
	front.ServeHTTPAPIs(httpapi.New(httpapi.Config{
		HTTP: config.HTTP, Lambda: router, LambdaStream: router, Services: services, VPCLinks: config.VPCLinks,
		Tokens: tokens, Keys: who.keys, AccessLog: stdout, Observe: config.Observe,
		APIKeys: meter.HTTPAPIs(), Throttle: meter.HTTPAPIs(), Cache: kept,
	}))
	return serve(ctx, log,
		server{data, eventsource.NetHTTP(front)},
		server{control, eventsource.NetHTTP(mux)},
		func() {
			_, _ = fmt.Fprintf(stdout, "ready: data plane on http://%s, control plane on http://%s\n", data.Addr(), control.Addr())
		})
}

func startFunctions(o options) (*runtimeapi.Server, error) {
	var list []runtimeapi.Function
	if o.functions != "" {
		var err error
		if list, err = runtimeapi.Load(o.functions); err != nil {
			return nil, fmt.Errorf("--functions: %w", err)
		}
	}
	s, err := runtimeapi.New(runtimeapi.Config{Account: o.account, Region: o.region, Log: os.Stderr, Environ: os.Environ()}, list...)
	if err != nil {
		return nil, fmt.Errorf("--functions %s: %w", o.functions, err)
	}
	return s, nil
}

// reload makes a saved file live. What cannot be imported or deployed leaves the stage as it was.
func reload(ctx context.Context, files *apiFiles, file string, log *slog.Logger) {
	start := time.Now()
	id, err := files.load(ctx, file)
	if err != nil {
		if ctx.Err() == nil {
			log.Error("not reloaded, the last good version is still served", "file", file, "error", err)
		}
		return
	}
	log.Info("reloaded", "file", filepath.Base(file), "api", id, "took", time.Since(start).Round(time.Millisecond))
}

func logRequest(log *slog.Logger, r *rest.Record) {
	attrs := []any{"method", r.HTTPMethod, "path", r.Path, "status", r.Status, "took", r.ResponseLatency.Round(10 * time.Microsecond)}
	if r.ResponseType != "" {
		attrs = append(attrs, "type", r.ResponseType)
	}
	if r.Reason != "" {
		attrs = append(attrs, "reason", r.Reason)
	}
	log.Info("request", attrs...)
}

// server is an address and who answers on it.
type server struct {
	listener net.Listener
	handler  http.Handler
}
