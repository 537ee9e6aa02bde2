package rest

import (
	"net/http"
	"testing"

	"github.com/postern-gateway/postern/shared/cache"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// BenchmarkMetered is the whole way of a request to a MOCK: plain, with key, plan and throttles of key
// and method, and with a hit in the stage's cache as well.
func BenchmarkMetered(b *testing.B) {
	rate, burst := 1e9, 1_000_000_000
	for _, c := range []struct {
		name          string
		keyed, cached bool
	}{{"plain", false, false}, {"key, plan and throttles", true, false}, {"key, plan, throttles and cache hit", true, true}} {
		b.Run(c.name, func(b *testing.B) {
			_, configure := metered(b, `,"throttle":{"/pets/{id}/GET":{"rateLimit":1e9,"burstLimit":1000000000}}}],"throttle":{"rateLimit":1e9,"burstLimit":1000000000},"quota":{"limit":2000000000,"offset":0,"period":"DAY"}`, enabledKey)
			method := mock("/pets/{id}", "GET")
			method.APIKeyRequired = c.keyed
			f := fixture{methods: []snapshot.Method{method}, document: func(s *snapshot.Stage) {
				setting := snapshot.MethodSetting{Caching: c.cached, CacheTTLSeconds: 300}
				if c.keyed {
					setting.RateLimit, setting.BurstLimit = &rate, &burst
				}
				if c.cached {
					s.Cache = &snapshot.StageCache{Bytes: 1 << 29}
				}
				s.MethodSettings = map[string]snapshot.MethodSetting{"*/*": setting}
			}}
			var config Config
			if c.keyed {
				configure(&config)
			}
			if c.cached {
				config.Cache = cache.New(cache.Config{})
			}
			s, p := f.stage(b), New(config)
			r := benchmarkRequest("GET", "/pets/7")
			r.Header.Set("X-Api-Key", testKey)
			t := target("/pets/7")
			w := &status{discard: discard{header: http.Header{}}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				p.Serve(w, r, s, t)
			}
			if w.code != http.StatusOK {
				b.Fatal(w.code)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

// status remembers the last status.
type status struct {
	discard
	code int
}

func (s *status) WriteHeader(code int) { s.code = code }
