package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/postern-gateway/postern/shared/edge"
)

func TestOnlyFromOrigin(t *testing.T) {
	failures := 1
	read := func(context.Context) (string, error) {
		if failures > 0 {
			failures--
			return "", errors.New("throttled")
		}
		return "known to CloudFront", nil
	}
	var got *http.Request
	h := onlyFromOrigin(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r }), read, slog.New(slog.DiscardHandler))
	send := func(header http.Header) int {
		got = nil
		r := httptest.NewRequest("GET", "https://abc.lambda-url.us-east-1.on.aws/pets", nil)
		r.Header = header
		r = r.WithContext(edge.NewContext(r.Context(), &edge.Info{SourceIP: "198.51.100.1", RequestID: "r"}))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	good := func() http.Header {
		return http.Header{"X-Postern-Origin": {"known to CloudFront"}, "X-Postern-Host": {"api.example.com"}, "X-Postern-Address": {"2001:db8::7"}}
	}
	if status := send(good()); status != 500 || got != nil {
		t.Errorf("while the secret cannot be read: %d", status)
	}
	for _, header := range []http.Header{{}, {"X-Postern-Origin": {""}}, {"X-Postern-Origin": {"guess"}, "X-Postern-Host": {"api.example.com"}}} {
		if status := send(header); status != 403 || got != nil {
			t.Errorf("%v: %d", header, status)
		}
	}
	if status := send(good()); status != 200 || got == nil {
		t.Fatalf("with the secret: %d", status)
	}
	if got.Host != "api.example.com" || got.RemoteAddr != "[2001:db8::7]:0" || len(got.Header) != 0 {
		t.Errorf("host %q, address %q, headers %v", got.Host, got.RemoteAddr, got.Header)
	}
	if info := edge.FromContext(got.Context()); info.SourceIP != "2001:db8::7" || info.RequestID != "r" {
		t.Errorf("%+v", info)
	}
	odd := good()
	odd.Set("X-Postern-Address", "nonsense")
	if send(odd); edge.FromContext(got.Context()).SourceIP != "198.51.100.1" {
		t.Error("an address that is none was believed")
	}
}
