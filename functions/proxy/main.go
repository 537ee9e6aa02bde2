// Command proxy is the data plane of REST and HTTP APIs as a Lambda function. It serves what
// was baked into its asset and what the control plane deployed to the table.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/cache"
	"github.com/postern-gateway/postern/shared/eventsource"
	"github.com/postern-gateway/postern/shared/gateway"
	"github.com/postern-gateway/postern/shared/gateway/httpapi"
	"github.com/postern-gateway/postern/shared/gateway/metered"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/gateway/websocket/remote"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/metering"
	"github.com/postern-gateway/postern/shared/metering/usageplan"
	"github.com/postern-gateway/postern/shared/telemetry/metrics"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	s, err := readSettings(os.Getenv)
	if err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	handler, closing, err := wire(context.Background(), s, log)
	if err != nil {
		log.Error("start", "error", err)
		os.Exit(1)
	}
	if s.originSecret != "" {
		handler = fromCloudFront(handler, s, log)
	}
	lambda.StartWithOptions(eventsource.Lambda(handler, eventsource.Options{Buffered: s.buffered, StreamREST: s.streamREST, Logger: log}),
		// Lambda ends an environment with SIGTERM and half a second only if an extension is there.
		lambda.WithEnableSIGTERM(closing))
}

// shutdownTime is less than the half second that Lambda leaves.
const shutdownTime = 400 * time.Millisecond

// wire puts the data plane together. closing ends it: it returns what is leased of limits and writes
// the counts that wait.
func wire(ctx context.Context, s settings, log *slog.Logger) (handler http.Handler, closing func(), err error) {
	cfg := &awsConfig{}
	numbers := metrics.New(os.Stdout, metrics.Options{OnError: func(err error) { log.Error("write metrics", "error", err) }})
	var source gateway.Layered
	var byDefault gateway.Default
	var domains *gateway.Domains
	var keys rest.Keys
	var certificates rest.ClientCertificates
	var shared cache.Store
	var meter *metered.Metering
	var rows remote.Store
	if s.apis != "" {
		baked := gateway.BakedSource{FS: os.DirFS(s.apis)}
		source = append(source, baked)
		// Looked up once: the asset of a function does not change.
		apiID, stage, only := baked.Only()
		byDefault = func() (string, string, bool) { return apiID, stage, only }
	}
	if s.table != "" {
		table, err := openTable(ctx, cfg, s.table)
		if err != nil {
			return nil, nil, err
		}
		rows = table
		source = append(source, gateway.StoreSource{Reader: table})
		certificates = gateway.NewClientCertificates(table)
		domains = gateway.NewDomains(gateway.StoreSource{Reader: table}, time.Now, log)
		keys = accessKeys(s, cfg, table, log)
		shared = table
		counters, err := openCounters(ctx, cfg, s.table)
		if err != nil {
			return nil, nil, err
		}
		account, err := usageplan.ParseLimit(s.accountLimit)
		if err != nil {
			return nil, nil, fmt.Errorf("POSTERN_ACCOUNT_THROTTLE: %w", err)
		}
		meter = metered.New(metered.Config{Store: table, Counters: counters, Account: account, Timeout: s.meteringTimeout, Log: log, OnEvent: countFailures(numbers)})
	}
	links, err := integration.ParseVPCLinks(s.vpcLinks)
	if err != nil {
		return nil, nil, fmt.Errorf("POSTERN_VPC_LINKS: %w", err)
	}
	services := integration.NewServiceAPI(integration.ServiceAPIConfig{Credentials: cfg, Region: s.region, Getenv: os.Getenv})
	functions := integration.NewLambdaAPI(integration.LambdaAPIConfig{Credentials: cfg, Roles: services, Endpoint: s.lambdaEndpoint})
	tokens := jwt.NewKeyring(jwt.Options{AllowLoopback: s.allowLoopback, UserPoolEndpoint: jwt.UserPoolEndpoint(os.Getenv)})
	config := rest.Config{
		Keys:         keys,
		HTTP:         integration.NewHTTP(integration.HTTPConfig{AllowLoopback: s.allowLoopback}),
		Lambda:       functions,
		LambdaStream: functions,
		Services:     services,
		VPCLinks:     integration.NewVPCLinks(links, services, time.Now),
		UserPools:    tokens,

		ClientCertificates: certificates,
		Cache:              cache.New(cache.Config{Store: shared, Cipher: cacheCipher(s, cfg), MemoryBytes: s.cacheMemory, Log: log}),
		// Lambda passes what the function prints on to its log group, line by line.
		AccessLog:    os.Stdout,
		ExecutionLog: os.Stdout,
		Observe:      observe(numbers, log),
	}
	apis := httpapi.Config{
		HTTP: config.HTTP, Lambda: functions, LambdaStream: functions, Services: services, VPCLinks: config.VPCLinks,
		Tokens: tokens, Keys: keys, MappingKeyInPath: s.mappingKeyInPath, AccessLog: config.AccessLog, Observe: config.Observe,
		Cache: config.Cache,
	}
	if meter != nil {
		config.Limits, apis.APIKeys, apis.Throttle = meter, meter.HTTPAPIs(), meter.HTTPAPIs()
		observed := config.Observe
		config.Observe = func(r *rest.Record) {
			observed(r)
			meter.Observe(r)
		}
		apis.Observe = config.Observe
	}
	front := gateway.New(gateway.NewStages(source, s.region, time.Now, log), domains, byDefault, rest.New(config), log)
	front.ServeHTTPAPIs(httpapi.New(apis))
	if rows != nil {
		front.ServeWebSockets(managementOnly(rows, cfg, s.region, keys))
	}
	if meter == nil {
		return front, func() {}, nil
	}
	return meter.Handler(front), func() {
		ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
		defer cancel()
		meter.Close(ctx)
	}, nil
}

