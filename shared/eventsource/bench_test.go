package eventsource_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/postern-gateway/postern/shared/eventsource"
)

// BenchmarkFunctionURL is one event through decoding, handler and streamed answer.
func BenchmarkFunctionURL(b *testing.B) { benchmark(b, "../../events/url-get.json") }

// BenchmarkREST is the same with a buffered answer.
func BenchmarkREST(b *testing.B) { benchmark(b, "../../events/rest-1.0.json") }

func benchmark(b *testing.B, file string) {
	payload, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(`{"status":"ok"}`)
	invoke := eventsource.Lambda(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}), quiet(eventsource.Options{}))
	b.ReportAllocs()
	for b.Loop() {
		answer, err := invoke(context.Background(), payload)
		if err != nil {
			b.Fatal(err)
		}
		if stream, ok := answer.(io.Reader); ok {
			if _, err := io.Copy(io.Discard, stream); err != nil {
				b.Fatal(err)
			}
		}
	}
}
