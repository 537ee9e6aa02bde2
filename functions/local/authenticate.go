package main

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/sigv4"
	"github.com/postern-gateway/postern/shared/wire"
)

// authenticator lets requests pass that are signed with the process's key pair, and notes in
// their context that the account itself is calling. A refusal is a *wire.Error.
func authenticator(o options, log *slog.Logger) func(r *http.Request, body []byte) error {
	verifier := &sigv4.Verifier{
		Service: "apigateway",
		Secret: func(accessKey string) (string, bool) {
			return o.secretKey, accessKey == o.accessKey
		},
		Now:  time.Now,
		Skew: 5 * time.Minute,
	}
	return func(r *http.Request, body []byte) error {
		accessKey, err := verifier.Verify(r, body)
		var refusal *sigv4.Error
		if errors.As(err, &refusal) {
			log.Warn("control-plane request refused", "method", r.Method, "path", r.URL.Path, "reason", refusal.Message, "hint", "sign with --access-key and --secret-key")
			return &wire.Error{Code: refusal.Code, Status: http.StatusForbidden, Message: refusal.Message}
		}
		if err != nil {
			return err
		}
		var info edge.Info
		if front := edge.FromContext(r.Context()); front != nil {
			info = *front
		}
		info.Caller = &edge.Caller{
			AccessKey: accessKey, AccountID: o.account, CallerID: o.account, UserID: o.account,
			UserARN: "arn:aws:iam::" + o.account + ":root",
		}
		*r = *r.WithContext(edge.NewContext(r.Context(), &info))
		return nil
	}
}

// signed serves requests without body to those whom authenticate lets pass.
func signed(h http.Handler, authenticate func(r *http.Request, body []byte) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(r.Context())
		var refusal *wire.Error
		switch err := authenticate(r, nil); {
		case err == nil:
			h.ServeHTTP(w, r)
		case errors.As(err, &refusal):
			refusal.Write(w)
		default:
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		}
	})
}
