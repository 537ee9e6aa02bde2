package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/sigv4"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// controlHandler serves the control-plane API, signed with the process's key pair, and the
// pages for operators, which need no signature.
func controlHandler(service *controlplane.Service, o options, m *metrics, log *slog.Logger) (http.Handler, error) {
	api, err := wire.NewMux([]wire.Service{apigateway.Service, apigatewayv2.Service}, service.Endpoints()...)
	if err != nil {
		return nil, fmt.Errorf("bind operations: %w", err)
	}
	verifier := &sigv4.Verifier{
		Service: "apigateway",
		Secret: func(accessKey string) (string, bool) {
			return o.secretKey, accessKey == o.accessKey
		},
		Now:  time.Now,
		Skew: 5 * time.Minute,
	}
	api.Authenticate = func(r *http.Request, body []byte) error {
		_, err := verifier.Verify(r, body)
		var refusal *sigv4.Error
		if errors.As(err, &refusal) {
			log.Warn("control-plane request refused", "method", r.Method, "path", r.URL.Path, "reason", refusal.Message, "hint", "sign with --access-key and --secret-key")
			return &wire.Error{Code: refusal.Code, Status: http.StatusForbidden, Message: refusal.Message}
		}
		return err
	}
	api.OnError = func(_ *http.Request, operation string, err error) {
		log.Error("operation failed", "operation", operation, "error", err)
	}

	prometheus := m.handler()
	// Control-plane paths hold escaped slashes and dots, which an http.ServeMux would redirect.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz":
			_, _ = io.WriteString(w, "ok\n")
		case "/metrics":
			prometheus.ServeHTTP(w, r)
		default:
			api.ServeHTTP(w, r)
		}
	}), nil
}
