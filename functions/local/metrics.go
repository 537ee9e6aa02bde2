package main

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// metrics counts what the data plane serves, for /metrics.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	backend  *prometheus.HistogramVec
	cache    *prometheus.CounterVec
	events   *prometheus.CounterVec
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
	m.cache = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "postern_cache_requests_total", Help: "Requests that a stage's cache was asked about, by API, stage and whether it was a hit, a miss or a refresh.",
	}, []string{"api", "stage", "result"})
	m.events = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "postern_websocket_events_total", Help: "Handshakes, messages and disconnects of WebSocket APIs, by outcome.",
	}, []string{"api", "stage", "event", "outcome"})
	m.registry.MustRegister(m.requests, m.latency, m.backend, m.cache, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(r *rest.Record) {
	m.requests.WithLabelValues(r.APIID, r.Stage, strconv.Itoa(r.Status)).Inc()
	m.latency.WithLabelValues(r.APIID, r.Stage).Observe(r.ResponseLatency.Seconds())
	if r.Cache != "" {
		m.cache.WithLabelValues(r.APIID, r.Stage, r.Cache).Inc()
	}
	if r.IntegrationLatency > 0 {
		m.backend.WithLabelValues(r.APIID, r.Stage).Observe(r.IntegrationLatency.Seconds())
	}
}

// countSockets shows how many WebSocket connections are open.
func (m *metrics) countSockets(open func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "postern_websocket_connections", Help: "Open WebSocket connections.",
	}, func() float64 { return float64(open()) }), m.events)
}

// observeSocket counts the events of WebSocket connections.
func (m *metrics) observeSocket(r *websocket.Record) {
	outcome := "ok"
	if r.Reason != "" {
		outcome = "refused"
	}
	m.events.WithLabelValues(r.APIID, r.Stage, r.EventType, outcome).Inc()
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
