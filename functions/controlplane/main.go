// Command controlplane is the control-plane API as a Lambda function, behind a function URL
// with AWS_IAM: AWS has verified every caller before the function runs.
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

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/audit"
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
	lambda.Start(eventsource.Lambda(handler, eventsource.Options{Buffered: s.buffered, Logger: log}))
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
	return s, errors.Join(faults...)
}

func newHandler(ctx context.Context, s settings, log *slog.Logger) (http.Handler, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	db := dynamodb.New(client.NewFromConfig(cfg), s.table, dynamodb.Options{})
	pipeline := rest.New(rest.Config{
		HTTP:   integration.NewHTTP(integration.HTTPConfig{}),
		Lambda: integration.NewLambdaAPI(integration.LambdaAPIConfig{Credentials: cfg.Credentials, Endpoint: s.lambdaEndpoint}),
	})
	service := controlplane.New(controlplane.Config{
		Store: db, Account: s.account, Region: s.region,
		Tester: gateway.Tester{Pipeline: pipeline, Region: s.region},
		Warn:   func(message string) { log.Warn(message) },
	})
	mux, err := wire.NewMux([]wire.Service{apigateway.Service, apigatewayv2.Service}, service.Endpoints()...)
	if err != nil {
		return nil, fmt.Errorf("bind operations: %w", err)
	}
	mux.OnError = func(r *http.Request, operation string, err error) {
		log.ErrorContext(r.Context(), "operation failed", "operation", operation, "error", err)
	}
	trail := audit.New(audit.Config{Store: db, Account: s.account, Region: s.region, Log: log})
	api, records := trail.Attach(mux), trail.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == audit.Path {
			records.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	}), nil
}
