package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/audit"
	"github.com/postern-gateway/postern/shared/controlplane/iam"
	"github.com/postern-gateway/postern/shared/controlplane/usagecsv"
	v2 "github.com/postern-gateway/postern/shared/controlplane/v2"
	"github.com/postern-gateway/postern/shared/telemetry/explain"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// controlHandler serves the control-plane API, the operations on users and access keys, the audit
// trail and the reasons of refusals, signed with the process's key pair or a user's unless
// --no-auth says otherwise, and the pages for operators, which need no signature.
func controlHandler(service *controlplane.Service, second *v2.Service, trail *audit.Trail, refusals *explain.Memory, export http.Handler, who *access, o options, m *metrics, log *slog.Logger) (http.Handler, error) {
	mux, err := wire.NewMux([]wire.Service{apigateway.Service, apigatewayv2.Service}, append(service.Endpoints(), second.Endpoints()...)...)
	if err != nil {
		return nil, fmt.Errorf("bind operations: %w", err)
	}
	mux.OnError = func(_ *http.Request, operation string, err error) {
		log.Error("operation failed", "operation", operation, "error", err)
	}
	api, records, reasons := trail.Attach(mux), trail.Handler(), refusals.Handler()
	if o.noAuth {
		log.Warn("--no-auth: control-plane requests are not authenticated, whoever reaches the address may change everything", "address", o.control)
	} else {
		mux.Authenticate = who.gate.Authenticate
		records, reasons, export = who.gate.Handler(records), who.gate.Handler(reasons), who.gate.Handler(export)
	}
	m.countAuditFailures(trail.Failures)

	prometheus := m.handler()
	// Control-plane paths hold escaped slashes and dots, which an http.ServeMux would redirect.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if iam.IsQuery(r) {
			who.iam.ServeHTTP(w, r)
			return
		}
		switch r.URL.Path {
		case "/healthz":
			_, _ = io.WriteString(w, "ok\n")
		case "/metrics":
			prometheus.ServeHTTP(w, r)
		case audit.Path:
			records.ServeHTTP(w, r)
		case usagecsv.Path:
			export.ServeHTTP(w, r)
		case explain.Path:
			reasons.ServeHTTP(w, r)
		default:
			api.ServeHTTP(w, r)
		}
	}), nil
}
