package main

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/postern-gateway/postern/shared/gateway/rest"
)

// metrics counts what the data plane serves, for /metrics.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	backend  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "postern_requests_total", Help: "Requests served, by API, stage and status.",
		}, []string{"api", "stage", "status"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "postern_latency_seconds", Help: "Time from a request's arrival to the end of its answer.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 16),
		}, []string{"api", "stage"}),
		backend: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "postern_integration_latency_seconds", Help: "Time that the backend took to answer.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 16),
		}, []string{"api", "stage"}),
	}
	m.registry.MustRegister(m.requests, m.latency, m.backend, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(r *rest.Record) {
	m.requests.WithLabelValues(r.APIID, r.Stage, strconv.Itoa(r.Status)).Inc()
	m.latency.WithLabelValues(r.APIID, r.Stage).Observe(r.ResponseLatency.Seconds())
	if r.IntegrationLatency > 0 {
		m.backend.WithLabelValues(r.APIID, r.Stage).Observe(r.IntegrationLatency.Seconds())
	}
}

// countAuditFailures shows how many audit records could not be written.
func (m *metrics) countAuditFailures(failures func() int64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "postern_audit_failures_total", Help: "Operations that are missing in the audit trail because it could not be written.",
	}, func() float64 { return float64(failures()) }))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