// observe writes a finished request's metrics, and why it was refused if it was.
func observe(numbers *metrics.Emitter, log *slog.Logger) func(*rest.Record) {
	return func(r *rest.Record) {
		numbers.Observe(&metrics.Request{
			RESTName: r.RESTName, APIID: r.APIID, Stage: r.Stage, Detailed: r.DetailedMetrics, Method: r.HTTPMethod, Resource: r.ResourcePath,
			Status: r.Status, Latency: r.ResponseLatency, IntegrationLatency: r.IntegrationLatency, Integrated: r.IntegrationLatency > 0,
			Bytes: r.RequestBytes + r.ResponseBytes, Cache: r.Cache, Refusal: string(r.ResponseType), RequestID: r.RequestID, TraceID: r.TraceID,
		})
		logRefusal(log, r)
	}
}

// countFailures makes metrics of what metering tells of its failures.
func countFailures(numbers *metrics.Emitter) func(metering.Event) {
	names := map[metering.Kind]string{
		metering.StoreFailed: "LeaseErrors", metering.ThrottledLocally: "LocalThrottleCount", metering.QuotaUnchecked: "UncheckedQuotaCount",
		metering.QuotaClosed: "ClosedQuotaCount", metering.UsageLost: "LostUsageCount",
	}
	return func(e metering.Event) { numbers.Count(names[e.Kind], float64(e.Count)) }
}

// logRefusal tells why a request was refused or failed, which the client is not told.
func logRefusal(log *slog.Logger, r *rest.Record) {
	if r.Reason == "" {
		return
	}
	level := slog.LevelInfo
	if r.Status >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	log.Log(context.Background(), level, "request refused", "requestId", r.RequestID, "xrayTraceId", r.TraceID, "api", r.APIID, "stage", r.Stage,
		"method", r.HTTPMethod, "path", r.Path, "status", r.Status, "type", r.ResponseType, "phase", r.Phase, "reason", r.Reason,
		"statement", r.Statement, "principal", r.Principal, "apiKeyId", r.APIKeyID)
}
