package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/edge"
)

// What CloudFront shows to the proxy: a secret that nobody else knows, the host that the client named
// (a function URL accepts no host but its own), and the client's address. The last two are believed
// because of the first (security and operations spec, 2).
const (
	originSecretHeader  = "X-Postern-Origin"
	originHostHeader    = "X-Postern-Host"
	originAddressHeader = "X-Postern-Address"
)

// fromCloudFront lets the distribution alone reach the handler.
func fromCloudFront(next http.Handler, s settings, log *slog.Logger) http.Handler {
	secrets := accesskey.AWSSecrets{Credentials: &awsConfig{}, Region: s.region, Endpoints: accesskey.EndpointsOf(os.Getenv)}
	return onlyFromOrigin(next, func(ctx context.Context) (string, error) { return secrets.Secret(ctx, s.originSecret) }, log)
}

// onlyFromOrigin serves requests that show the secret and refuses all others. The secret is read when
// a request first needs it.
func onlyFromOrigin(next http.Handler, read func(context.Context) (string, error), log *slog.Logger) http.Handler {
	var secret lazy[[sha256.Size]byte]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		want, err := secret.get(func() ([sha256.Size]byte, error) {
			text, err := read(context.WithoutCancel(r.Context()))
			if err == nil && text == "" {
				err = fmt.Errorf("the secret is empty")
			}
			return sha256.Sum256([]byte(text)), err
		})
		if err != nil {
			log.ErrorContext(r.Context(), "read the origin's secret", "error", err)
			refuse(w, http.StatusInternalServerError, `{"message":"Internal server error"}`)
			return
		}
		// Digests, so that neither length nor content of the secret shows in the time.
		shown := sha256.Sum256([]byte(r.Header.Get(originSecretHeader)))
		if subtle.ConstantTimeCompare(shown[:], want[:]) != 1 {
			refuse(w, http.StatusForbidden, `{"message":"Forbidden"}`)
			return
		}
		next.ServeHTTP(w, fromOrigin(r))
	})
}

// fromOrigin is the request as the client made it.
func fromOrigin(r *http.Request) *http.Request {
	host, address := r.Header.Get(originHostHeader), r.Header.Get(originAddressHeader)
	for _, name := range []string{originSecretHeader, originHostHeader, originAddressHeader} {
		r.Header.Del(name)
	}
	if host != "" {
		r.Host = host
	}
	if net.ParseIP(address) == nil {
		return r
	}
	info := edge.FromContext(r.Context())
	if info == nil {
		return r
	}
	own := *info
	own.SourceIP = address
	r = r.WithContext(edge.NewContext(r.Context(), &own))
	r.RemoteAddr = net.JoinHostPort(address, "0")
	return r
}

func refuse(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}
