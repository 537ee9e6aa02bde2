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
	"github.com/postern-gateway/postern/shared/eventsource"
	"github.com/postern-gateway/postern/shared/gateway"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/integration"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	s, err := readSettings(os.Getenv)
	if err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	handler, err := wire(context.Background(), s, log)
	if err != nil {
		log.Error("start", "error", err)
		os.Exit(1)
	}
	lambda.Start(eventsource.Lambda(handler, eventsource.Options{Buffered: s.buffered, StreamREST: s.streamREST, Logger: log}))
}

// wire puts the data plane together.
func wire(ctx context.Context, s settings, log *slog.Logger) (http.Handler, error) {
	cfg := &awsConfig{}
	var source gateway.Layered
	var byDefault gateway.Default
	var domains *gateway.Domains
	var keys rest.Keys
	var certificates rest.ClientCertificates
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
			return nil, err
		}
		source = append(source, gateway.StoreSource{Reader: table})
		certificates = gateway.NewClientCertificates(table)
		domains = gateway.NewDomains(gateway.StoreSource{Reader: table}, time.Now, log)
		keys = accessKeys(s, cfg, table, log)
	}
	links, err := integration.ParseVPCLinks(s.vpcLinks)
	if err != nil {
		return nil, fmt.Errorf("POSTERN_VPC_LINKS: %w", err)
	}
	services := integration.NewServiceAPI(integration.ServiceAPIConfig{Credentials: cfg, Region: s.region, Getenv: os.Getenv})
	functions := integration.NewLambdaAPI(integration.LambdaAPIConfig{Credentials: cfg, Roles: services, Endpoint: s.lambdaEndpoint})
	pipeline := rest.New(rest.Config{
		Keys:         keys,
		HTTP:         integration.NewHTTP(integration.HTTPConfig{AllowLoopback: s.allowLoopback}),
		Lambda:       functions,
		LambdaStream: functions,
		Services:     services,
		VPCLinks:     integration.NewVPCLinks(links, services, time.Now),
		UserPools:    jwt.NewKeyring(jwt.Options{AllowLoopback: s.allowLoopback, UserPoolEndpoint: jwt.UserPoolEndpoint(os.Getenv)}),

		ClientCertificates: certificates,
		// Lambda passes what the function prints on to its log group, line by line.
		AccessLog:    os.Stdout,
		ExecutionLog: os.Stdout,
		Observe:      func(r *rest.Record) { logRefusal(log, r) },
	})
	return gateway.New(gateway.NewStages(source, s.region, time.Now, log), domains, byDefault, pipeline, log), nil
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
	log.Log(context.Background(), level, "request refused", "requestId", r.RequestID, "api", r.APIID, "stage", r.Stage,
		"method", r.HTTPMethod, "path", r.Path, "status", r.Status, "type", r.ResponseType, "phase", r.Phase, "reason", r.Reason,
		"statement", r.Statement, "principal", r.Principal, "apiKeyId", r.APIKeyID)
}
