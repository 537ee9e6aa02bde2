// Command controlplane is the control-plane API as a Lambda function. POSTERN_CONTROL_AUTH says who
// verifies callers: with "iam-url", the default, the function URL in front has AWS_IAM and AWS has
// verified every caller before the function runs; with "signature" the function URL has no
// authorization, and the function verifies the signatures of stock AWS clients itself.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/audit"
	"github.com/postern-gateway/postern/shared/controlplane/iam"
	"github.com/postern-gateway/postern/shared/controlplane/usagecsv"
	v2 "github.com/postern-gateway/postern/shared/controlplane/v2"
	"github.com/postern-gateway/postern/shared/eventsource"
	"github.com/postern-gateway/postern/shared/gateway"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	s, err := readSettings(os.Getenv)
	if err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	handler, err := newHandler(context.Background(), s, log)
	if err != nil {
		log.Error("start", "error", err)
		os.Exit(1)
	}
	lambda.Start(withCustomResource(eventsource.Lambda(handler, eventsource.Options{Buffered: s.buffered, Logger: log}),
		newCustomResource(s, os.Getenv, log)))
}

// settings are the function's environment variables.
type settings struct {
	// table is POSTERN_TABLE.
	table string
	// account is POSTERN_ACCOUNT, the account that ARNs and messages name.
	account string
	region  string
	// buffered is POSTERN_INVOKE_MODE=BUFFERED: the function URL does not stream.
	buffered bool
	// lambdaEndpoint is AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL; test invocations use it.
	lambdaEndpoint string

	// prices is POSTERN_PRICES, the price table of /usage.csv: a JSON document, or a file that has it.
	prices string

	// auth is POSTERN_CONTROL_AUTH.
	auth string
	// secretKey is POSTERN_SECRET_KEY, the setting of the key that seals the secrets of access
	// keys (accesskey.AWSSecrets.MasterKey). Without it there are no operations on users.
	secretKey string
	// adminAccessKey is POSTERN_ADMIN_ACCESS_KEY, the key pair of the account's root; its secret
	// is POSTERN_ADMIN_SECRET_KEY, or in Secrets Manager under POSTERN_ADMIN_SECRET_ARN.
	adminAccessKey, adminSecretKey, adminSecretARN string
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

func readSettings(getenv func(string) string) (settings, error) {
	s := settings{
		table: getenv("POSTERN_TABLE"), account: getenv("POSTERN_ACCOUNT"), region: getenv("AWS_REGION"),
		lambdaEndpoint: cmp.Or(getenv("AWS_ENDPOINT_URL_LAMBDA"), getenv("AWS_ENDPOINT_URL")),
	}
	var faults []error
	if s.table == "" {
		faults = append(faults, errors.New("POSTERN_TABLE is not set: it names the DynamoDB table of definitions"))
	}
	if !accountID.MatchString(s.account) {
		faults = append(faults, fmt.Errorf("POSTERN_ACCOUNT is %q: it must be the account id of 12 digits", s.account))
	}
	switch v := getenv("POSTERN_INVOKE_MODE"); v {
	case "", "RESPONSE_STREAM":
	case "BUFFERED":
		s.buffered = true
	default:
		faults = append(faults, fmt.Errorf("POSTERN_INVOKE_MODE is %q: it must be RESPONSE_STREAM or BUFFERED", v))
	}
	if s.region == "" {
		s.region = "us-east-1"
	}
	s.prices = getenv("POSTERN_PRICES")
	if _, err := usagecsv.LoadPrices(s.prices); err != nil {
		faults = append(faults, fmt.Errorf("POSTERN_PRICES: %w", err))
	}
	faults = append(faults, s.readAccess(getenv))
	return s, errors.Join(faults...)
}

func newHandler(ctx context.Context, s settings, log *slog.Logger) (http.Handler, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	db := dynamodb.New(client.NewFromConfig(cfg), s.table, dynamodb.Options{})
	services := integration.NewServiceAPI(integration.ServiceAPIConfig{Credentials: cfg.Credentials, Region: s.region, Getenv: os.Getenv})
	pipeline := rest.New(rest.Config{
		HTTP:     integration.NewHTTP(integration.HTTPConfig{}),
		Lambda:   integration.NewLambdaAPI(integration.LambdaAPIConfig{Credentials: cfg.Credentials, Roles: services, Endpoint: s.lambdaEndpoint}),
		Services: services,
		VPCLinks: integration.NewVPCLinks(nil, services, time.Now),

		ClientCertificates: gateway.NewClientCertificates(db),
	})
	service := controlplane.New(controlplane.Config{
		Store: db, Account: s.account, Region: s.region,
		Tester: gateway.Tester{Pipeline: pipeline, Region: s.region},
		Warn:   func(message string) { log.Warn(message) },
	})
	second := v2.New(v2.Config{Store: db, Account: s.account, Region: s.region, REST: service})
	mux, err := wire.NewMux([]wire.Service{apigateway.Service, apigatewayv2.Service}, append(service.Endpoints(), second.Endpoints()...)...)
	if err != nil {
		return nil, fmt.Errorf("bind operations: %w", err)
	}
	mux.OnError = func(r *http.Request, operation string, err error) {
		log.ErrorContext(r.Context(), "operation failed", "operation", operation, "error", err)
	}
	who := newAccess(s, db, cfg, log)
	mux.Authenticate = who.gate.Authenticate
	prices, err := usagecsv.LoadPrices(s.prices)
	if err != nil {
		return nil, fmt.Errorf("POSTERN_PRICES: %w", err)
	}
	export := who.gate.Handler(usagecsv.New(usagecsv.Config{Store: db, Prices: prices, Log: log}))
	trail := audit.New(audit.Config{Store: db, Account: s.account, Region: s.region, Log: log})
	api, records := trail.Attach(mux), who.gate.Handler(trail.Handler())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == usagecsv.Path:
			export.ServeHTTP(w, r)
		case r.URL.Path == audit.Path:
			records.ServeHTTP(w, r)
		case who.iam != nil && iam.IsQuery(r):
			who.iam.ServeHTTP(w, r)
		default:
			api.ServeHTTP(w, r)
		}
	}), nil
}
