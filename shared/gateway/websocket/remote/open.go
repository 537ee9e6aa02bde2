package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/gateway"
	"github.com/postern-gateway/postern/shared/gateway/metered"
	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
)

// Open puts a Function together from environment variables: POSTERN_TABLE (the table of definitions
// and connections), POSTERN_SECRET_KEY, POSTERN_VPC_LINKS and POSTERN_ALLOW_LOOPBACK, which mean
// what they do to the proxy, AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI and AWS_ENDPOINT_URL_LAMBDA.
// Access logs go to accessLog.
func Open(ctx context.Context, getenv func(string) string, accessLog io.Writer, log *slog.Logger) (*Function, error) {
	table, region := getenv("POSTERN_TABLE"), cmp.Or(getenv("AWS_REGION"), "us-east-1")
	links, err := integration.ParseVPCLinks(getenv("POSTERN_VPC_LINKS"))
	secret, loopback := getenv("POSTERN_SECRET_KEY"), getenv("POSTERN_ALLOW_LOOPBACK")
	var faults []error
	if err != nil {
		faults = append(faults, fmt.Errorf("POSTERN_VPC_LINKS: %w", err))
	}
	if table == "" {
		faults = append(faults, errors.New("POSTERN_TABLE is not set: it names the table of definitions and connections"))
	}
	if loopback != "" && loopback != "true" && loopback != "false" {
		faults = append(faults, fmt.Errorf("POSTERN_ALLOW_LOOPBACK is %q: it must be true or false", loopback))
	}
	if secret != "" {
		if err := accesskey.CheckMasterKey(secret); err != nil {
			faults = append(faults, fmt.Errorf("POSTERN_SECRET_KEY: %w", err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	rows := dynamodb.New(client.NewFromConfig(cfg), table, dynamodb.Options{})
	keys := accesskey.CacheConfig{Store: rows, Log: log}
	if secret != "" {
		secrets := accesskey.AWSSecrets{Credentials: cfg.Credentials, Region: region, Endpoints: accesskey.EndpointsOf(getenv)}
		keys.Cipher = accesskey.NewCipher(func(ctx context.Context) ([]byte, error) { return secrets.MasterKey(ctx, secret) })
	}
	services := integration.NewServiceAPI(integration.ServiceAPIConfig{Credentials: cfg.Credentials, Region: region, Getenv: getenv})
	meter := metered.New(metered.Config{Store: rows, Log: log})
	transport, connections := NewManagement(cfg.Credentials, region), Rows{rows}
	pipeline := websocket.New(websocket.Config{
		HTTP:     integration.NewHTTP(integration.HTTPConfig{AllowLoopback: loopback == "true"}),
		Lambda:   integration.NewLambdaAPI(integration.LambdaAPIConfig{Credentials: cfg.Credentials, Roles: services, Endpoint: cmp.Or(getenv("AWS_ENDPOINT_URL_LAMBDA"), getenv("AWS_ENDPOINT_URL"))}),
		Services: services, VPCLinks: integration.NewVPCLinks(links, services, time.Now),
		Keys: accesskey.NewCache(keys), Metering: meter.WebSockets(), Transport: transport, Connections: connections,
		AccessLog: accessLog,
		Observe:   func(r *websocket.Record) { logRefusal(log, r) },
	})
	return &Function{
		Meter: meter, tended: time.Now(),
		Stages:   gateway.WebSocketStages{Stages: gateway.NewStages(gateway.StoreSource{Reader: rows}, region, time.Now, log)},
		Pipeline: pipeline, Connections: connections, Transport: transport, Region: region,
		Endpoint: strings.TrimRight(getenv("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"), "/"), Log: log,
	}, nil
}

// logRefusal tells why an event was refused or failed, which the client is not told.
func logRefusal(log *slog.Logger, r *websocket.Record) {
	if r.Reason == "" {
		return
	}
	log.Warn("event refused", "requestId", r.RequestID, "api", r.APIID, "stage", r.Stage, "event", r.EventType, "route", r.RouteKey,
		"connection", r.ConnectionID, "status", r.Status, "type", r.ResponseType, "phase", r.Phase, "reason", r.Reason, "statement", r.Statement)
}
