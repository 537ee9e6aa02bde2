package integration

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// LambdaAPIConfig configures a LambdaAPI.
type LambdaAPIConfig struct {
	// Credentials sign the calls.
	Credentials aws.CredentialsProvider
	// Roles gives the credentials of the roles that requests name; without it they fail.
	Roles Roles
	// Endpoint replaces the service's own address, as AWS_ENDPOINT_URL_LAMBDA does. Empty is
	// https://lambda.{region}.amazonaws.com, with the region from the function's ARN.
	Endpoint string
	// Transport makes the calls; nil is a transport of its own.
	Transport http.RoundTripper
	// Now tells the time of signing; nil is time.Now.
	Now func() time.Time
}

// LambdaAPI invokes functions over the Lambda service's HTTP interface. It does not retry: a
// gateway's caller decides that. It is safe for concurrent use.
type LambdaAPI struct {
	c      LambdaAPIConfig
	signer *v4.Signer
}

// NewLambdaAPI returns a LambdaAPI.
func NewLambdaAPI(c LambdaAPIConfig) *LambdaAPI {
	if c.Transport == nil {
		c.Transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 128,
			IdleConnTimeout:     50 * time.Second,
		}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Endpoint = strings.TrimRight(c.Endpoint, "/")
	return &LambdaAPI{c: c, signer: v4.NewSigner()}
}

// Invoke implements Lambda.
func (a *LambdaAPI) Invoke(ctx context.Context, in LambdaRequest) (LambdaResponse, error) {
	r, err := a.request(ctx, in, invokeOperation)
	if err != nil {
		return LambdaResponse{}, err
	}
	res, err := a.c.Transport.RoundTrip(r)
	if err != nil {
		return LambdaResponse{}, fmt.Errorf("invoke %s: %w", in.QualifiedARN(), err)
	}
	defer func() { _ = res.Body.Close() }()
	payload, err := readPayload(res)
	if err != nil {
		return LambdaResponse{}, fmt.Errorf("invoke %s: read the answer: %w", in.QualifiedARN(), err)
	}
	id := res.Header.Get("X-Amzn-Requestid")
	if res.StatusCode >= 300 {
		return LambdaResponse{}, serviceError(in, res, payload, id)
	}
	return LambdaResponse{
		StatusCode:    res.StatusCode,
		FunctionError: res.Header.Get("X-Amz-Function-Error"),
		Payload:       payload,
		RequestID:     id,
		Header:        res.Header,
	}, nil
}

// readPayload reads an answer, up to one byte more than may come: that tells a payload which is
// too long from one that just fits. A length that was announced is the space taken, and no more.
func readPayload(res *http.Response) ([]byte, error) {
	if res.ContentLength < 0 || res.ContentLength > MaxLambdaPayload {
		return io.ReadAll(io.LimitReader(res.Body, MaxLambdaPayload+1))
	}
	payload := make([]byte, res.ContentLength)
	_, err := io.ReadFull(res.Body, payload)
	return payload, err
}

func (a *LambdaAPI) request(ctx context.Context, in LambdaRequest, op lambdaOperation) (*http.Request, error) {
	if a.c.Credentials == nil && in.Credentials == "" && in.Caller == nil {
		return nil, &FunctionNotFoundError{Function: in.QualifiedARN(), Err: errors.New("there are no credentials to call Lambda with")}
	}
	endpoint := a.c.Endpoint
	if endpoint == "" {
		suffix := "amazonaws.com"
		if strings.HasPrefix(in.FunctionARN, "arn:aws-cn:") {
			suffix = "amazonaws.com.cn"
		}
		endpoint = "https://lambda." + in.Region + "." + suffix
	}
	address := endpoint + "/" + op.prefix + url.QueryEscape(in.FunctionARN) + op.suffix
	if in.Qualifier != "" {
		address += "?Qualifier=" + url.QueryEscape(in.Qualifier)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(in.Payload))
	if err != nil {
		return nil, fmt.Errorf("invoke %s: make request: %w", in.QualifiedARN(), err)
	}
	for name, values := range in.Header {
		r.Header[name] = values
	}
	if in.InvocationType != "" {
		r.Header.Set("X-Amz-Invocation-Type", in.InvocationType)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "postern")
	creds, err := retrieve(ctx, a.c.Roles, in.Credentials, in.Caller, a.c.Credentials)
	if err != nil {
		return nil, fmt.Errorf("invoke %s: get credentials: %w", in.QualifiedARN(), err)
	}
	sum := sha256.Sum256(in.Payload)
	if err := a.signer.SignHTTP(ctx, creds, r, hex.EncodeToString(sum[:]), "lambda", in.Region, a.c.Now()); err != nil {
		return nil, fmt.Errorf("invoke %s: sign: %w", in.QualifiedARN(), err)
	}
	return r, nil
}

// serviceError reads a refusal: the type stands in a header and, with some endpoints, only in
// the body.
func serviceError(in LambdaRequest, res *http.Response, payload []byte, id string) error {
	var body struct {
		Type         string `json:"__type"`
		LowerMessage string `json:"message"`
		UpperMessage string `json:"Message"`
	}
	// A body that is no JSON has no message to tell; the status stands for itself.
	_ = json.Unmarshal(payload, &body)
	e := &LambdaServiceError{Function: in.QualifiedARN(), StatusCode: res.StatusCode, Code: res.Header.Get("X-Amzn-Errortype"), Message: body.UpperMessage, RequestID: id, Body: payload}
	if e.Message == "" {
		e.Message = body.LowerMessage
	}
	if e.Code == "" {
		e.Code = body.Type[strings.LastIndexByte(body.Type, '#')+1:]
	}
	e.Code, _, _ = strings.Cut(e.Code, ":")
	if e.Code == "ResourceNotFoundException" || res.StatusCode == http.StatusNotFound && e.Code == "" {
		return &FunctionNotFoundError{Function: in.QualifiedARN(), Err: e}
	}
	return e
}
