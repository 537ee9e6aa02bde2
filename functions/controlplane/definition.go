package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
)

// maxDefinition bounds a definition, in bytes: API Gateway's own limit of an import is 6 MB.
const maxDefinition = 6 << 20

// newCustomResource provisions through a control plane of its own on the same table.
func newCustomResource(s settings, getenv func(string) string, log *slog.Logger) *customResource {
	var service lazy[*controlplane.Service]
	var loaded lazy[aws.Config]
	load := func() (aws.Config, error) {
		return loaded.get(func() (aws.Config, error) { return config.LoadDefaultConfig(context.Background()) })
	}
	objects := &objectReader{config: load, region: s.region, endpoint: firstOf(getenv("AWS_ENDPOINT_URL_S3"), getenv("AWS_ENDPOINT_URL"))}
	return &customResource{
		log:   log,
		fetch: objects.read,
		service: func() (*controlplane.Service, error) {
			return service.get(func() (*controlplane.Service, error) {
				cfg, err := load()
				if err != nil {
					return nil, fmt.Errorf("load AWS configuration: %w", err)
				}
				return controlplane.New(controlplane.Config{
					Store: dynamodb.New(client.NewFromConfig(cfg), s.table, dynamodb.Options{}), Account: s.account, Region: s.region,
					Warn: func(message string) { log.Warn(message) },
				}), nil
			})
		},
	}
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// objectReader reads objects of S3. One signed GET does not need the client library of S3.
type objectReader struct {
	config func() (aws.Config, error)
	region string
	// endpoint takes the place of AWS's, with the bucket in the path; empty for AWS's.
	endpoint string
}

// unsigned is the payload hash of a request whose body is not part of its signature.
const unsigned = "UNSIGNED-PAYLOAD"

func (o *objectReader) read(ctx context.Context, bucket, key string) ([]byte, error) {
	address := "https://" + bucket + ".s3." + o.region + ".amazonaws.com/" + key
	if o.endpoint != "" {
		address = strings.TrimRight(o.endpoint, "/") + "/" + bucket + "/" + key
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	cfg, err := o.config()
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	credentials, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("get credentials: %w", err)
	}
	r.Header.Set("X-Amz-Content-Sha256", unsigned)
	// S3 signs the path as it is sent.
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	if err := signer.SignHTTP(ctx, credentials, r, unsigned, "s3", o.region, time.Now()); err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxDefinition+1))
	switch {
	case err != nil:
		return nil, err
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("s3://%s/%s: status %d: %.300s", bucket, key, res.StatusCode, body)
	case len(body) > maxDefinition:
		return nil, errors.New("the definition has more than 6 MB")
	}
	return body, nil
}
