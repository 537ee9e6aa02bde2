package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync"

	"github.com/postern-gateway/postern/shared/controlplane/usagecsv"
	"github.com/postern-gateway/postern/shared/gateway/metered"
)

// startMetering meters until stop is called, which returns what is leased and writes what waits.
func startMetering(o options, db metered.Store, log *slog.Logger) (m *metered.Metering, stop func()) {
	m = metered.New(metered.Config{Store: db, Account: o.accountLimit, Log: log})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { m.Run(ctx) })
	return m, func() {
		cancel()
		running.Wait()
		closing, done := context.WithTimeout(context.Background(), drainTimeout)
		defer done()
		m.Close(closing)
	}
}

// usageExport serves what API keys used, this process's latest requests included.
func usageExport(o options, db metered.Store, m *metered.Metering, log *slog.Logger) http.Handler {
	return usagecsv.New(usagecsv.Config{Store: db, Prices: o.prices, Log: log, Flush: m.FlushStatistics})
}
